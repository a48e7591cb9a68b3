#include "promptdepth/backend/cpu/onednn.h"

#include <array>
#include <atomic>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
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

/// `values`, laid out as `plain` says, in the layout and type of `target`; multiplied by `scale`
/// (or none) along the second dimension.
dnnl::memory packed(const Desc& plain, const Desc& target, const void* values,
                    std::span<const float> scale = {}) {
  dnnl::primitive_attr attr;
  if (!scale.empty()) attr.set_output_scales(1 << 1, {scale.begin(), scale.end()});
  dnnl::stream stream(engine());
  dnnl::memory source(plain, engine(), const_cast<void*>(values));
  dnnl::memory result(target, engine());
  dnnl::reorder(dnnl::reorder::primitive_desc(source, result, attr))
      .execute(stream, source, result);
  stream.wait();
  return result;
}

/// oneDNN's names of the implementations that are not made for speed.
bool is_fast(const dnnl::primitive_desc_base& description) {
  const std::string_view name = description.impl_info_str();
  return !name.starts_with("ref") && !name.starts_with("gemm") && !name.starts_with("simple");
}

dnnl::matmul::primitive_desc describe_product(std::int64_t rows, const Desc& weights,
                                              const TileTarget& target) {
  const std::int64_t in = weights.dims()[0];
  const std::int64_t out = weights.dims()[1];
  const Desc source({rows, in}, static_cast<Type>(weights.data.data_type), Tag::ab);
  const Desc result({rows, out}, type_of(target.dtype), Tag::ab);
  if (!target.bias) return {dnnl::matmul::desc(source, weights, result), attributes({}), engine()};
  const Desc bias({1, out}, Type::f32, Tag::ab);
  return {dnnl::matmul::desc(source, weights, bias, result), attributes({}), engine()};
}

