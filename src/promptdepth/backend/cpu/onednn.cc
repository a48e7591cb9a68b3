#include "promptdepth/backend/cpu/onednn.h"

#include <optional>
#include <string_view>
#include <unordered_map>

#include <oneapi/dnnl/dnnl.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth::cpu {
namespace {

using Desc = dnnl::memory::desc;
using Dims = dnnl::memory::dims;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;
using Arguments = std::unordered_map<int, dnnl::memory>;

const dnnl::engine& engine() {
  static const dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

Type type_of(DType dtype) { return dtype == DType::kBF16 ? Type::bf16 : Type::f32; }

/// Runs `body`, turning oneDNN's exceptions into the project's.
template <typename Body>
auto guarded(const Body& body) {
  try {
    return body();
  } catch (const dnnl::error& error) {
    const bool memory = error.status == dnnl_out_of_memory;
    fail(memory ? ErrorKind::kOutOfMemory : ErrorKind::kInternal, "oneDNN: {}", error.what());
  }
}

void append_nonlinearity(Nonlinearity nonlinearity, dnnl::post_ops& ops) {
  switch (nonlinearity) {
    case Nonlinearity::kIdentity:
      return;
    case Nonlinearity::kRelu:
      return ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    case Nonlinearity::kLeakyRelu:
      return ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, kLeakyReluSlope, 0.0F);
    case Nonlinearity::kGelu:
      return ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_gelu_erf, 0.0F, 0.0F);
    case Nonlinearity::kSigmoid:
      return ops.append_eltwise(1.0F, dnnl::algorithm::eltwise_logistic, 0.0F, 0.0F);
  }
}

dnnl::primitive_attr attributes(const Epilogue& epilogue) {
  dnnl::post_ops ops;
  append_nonlinearity(epilogue.nonlinearity, ops);
  if (epilogue.accumulate) ops.append_sum(1.0F);
  dnnl::primitive_attr attr;
  attr.set_post_ops(ops);
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

/// Weights in oneDNN's layout, and the bias (an empty memory where there is none).
struct PackedWeights {
  PackedWeights(const Desc& plain, const Desc& packed, std::span<const float> weight,
                std::span<const float> bias_values)
      : weights(packed, engine()) {
    dnnl::stream stream(engine());
    dnnl::memory source(plain, engine(), const_cast<float*>(weight.data()));
    dnnl::reorder(source, weights).execute(stream, source, weights);
    stream.wait();
    if (bias_values.empty()) return;
    bias = dnnl::memory({{static_cast<std::int64_t>(bias_values.size())}, Type::f32, Tag::a},
                        engine());
    std::copy(bias_values.begin(), bias_values.end(), static_cast<float*>(bias.get_data_handle()));
  }

  bool has_bias() const { return bias.get(true) != nullptr; }

  dnnl::memory weights;
  dnnl::memory bias;
};

/// oneDNN's names of the implementations that are not made for speed.
bool is_fast(const dnnl::primitive_desc_base& description) {
  const std::string_view name = description.impl_info_str();
  return !name.starts_with("ref") && !name.starts_with("gemm") && !name.starts_with("simple");
}

dnnl::matmul::primitive_desc describe_product(std::int64_t rows, std::int64_t in, std::int64_t out,
                                              const Desc& weights, bool bias, Type source_type,
                                              Type target_type, const dnnl::primitive_attr& attr) {
  const Desc source({rows, in}, source_type, Tag::ab);
  const Desc target({rows, out}, target_type, Tag::ab);
  if (!bias) return {dnnl::matmul::desc(source, weights, target), attr, engine()};
  const Desc bias_desc({1, out}, Type::f32, Tag::ab);
  return {dnnl::matmul::desc(source, weights, bias_desc, target), attr, engine()};
}

dnnl::convolution_forward::primitive_desc describe_convolution(const ConvolutionGeometry& g,
                                                               const FeatureShape& in,
                                                               const Desc& weights, bool bias,
                                                               Type source_type, Type target_type,
                                                               const dnnl::primitive_attr& attr) {
  const FeatureShape out = g.output_shape(in);
  const Desc source({in.n, in.c, in.h, in.w}, source_type, Tag::nhwc);
  const Desc target({out.n, out.c, out.h, out.w}, target_type, Tag::nhwc);
  const Dims strides = {g.stride, g.stride};
  const Dims padding = {g.padding, g.padding};
  const Desc bias_desc = bias ? Desc({g.out}, Type::f32, Tag::a) : Desc();
  return {dnnl::convolution_forward::desc(dnnl::prop_kind::forward_inference,
                                          dnnl::algorithm::convolution_direct, source, weights,
                                          bias_desc, target, strides, padding, padding),
          attr, engine()};
}

/// A generated kernel with everything it reads and writes but source and target.
struct Compiled {
  dnnl::primitive primitive;
  Arguments arguments;
  std::size_t scratch_bytes = 0;
  std::size_t own_bytes = 0;  ///< Of weights packed once more.
};

/// Generates a kernel for the layout that the weights have. Where oneDNN has only a slow one for
/// it, but a fast one for another layout, the weights are packed once more.
template <typename Describe>
Compiled compile(const PackedWeights& packed, const Desc& any_layout, const Desc& bias_desc,
                 const Describe& describe) {
  using Description = decltype(describe(any_layout));
  std::optional<Description> description;
  try {
    description = describe(packed.weights.get_desc());
  } catch (const dnnl::error&) {  // No implementation for this layout.
    description.reset();
  }
  if (!description || !is_fast(*description)) {
    Description free_choice = describe(any_layout);
    if (!description || is_fast(free_choice)) description = std::move(free_choice);
  }

  Compiled compiled;
  dnnl::memory weights = packed.weights;
  if (description->weights_desc() != packed.weights.get_desc()) {
    weights = dnnl::memory(description->weights_desc(), engine());
    compiled.own_bytes = description->weights_desc().get_size();
    dnnl::stream stream(engine());
    dnnl::memory source = packed.weights;
    dnnl::reorder(source, weights).execute(stream, source, weights);
    stream.wait();
  }
  compiled.primitive = dnnl::primitive(description->get());
  compiled.scratch_bytes = description->scratchpad_desc().get_size();
  compiled.arguments = {
      {DNNL_ARG_SRC, dnnl::memory(description->src_desc(), engine(), nullptr)},
      {DNNL_ARG_DST, dnnl::memory(description->dst_desc(), engine(), nullptr)},
      {DNNL_ARG_SCRATCHPAD, dnnl::memory(description->scratchpad_desc(), engine(), nullptr)},
      {DNNL_ARG_WEIGHTS, weights}};
  if (packed.has_bias()) {
    compiled.arguments[DNNL_ARG_BIAS] =
        dnnl::memory(bias_desc, engine(), packed.bias.get_data_handle());
  }
  return compiled;
}

/// What a kernel was generated for.
struct Key {
  const void* layer;
  std::int64_t n;
  std::int64_t h;
  std::int64_t w;
  DType out;
  Nonlinearity nonlinearity;
  bool accumulate;
  int threads;

  friend bool operator==(const Key&, const Key&) = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::size_t hash = std::hash<const void*>()(key.layer);
    const auto mix = [&hash](std::int64_t value) {
      hash = (hash ^ static_cast<std::size_t>(value)) * 0x9e3779b97f4a7c15ULL;
      hash ^= hash >> 29;
    };
    for (const std::int64_t value : {key.n, key.h, key.w}) mix(value);
    mix(static_cast<std::int64_t>(key.out) * 64 + static_cast<std::int64_t>(key.nonlinearity) * 8 +
        static_cast<std::int64_t>(key.accumulate));
    mix(key.threads);
    return hash;
  }
};

