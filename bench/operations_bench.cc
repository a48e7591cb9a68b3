// Every operation of a Session on the CPU backend, in both precisions, at the shapes that ViT-L and
// the compact network run at 756×1008. Products report their share of this machine's peak, measured
// in the same run; the others, which only move values, report bytes per second (each value read and
// written once).
//
//   make bench
//   build/dev/bin/promptdepth_bench --benchmark_filter=conv2d

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "promptdepth/backend/cpu/cpu_backend.h"
#include "promptdepth/backend/cpu/peak.h"
#include "promptdepth/base/random.h"

namespace promptdepth {
namespace {

constexpr std::int64_t kHeight = 756;
constexpr std::int64_t kWidth = 1008;
constexpr std::int64_t kPatchRows = kHeight / 14;
constexpr std::int64_t kPatchColumns = kWidth / 14;
constexpr std::int64_t kTokens = kPatchRows * kPatchColumns + 1;
constexpr std::int64_t kVitL = 1024;

/// One call of an operation, ready to be repeated, and what it takes.
struct Call {
  std::function<FeatureMap()> run;
  double flop = 0;   ///< Two per multiply-add; 0 for operations without products.
  double bytes = 0;  ///< Read and written by an operation without products.
};

/// Makes operands and calls for one precision.
class Bench {
 public:
  explicit Bench(Precision precision)
      : backend_(make_cpu_backend(precision)), session_(backend_->make_session()) {}

  Backend& backend() { return *backend_; }
  Session& session() { return *session_; }

  HostTensor weights(const Shape& shape) {
    std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
    for (float& value : values) value = random_.uniform(-0.1F, 0.1F);
    return HostTensor::from_floats(shape, std::move(values));
  }

  FeatureMap map(FeatureShape shape) {
    std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
    for (float& value : values) value = random_.uniform();
    return session_->upload(values, shape);
  }

  /// A map in the storage dtype of the precision, as an earlier layer leaves it.
  FeatureMap stored(FeatureShape shape) {
    const FeatureMap parts[] = {map(shape)};
    return session_->concat(parts);
  }

