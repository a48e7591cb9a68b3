// How many procedural training frames of 336 × 252 pixels a second of one core renders.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "promptdepth/scene/scene.h"

namespace promptdepth {
namespace {

/// The same seeds in every run, one after the other.
void render(benchmark::State& state, SceneKind kind) {
  const SceneOptions options{.width = 336, .height = 252, .kind = kind};
  constexpr std::uint64_t kSeeds = 40;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(render_scene(seed, options));
    seed = (seed + 1) % kSeeds;
  }
  state.counters["frames_per_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(render, room, SceneKind::kRoom)->Unit(benchmark::kMillisecond)->Iterations(40);
BENCHMARK_CAPTURE(render, street, SceneKind::kStreet)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(40);
BENCHMARK_CAPTURE(render, any, SceneKind::kAny)->Unit(benchmark::kMillisecond)->Iterations(40);

}  // namespace
}  // namespace promptdepth