/// Rows, and sides of a map, for which weights are laid out before the real size is known.
constexpr std::int64_t kTypicalRows = 4096;
constexpr std::int64_t kTypicalHeight = 108;
constexpr std::int64_t kTypicalWidth = 144;

}  // namespace

bool bf16_is_supported() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::avx512_core:
    case dnnl::cpu_isa::avx512_core_vnni:
    case dnnl::cpu_isa::avx512_core_bf16:
    case dnnl::cpu_isa::avx512_core_amx:
      return true;
    default:
      return false;
  }
}

bool bf16_is_native() {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  return isa == dnnl::cpu_isa::avx512_core_bf16 || isa == dnnl::cpu_isa::avx512_core_amx;
}

struct PackedProduct::Packed : PackedWeights {
  using PackedWeights::PackedWeights;
};

PackedProduct::PackedProduct(std::int64_t in, std::int64_t out, std::span<const float> weight,
                             std::span<const float> bias, DType dtype)
    : in_(in), out_(out), dtype_(dtype) {
  PD_CHECK(static_cast<std::int64_t>(weight.size()) == in * out);
  PD_CHECK(bias.empty() || static_cast<std::int64_t>(bias.size()) == out);
  guarded([&] {
    const Type type = type_of(dtype);
    const Desc any({in, out}, type, Tag::any);
    const auto typical =
        describe_product(kTypicalRows, in, out, any, !bias.empty(), type, type, attributes({}));
    packed_ = std::make_unique<Packed>(Desc({in, out}, Type::f32, Tag::ba), typical.weights_desc(),
                                       weight, bias);
  });
}

PackedProduct::~PackedProduct() = default;

FeatureShape ConvolutionGeometry::output_shape(const FeatureShape& input) const {
  return {input.n, (input.h + 2 * padding - kernel) / stride + 1,
          (input.w + 2 * padding - kernel) / stride + 1, out};
}