 private:
  Random random_{1};
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Session> session_;
};

double bytes_of(const FeatureMap& x) {
  return static_cast<double>(x.shape().element_count()) * static_cast<double>(size_of(x.dtype()));
}

Call moving(std::function<FeatureMap()> run, const FeatureMap& x) {
  const double bytes = bytes_of(x) + bytes_of(run());
  return {.run = std::move(run), .bytes = bytes};
}

Call linear(Bench& bench, std::int64_t in, std::int64_t out, Nonlinearity nonlinearity) {
  LinearPtr layer = bench.backend().prepare(
      LinearWeights{.weight = bench.weights({out, in}), .bias = bench.weights({out})});
  FeatureMap x = bench.stored({1, 1, kTokens, in});
  return {.run =
              [&bench, layer, x, nonlinearity] {
                return bench.session().linear(x, *layer, {.nonlinearity = nonlinearity});
              },
          .flop = 2.0 * static_cast<double>(kTokens * in * out)};
}

Call attention(Bench& bench, std::int64_t width, int heads) {
  FeatureMap qkv = bench.stored({1, 1, kTokens, 3 * width});
  return {.run = [&bench, qkv, heads] { return bench.session().attention(qkv, heads); },
          .flop = 4.0 * static_cast<double>(kTokens * kTokens * width)};
}

Call conv2d(Bench& bench, FeatureShape in, std::int64_t out, int kernel, int stride = 1) {
  Conv2dPtr layer =
      bench.backend().prepare(Conv2dWeights{.weight = bench.weights({out, in.c, kernel, kernel}),
                                            .bias = bench.weights({out}),
                                            .stride = stride,
                                            .padding = kernel / 2});
  FeatureMap x = bench.stored(in);
  const std::int64_t pixels = ((in.h - 1) / stride + 1) * ((in.w - 1) / stride + 1);
  return {.run =
              [&bench, layer, x] {
                return bench.session().conv2d(x, *layer, {.nonlinearity = Nonlinearity::kRelu});
              },
          .flop = 2.0 * static_cast<double>(pixels * in.c * out * kernel * kernel)};
}

Call conv_transpose2d(Bench& bench, std::int64_t channels, std::int64_t scale) {
  ConvTranspose2dPtr layer = bench.backend().prepare(
      ConvTranspose2dWeights{.weight = bench.weights({channels, channels, scale, scale}),
                             .bias = bench.weights({channels})});
  FeatureMap x = bench.stored({1, kPatchRows, kPatchColumns, channels});
  return {.run = [&bench, layer, x] { return bench.session().conv_transpose2d(x, *layer); },
          .flop = 2.0 * static_cast<double>(x.shape().element_count() * channels * scale * scale)};
}

Call patch_embed(Bench& bench) {
  PatchEmbedPtr layer = bench.backend().prepare(PatchEmbedWeights{
      .weight = bench.weights({kVitL, 3, 14, 14}), .bias = bench.weights({kVitL})});
  FeatureMap image = bench.map({1, kHeight, kWidth, 3});
  return {.run = [&bench, layer, image] { return bench.session().patch_embed(image, *layer); },
          .flop = 2.0 * static_cast<double>(kHeight * kWidth * 3 * kVitL)};
}

Call embed_positions(Bench& bench) {
  PositionEmbeddingPtr layer = bench.backend().prepare(
      PositionEmbeddingWeights{.class_token = bench.weights({1, 1, kVitL}),
                               .position = bench.weights({1, 1 + 37 * 37, kVitL})});
  FeatureMap patches = bench.map({1, kPatchRows, kPatchColumns, kVitL});
  return moving(
      [&bench, layer, patches] { return bench.session().embed_positions(patches, *layer); },
      patches);
}

LayerNormPtr vitl_norm(Bench& bench) {
  return bench.backend().prepare(
      LayerNormWeights{.weight = bench.weights({kVitL}), .bias = bench.weights({kVitL})});
}

Call layer_norm(Bench& bench) {
  LayerNormPtr layer = vitl_norm(bench);
  FeatureMap tokens = bench.map({1, 1, kTokens, kVitL});
  return moving([&bench, layer, tokens] { return bench.session().layer_norm(tokens, *layer); },
                tokens);
}

Call layer_norm_patches(Bench& bench) {
  LayerNormPtr layer = vitl_norm(bench);
  FeatureMap tokens = bench.map({1, 1, kTokens, kVitL});
  return moving(
      [&bench, layer, tokens] {
        return bench.session().layer_norm_patches(tokens, *layer, kPatchRows, kPatchColumns);
      },
      tokens);
}

Call swiglu(Bench& bench) {
  FeatureMap x = bench.stored({1, 1, kTokens, 8 * kVitL});
  return moving([&bench, x] { return bench.session().swiglu(x); }, x);
}

Call resize_bilinear(Bench& bench, FeatureShape in, std::int64_t height, std::int64_t width,
                     PixelAlignment alignment) {
  FeatureMap x = bench.stored(in);
  return moving(
      [&bench, x, height, width, alignment] {
        return bench.session().resize_bilinear(x, height, width, alignment);
      },
      x);
}

Call space_to_depth(Bench& bench) {
  FeatureMap x = bench.stored({1, kHeight, kWidth, 6});
  return moving([&bench, x] { return bench.session().space_to_depth(x, 2); }, x);
}

Call depth_to_space(Bench& bench) {
  FeatureMap x = bench.map({1, kHeight / 2, kWidth / 2, 4});
  return moving([&bench, x] { return bench.session().depth_to_space(x, 2, kHeight, kWidth); }, x);
}

Call concat(Bench& bench) {
  FeatureMap rgb = bench.map({1, kHeight, kWidth, 3});
  FeatureMap prompt = bench.map({1, kHeight, kWidth, 1});
  Call call = moving(
      [&bench, rgb, prompt] {
        const FeatureMap parts[] = {rgb, prompt, prompt, prompt};
        return bench.session().concat(parts);
      },
      rgb);
  call.bytes += 3 * bytes_of(prompt);
  return call;
}

Call propagate(Bench& bench) {
  FeatureMap depth = bench.map({1, kHeight, kWidth, 1});
  FeatureMap logits = bench.stored({1, kHeight, kWidth, 9});
  Call call = moving(
      [&bench, depth, logits] { return bench.session().propagate(depth, logits, 4); }, depth);
  call.bytes += bytes_of(logits);
  return call;
}

Call add(Bench& bench) {
  FeatureMap x = bench.stored({1, kHeight / 4, kWidth / 4, 256});
  Call call = moving([&bench, x] { return bench.session().add(x, x); }, x);
  call.bytes += bytes_of(x);
  return call;
}

struct Entry {
  const char* name;
  std::function<Call(Bench&)> make;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      {"patch_embed/vitl", patch_embed},
      {"embed_positions/vitl", embed_positions},
      {"linear/vitl_qkv",
       [](Bench& b) { return linear(b, kVitL, 3 * kVitL, Nonlinearity::kIdentity); }},
      {"linear/vitl_mlp_gelu",
       [](Bench& b) { return linear(b, kVitL, 4 * kVitL, Nonlinearity::kGelu); }},
      {"linear/vits_mlp_gelu", [](Bench& b) { return linear(b, 384, 1536, Nonlinearity::kGelu); }},
      {"layer_norm/vitl", layer_norm},
      {"layer_norm_patches/vitl", layer_norm_patches},
      {"attention/vitl", [](Bench& b) { return attention(b, kVitL, 16); }},
      {"attention/vits", [](Bench& b) { return attention(b, 384, 6); }},
      {"swiglu/vitg", swiglu},
      {"conv2d/vitl_path2_3x3",
       [](Bench& b) {
         return conv2d(b, {1, 216, 288, 256}, 256, 3);
       }},
      {"conv2d/vits_path2_3x3",
       [](Bench& b) {
         return conv2d(b, {1, 216, 288, 64}, 64, 3);
       }},
      {"conv2d/vitl_head_3x3",
       [](Bench& b) {
         return conv2d(b, {1, kHeight, kWidth, 128}, 32, 3);
       }},
      {"conv2d/vitl_downsample",
       [](Bench& b) {
         return conv2d(b, {1, 54, 72, 1024}, 1024, 3, 2);
       }},
      {"conv2d/compact_level0",
       [](Bench& b) {
         return conv2d(b, {1, 378, 504, 32}, 32, 3);
       }},
      {"conv2d/compact_level1",
       [](Bench& b) {
         return conv2d(b, {1, 189, 252, 64}, 64, 3);
       }},
      {"conv2d/compact_level1_down",
       [](Bench& b) {
         return conv2d(b, {1, 378, 504, 32}, 64, 3, 2);
       }},
      {"conv_transpose2d/vitl_x4", [](Bench& b) { return conv_transpose2d(b, 256, 4); }},
      {"resize_bilinear/vitl_path1",
       [](Bench& b) {
         return resize_bilinear(b, {1, 216, 288, 256}, 432, 576, PixelAlignment::kCornersAlign);
       }},
      {"resize_bilinear/compact_level0",
       [](Bench& b) {
         return resize_bilinear(b, {1, 189, 252, 32}, 378, 504, PixelAlignment::kHalfPixel);
       }},
      {"space_to_depth/compact", space_to_depth},
      {"depth_to_space/compact", depth_to_space},
      {"concat/compact", concat},
      {"propagate/compact", propagate},
      {"add/vitl", add},
  };
  return table;
}

double peak_flop_per_s(Precision precision) {
  static std::map<Precision, double> peaks;
  const auto [peak, is_new] = peaks.try_emplace(precision, 0.0);
  if (is_new) peak->second = 1e9 * measure_peak_gflops(precision);
  return peak->second;
}

void run(benchmark::State& state, const Entry& entry, Precision precision) {
  const double peak = peak_flop_per_s(precision);
  Bench bench(precision);
  const Call call = entry.make(bench);
  for (auto _ : state) benchmark::DoNotOptimize(call.run());
  const auto iterations = static_cast<double>(state.iterations());
  if (call.flop > 0) {
    state.counters["GFLOP/s"] =
        benchmark::Counter(call.flop * iterations * 1e-9, benchmark::Counter::kIsRate);
    state.counters["share_of_peak"] =
        benchmark::Counter(call.flop * iterations / peak, benchmark::Counter::kIsRate);
  } else {
    state.SetBytesProcessed(static_cast<std::int64_t>(call.bytes * iterations));
  }
}

void register_all(Precision precision, const std::string& suffix) {
  for (const Entry& entry : entries()) {
    benchmark::RegisterBenchmark(
        (entry.name + suffix).c_str(),
        [&entry, precision](benchmark::State& state) { run(state, entry, precision); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  promptdepth::register_all(promptdepth::Precision::kF32, "/fp32");
  if (promptdepth::cpu_multiplies_bf16())
    promptdepth::register_all(promptdepth::Precision::kBF16, "/bf16");
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