/// oneDNN plans for as many threads as OpenMP would use; a tile is one thread's.
class OneThread {
 public:
  OneThread() : before_(thread_count()) { set_thread_count(1); }
  ~OneThread() { set_thread_count(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

dnnl::convolution_forward::primitive_desc describe_convolution(const ConvolutionGeometry& g,
                                                               const FeatureShape& in,
                                                               const Desc& weights, bool bias,
                                                               Type target_type,
                                                               const dnnl::primitive_attr& attr) {
  const FeatureShape out = g.output_shape(in);
  const Desc source({in.n, in.c, in.h, in.w}, static_cast<Type>(weights.data.data_type), Tag::nhwc);
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
Compiled compile(const dnnl::memory& packed_weights, const Desc& any_layout,
                 const Describe& describe) {
  using Description = decltype(describe(any_layout));
  std::optional<Description> description;
  try {
    description = describe(packed_weights.get_desc());
  } catch (const dnnl::error&) {  // No implementation for this layout.
    description.reset();
  }
  if (!description || !is_fast(*description)) {
    Description free_choice = describe(any_layout);
    if (!description || is_fast(free_choice)) description = std::move(free_choice);
  }

  Compiled compiled;
  dnnl::memory weights = packed_weights;
  if (description->weights_desc() != weights.get_desc()) {
    weights = dnnl::memory(description->weights_desc(), engine());
    compiled.own_bytes = description->weights_desc().get_size();
    dnnl::stream stream(engine());
    dnnl::memory source = packed_weights;
    dnnl::reorder(source, weights).execute(stream, source, weights);
    stream.wait();
  }
  compiled.primitive = dnnl::primitive(description->get());
  compiled.scratch_bytes = description->scratchpad_desc().get_size();
  compiled.arguments = Arguments{
      {DNNL_ARG_SRC, dnnl::memory(description->src_desc(), engine(), nullptr)},
      {DNNL_ARG_DST, dnnl::memory(description->dst_desc(), engine(), nullptr)},
      {DNNL_ARG_SCRATCHPAD, dnnl::memory(description->scratchpad_desc(), engine(), nullptr)},
      {DNNL_ARG_WEIGHTS, weights}};
  return compiled;
}

/// A kernel for tiles, and what each thread passes to it.
struct CompiledTile {
  dnnl::primitive primitive;
  std::vector<Arguments> arguments;
  std::size_t scratch_bytes = 0;  ///< Of all threads.
};

/// A kernel for `rows` rows of input and weights laid out like `weights`, ready for `threads`
/// threads.
void compile_tile(const dnnl::memory& weights, std::int64_t rows, const TileTarget& target,
                  std::size_t threads, CompiledTile& compiled) {
  if (compiled.arguments.size() >= threads) return;
  const OneThread guard;
  const auto description = describe_product(rows, weights.get_desc(), target);
  PD_CHECK(is_fast(description) || !is_fast(describe_product(rows, weights.get_desc(), {})));
  compiled.primitive = dnnl::primitive(description.get());
  while (compiled.arguments.size() < threads) {
    Arguments arguments = {
        {DNNL_ARG_SRC, dnnl::memory(description.src_desc(), engine(), nullptr)},
        {DNNL_ARG_DST, dnnl::memory(description.dst_desc(), engine(), nullptr)},
        {DNNL_ARG_SCRATCHPAD, dnnl::memory(description.scratchpad_desc(), engine())},
        {DNNL_ARG_WEIGHTS, weights}};
    if (target.bias) {
      arguments[DNNL_ARG_BIAS] = dnnl::memory(description.bias_desc(), engine(), nullptr);
    }
    compiled.scratch_bytes += description.scratchpad_desc().get_size();
    compiled.arguments.push_back(std::move(arguments));
  }
}

/// What a kernel was generated for: a layer, or (without one) tiles of any product.
struct Key {
  std::uint64_t layer;
  std::array<std::int64_t, 4> extents;
  DType in;
  DType out;
  Epilogue epilogue;
  int threads;

  friend bool operator==(const Key& a, const Key& b) {
    return a.layer == b.layer && a.extents == b.extents && a.in == b.in && a.out == b.out &&
           a.epilogue.nonlinearity == b.epilogue.nonlinearity &&
           a.epilogue.accumulate == b.epilogue.accumulate && a.threads == b.threads;
  }
};

struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = key.layer;
    const auto mix = [&hash](std::int64_t value) {
      hash = splitmix64(hash ^ static_cast<std::uint64_t>(value));
    };
    for (const std::int64_t extent : key.extents) mix(extent);
    mix(static_cast<std::int64_t>(key.in) * 8 + static_cast<std::int64_t>(key.out));
    mix(static_cast<std::int64_t>(key.epilogue.nonlinearity) * 2 +
        static_cast<std::int64_t>(key.epilogue.accumulate));
    mix(key.threads);
    return static_cast<std::size_t>(hash);
  }
};

std::uint64_t next_layer_id() {
  static std::atomic<std::uint64_t> last{1};  // Tiles have 0 and 1.
  return ++last;
}

/// Rows of a tile, and sides of a map, for which weights are laid out before the real size is
/// known.
constexpr std::int64_t kTypicalRows = 192;
constexpr std::int64_t kTypicalHeight = 108;
constexpr std::int64_t kTypicalWidth = 144;
/// Chunks are multiples of this many columns: the widest panel of oneDNN's layouts.
constexpr std::int64_t kColumnStep = 64;

/// How oneDNN wants the weights of a chunk for tiles.
Desc tile_layout(std::int64_t in, std::int64_t columns, DType dtype) {
  const OneThread guard;
  return describe_product(kTypicalRows, Desc({in, columns}, type_of(dtype), Tag::any), {})
      .weights_desc();
}

Key tile_key(const PackedProduct& layer, std::int64_t columns, std::int64_t rows,
             const TileTarget& target) {
  return {.layer = target.bias ? 1U : 0U,
          .extents = {rows, layer.in(), columns, 0},
          .in = layer.dtype(),
          .out = target.dtype,
          .epilogue = {},
          .threads = 1};
}

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

bool amx_is_usable() { return dnnl::get_effective_cpu_isa() == dnnl::cpu_isa::avx512_core_amx; }

bool bf16_is_native() {
  return dnnl::get_effective_cpu_isa() == dnnl::cpu_isa::avx512_core_bf16 || amx_is_usable();
}

std::int64_t tile_row_step(DType dtype) {
  return dtype == DType::kBF16 && amx_is_usable() ? 32 : 6;
}

struct PackedProduct::Packed {
  std::uint64_t id = next_layer_id();
  std::vector<dnnl::memory> chunks;
};

PackedProduct::PackedProduct(std::int64_t in, std::int64_t out, ConstValues weight,
                             std::span<const float> scale, std::span<const float> bias, DType dtype,
                             std::int64_t most_columns)
    : in_(in), out_(out), dtype_(dtype), bias_(bias.begin(), bias.end()) {
  PD_CHECK(in > 0 && out > 0);
  PD_CHECK(bias.empty() || static_cast<std::int64_t>(bias.size()) == out);
  PD_CHECK(scale.empty() || static_cast<std::int64_t>(scale.size()) == out);
  bias_.resize(static_cast<std::size_t>(out), 0.0F);
  const std::int64_t chunks = (out + most_columns - 1) / most_columns;
  const std::int64_t even = (out + chunks - 1) / chunks;
  columns_ = std::min(out, (even + kColumnStep - 1) / kColumnStep * kColumnStep);
  packed_ = std::make_unique<Packed>();
  guarded([&] {
    for (std::int64_t i = 0; i < chunk_count(); ++i) {
      const Chunk part = chunk(i);
      const auto part_scale = scale.empty() ? scale
                                            : scale.subspan(static_cast<std::size_t>(part.first),
                                                            static_cast<std::size_t>(part.columns));
      const Desc plain({in, part.columns}, type_of(weight.dtype), Tag::ba);
      packed_->chunks.push_back(packed(plain, tile_layout(in, part.columns, dtype),
                                       weight.offset_by(part.first * in).data, part_scale));
    }
  });
}

PackedProduct::~PackedProduct() = default;

FeatureShape ConvolutionGeometry::output_shape(const FeatureShape& input) const {
  return {input.n, (input.h + 2 * padding - kernel) / stride + 1,
          (input.w + 2 * padding - kernel) / stride + 1, out};
}

struct PackedConvolution::Packed {
  std::uint64_t id = next_layer_id();
  dnnl::memory weights;
  dnnl::memory bias;  ///< Empty where there is none.
};

PackedConvolution::PackedConvolution(const ConvolutionGeometry& g, ConstValues weight,
                                     std::span<const float> bias, DType dtype)
    : geometry_(g), dtype_(dtype), packed_(std::make_unique<Packed>()) {
  PD_CHECK(bias.empty() || static_cast<std::int64_t>(bias.size()) == g.out);
  guarded([&] {
    const Dims dims = {g.out, g.in, g.kernel, g.kernel};
    const FeatureShape typical_shape = {1, kTypicalHeight + g.kernel, kTypicalWidth + g.kernel,
                                        g.in};
    const Type type = type_of(dtype);
    const auto typical = describe_convolution(g, typical_shape, Desc(dims, type, Tag::any),
                                              !bias.empty(), type, attributes({}));
    packed_->weights =
        packed(Desc(dims, type_of(weight.dtype), Tag::oihw), typical.weights_desc(), weight.data);
    if (bias.empty()) return;
    const Desc bias_desc({g.out}, Type::f32, Tag::a);
    packed_->bias = packed(bias_desc, bias_desc, bias.data());
  });
}

PackedConvolution::~PackedConvolution() = default;

struct Executor::State {
  /// Scratch memory of at least `bytes`.
  void* scratch(std::size_t bytes) {
    if (bytes > scratch_bytes) {
      scratch_bytes = bytes;
      scratch_memory =
          dnnl::memory({{static_cast<std::int64_t>(bytes)}, Type::u8, Tag::a}, engine());
    }
    return scratch_memory.get_data_handle();
  }

  void run(Compiled& kernel, const void* in, void* out) {
    kernel.arguments.at(DNNL_ARG_SRC).set_data_handle(const_cast<void*>(in));
    kernel.arguments.at(DNNL_ARG_DST).set_data_handle(out);
    if (kernel.scratch_bytes > 0) {
      kernel.arguments.at(DNNL_ARG_SCRATCHPAD).set_data_handle(scratch(kernel.scratch_bytes));
    }
    kernel.primitive.execute(stream, kernel.arguments);
    stream.wait();
  }

  dnnl::stream stream{engine()};
  std::unordered_map<Key, Compiled, KeyHash> compiled;
  std::unordered_map<Key, CompiledTile, KeyHash> tiles;
  dnnl::memory scratch_memory;
  std::size_t scratch_bytes = 0;
};

Executor::Executor() : state_(guarded([] { return std::make_unique<State>(); })) {}

Executor::~Executor() = default;

void Executor::multiply(const PackedProduct& layer, std::int64_t rows, const void* in, void* out) {
  PD_CHECK(layer.chunk_count() == 1);
  guarded([&] {
    const dnnl::memory& weights = layer.packed_->chunks[0];
    const Desc any({layer.in(), layer.out()}, type_of(layer.dtype()), Tag::any);
    const Key key = {.layer = layer.packed_->id,
                     .extents = {rows, layer.in(), layer.out(), 0},
                     .in = layer.dtype(),
                     .out = layer.dtype(),
                     .epilogue = {},
                     .threads = thread_count()};
    auto found = state_->compiled.find(key);
    if (found == state_->compiled.end()) {
      found = state_->compiled
                  .emplace(key, compile(weights, any,
                                        [&](const Desc& layout) {
                                          return describe_product(rows, layout,
                                                                  {.dtype = layer.dtype()});
                                        }))
                  .first;
    }
    state_->run(found->second, in, out);
  });
}

void Executor::prepare_tiles(const PackedProduct& layer, std::int64_t rows,
                             const TileTarget& target) {
  guarded([&] {
    for (const std::int64_t index : {std::int64_t{0}, layer.chunk_count() - 1}) {
      compile_tile(layer.packed_->chunks[static_cast<std::size_t>(index)], rows, target,
                   static_cast<std::size_t>(thread_count()),
                   state_->tiles[tile_key(layer, layer.chunk(index).columns, rows, target)]);
    }
  });
}

void Executor::multiply_tile(const PackedProduct& layer, std::int64_t chunk, std::int64_t rows,
                             const TileTarget& target, const void* in, void* out) const {
  const PackedProduct::Chunk part = layer.chunk(chunk);
  CompiledTile& kernel = state_->tiles.find(tile_key(layer, part.columns, rows, target))->second;
  Arguments& arguments = kernel.arguments[static_cast<std::size_t>(omp_get_thread_num())];
  arguments.at(DNNL_ARG_SRC).set_data_handle(const_cast<void*>(in));
  arguments.at(DNNL_ARG_DST).set_data_handle(out);
  arguments.at(DNNL_ARG_WEIGHTS) = layer.packed_->chunks[static_cast<std::size_t>(chunk)];
  if (target.bias) {
    arguments.at(DNNL_ARG_BIAS).set_data_handle(const_cast<float*>(layer.bias() + part.first));
  }
  kernel.primitive.execute(state_->stream, arguments);
}

void Executor::convolve(const PackedConvolution& layer, const FeatureShape& shape, const void* in,
                        Values out, const Epilogue& epilogue) {
  const ConvolutionGeometry& g = layer.geometry_;
  const Key key = {.layer = layer.packed_->id,
                   .extents = {shape.n, shape.h, shape.w, 0},
                   .in = layer.dtype_,
                   .out = out.dtype,
                   .epilogue = epilogue,
                   .threads = thread_count()};
  guarded([&] {
    auto found = state_->compiled.find(key);
    if (found == state_->compiled.end()) {
      const dnnl::memory& bias = layer.packed_->bias;
      const bool has_bias = bias.get(true) != nullptr;
      const Desc any({g.out, g.in, g.kernel, g.kernel}, type_of(layer.dtype_), Tag::any);
      Compiled kernel = compile(layer.packed_->weights, any, [&](const Desc& weights) {
        return describe_convolution(g, shape, weights, has_bias, type_of(out.dtype),
                                    attributes(epilogue));
      });
      if (has_bias) kernel.arguments[DNNL_ARG_BIAS] = bias;
      found = state_->compiled.emplace(key, std::move(kernel)).first;
    }
    state_->run(found->second, in, out.data);
  });
}

std::size_t Executor::allocated_bytes() const {
  std::size_t bytes = state_->scratch_bytes;
  for (const auto& [key, kernel] : state_->compiled) bytes += kernel.own_bytes;
  for (const auto& [key, tile] : state_->tiles) bytes += tile.scratch_bytes;
  return bytes;
}

}  // namespace promptdepth::cpu
