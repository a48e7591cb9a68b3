// How long every simulated sensor takes for a training frame of 336 × 252 pixels.
#include <algorithm>
#include <cstdint>
#include <string>

#include <benchmark/benchmark.h>

#include "promptdepth/base/random.h"
#include "promptdepth/prompt/lidar_simulation.h"

namespace promptdepth {
namespace {

/// A floor, a far wall, and boxes with texture before them.
struct Room {
  DepthMap depth = DepthMap(336, 252);
  Image image = Image(336, 252);

  Room() {
    Random random(1);
    for (int y = 0; y < depth.height; ++y) {
      for (int x = 0; x < depth.width; ++x) {
        const int column = x / 40;
        const bool box = column % 2 == 1 && y > 90;
        depth.at(x, y) = box ? 2 + 0.01F * static_cast<float>(column)
                             : std::min(5.0F, 380 / static_cast<float>(y + 1));
        std::fill_n(image.at(x, y), 3, (box ? 0.7F : 0.4F) + random.uniform(-0.2F, 0.2F));
      }
    }
  }
};

void simulate(benchmark::State& state, const SensorOptions& options) {
  const Room room;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        simulate_sensor({.depth = room.depth, .image = room.image}, options, seed++));
  }
  state.counters["prompts_per_min"] =
      benchmark::Counter(60 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const SensorPreset& preset : sensor_presets()) {
    benchmark::RegisterBenchmark(
        ("simulate/" + std::string(preset.name)).c_str(),
        [options = preset.options](benchmark::State& state) { simulate(state, options); })
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace promptdepth