struct PackedConvolution::Packed : PackedWeights {
  using PackedWeights::PackedWeights;
};

PackedConvolution::PackedConvolution(const ConvolutionGeometry& g, std::span<const float> weight,
                                     std::span<const float> bias, DType dtype)
    : geometry_(g), dtype_(dtype) {
  PD_CHECK(static_cast<std::int64_t>(weight.size()) == g.in * g.out * g.kernel * g.kernel);
  PD_CHECK(bias.empty() || static_cast<std::int64_t>(bias.size()) == g.out);
  guarded([&] {
    const Dims dims = {g.out, g.in, g.kernel, g.kernel};
    const FeatureShape typical_shape = {1, kTypicalHeight + g.kernel, kTypicalWidth + g.kernel,
                                        g.in};
    const Type type = type_of(dtype);
    const auto typical = describe_convolution(g, typical_shape, Desc(dims, type, Tag::any),
                                              !bias.empty(), type, type, attributes({}));
    packed_ = std::make_unique<Packed>(Desc(dims, Type::f32, Tag::oihw), typical.weights_desc(),
                                       weight, bias);
  });
}

PackedConvolution::~PackedConvolution() = default;

struct Executor::State {
  /// The kernel for `key`, made by `make` the first time.
  template <typename Make>
  Compiled& find(const Key& key, const Make& make) {
    const auto found = compiled.find(key);
    if (found != compiled.end()) return found->second;
    Compiled& result = compiled.emplace(key, make()).first->second;
    own_bytes += result.own_bytes;
    if (result.scratch_bytes > scratch_bytes) {
      scratch_bytes = result.scratch_bytes;
      scratch =
          dnnl::memory({{static_cast<std::int64_t>(scratch_bytes)}, Type::u8, Tag::a}, engine());
    }
    return result;
  }

  void run(Compiled& kernel, const void* in, Values out) {
    kernel.arguments.at(DNNL_ARG_SRC).set_data_handle(const_cast<void*>(in));
    kernel.arguments.at(DNNL_ARG_DST).set_data_handle(out.data);
    if (kernel.scratch_bytes > 0) {
      kernel.arguments.at(DNNL_ARG_SCRATCHPAD).set_data_handle(scratch.get_data_handle());
    }
    kernel.primitive.execute(stream, kernel.arguments);
    stream.wait();
  }

  dnnl::stream stream{engine()};
  std::unordered_map<Key, Compiled, KeyHash> compiled;
  dnnl::memory scratch;
  std::size_t scratch_bytes = 0;
  std::size_t own_bytes = 0;
};

Executor::Executor() : state_(guarded([] { return std::make_unique<State>(); })) {}

Executor::~Executor() = default;

void Executor::multiply(const PackedProduct& layer, std::int64_t rows, const void* in, Values out,
                        const Epilogue& epilogue) {
  const Key key = {.layer = &layer,
                   .n = rows,
                   .h = 0,
                   .w = 0,
                   .out = out.dtype,
                   .nonlinearity = epilogue.nonlinearity,
                   .accumulate = epilogue.accumulate,
                   .threads = thread_count()};
  guarded([&] {
    Compiled& kernel = state_->find(key, [&] {
      const Type type = type_of(layer.dtype_);
      const Desc any({layer.in_, layer.out_}, type, Tag::any);
      const Desc bias({1, layer.out_}, Type::f32, Tag::ab);
      return compile(*layer.packed_, any, bias, [&](const Desc& weights) {
        return describe_product(rows, layer.in_, layer.out_, weights, layer.packed_->has_bias(),
                                type, type_of(out.dtype), attributes(epilogue));
      });
    });
    state_->run(kernel, in, out);
  });
}

void Executor::convolve(const PackedConvolution& layer, const FeatureShape& shape, const void* in,
                        Values out, const Epilogue& epilogue) {
  const Key key = {.layer = &layer,
                   .n = shape.n,
                   .h = shape.h,
                   .w = shape.w,
                   .out = out.dtype,
                   .nonlinearity = epilogue.nonlinearity,
                   .accumulate = epilogue.accumulate,
                   .threads = thread_count()};
  guarded([&] {
    Compiled& kernel = state_->find(key, [&] {
      const ConvolutionGeometry& g = layer.geometry_;
      const Type type = type_of(layer.dtype_);
      const Desc any({g.out, g.in, g.kernel, g.kernel}, type, Tag::any);
      const Desc bias({g.out}, Type::f32, Tag::a);
      return compile(*layer.packed_, any, bias, [&](const Desc& weights) {
        return describe_convolution(g, shape, weights, layer.packed_->has_bias(), type,
                                    type_of(out.dtype), attributes(epilogue));
      });
    });
    state_->run(kernel, in, out);
  });
}

std::size_t Executor::allocated_bytes() const { return state_->scratch_bytes + state_->own_bytes; }

}  // namespace promptdepth::cpu
