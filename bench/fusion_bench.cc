// Frames a second that are fused, and the extraction of the mesh, against Open3D's two volumes
// where Open3D is there: build/dev/bin/promptdepth_fusion_bench
#include <benchmark/benchmark.h>

#include "promptdepth/fusion/exact_views_for_test.h"
#include "promptdepth/fusion/tsdf_volume.h"
#ifdef PROMPTDEPTH_WITH_OPEN3D
#include "open3d_volumes.h"
#endif

namespace promptdepth {
namespace {

/// A room of about 5 × 4 × 2.5 m, its walls between voxels, with a sphere and a box in it, seen
/// from a circle around its middle.
const std::vector<PosedDepth>& views() {
  static const std::vector<PosedDepth> all = [] {
    const auto room =
        testing::either(testing::box({-2.507, -2.011, 0.013}, {2.513, 2.009, 2.507}),
                        testing::either(testing::sphere({1.8, 1.2, 0.5}, 0.5),
                                        testing::box({-2.007, 1.009, 0}, {-1.013, 1.807, 0.807})));
    std::vector<PosedDepth> result;
    constexpr int kFrames = 24;
    for (int i = 0; i < kFrames; ++i) {
      const double angle = 2 * std::numbers::pi * i / kFrames;
      const Eigen::Vector3d forward(std::cos(angle), std::sin(angle), -0.2);
      const Eigen::Vector3d eye = Eigen::Vector3d(0, 0, 1.4) - 0.8 * forward;
      result.push_back(testing::exact_view(room, testing::camera_for_test(1008, 756, 760),
                                           testing::looking_at(eye, eye + forward)));
    }
    return result;
  }();
  return all;
}

template <typename Volume>
void integrate_all(benchmark::State& state, const Volume& make_volume) {
  const auto& frames = views();
  for (auto _ : state) {
    auto volume = make_volume();
    for (const PosedDepth& view : frames) volume->integrate(view);
  }
  state.counters["frames/s"] = benchmark::Counter(
      static_cast<double>(state.iterations()) * static_cast<double>(frames.size()),
      benchmark::Counter::kIsRate);
}

template <typename Volume, typename Extract>
void extract(benchmark::State& state, const Volume& make_volume, const Extract& triangles_of) {
  auto volume = make_volume();
  for (const PosedDepth& view : views()) volume->integrate(view);
  std::size_t triangles = 0;
  for (auto _ : state) triangles = triangles_of(*volume);
  state.counters["triangles"] = static_cast<double>(triangles);
}

template <typename Volume, typename Extract>
void add(const std::string& name, const Volume& make_volume, const Extract& triangles_of) {
  for (const char* preset : {"paper", "benchmark"}) {
    const auto make = [make_volume, options = tsdf_preset(preset)] { return make_volume(options); };
    const std::string suffix = "/" + name + "/" + preset;
    benchmark::RegisterBenchmark(("integrate" + suffix).c_str(),
                                 [make](benchmark::State& state) { integrate_all(state, make); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
    benchmark::RegisterBenchmark(
        ("extract" + suffix).c_str(),
        [make, triangles_of](benchmark::State& state) { extract(state, make, triangles_of); })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  using namespace promptdepth;
  add(
      "ours", [](const TsdfOptions& options) { return std::make_unique<TsdfVolume>(options); },
      [](const TsdfVolume& volume) { return volume.extract_mesh().triangles.size(); });
#ifdef PROMPTDEPTH_WITH_OPEN3D
  const auto extract_open3d = [](bench::Open3dVolume& volume) { return volume.extract(); };
  add("open3d_legacy", bench::open3d_legacy, extract_open3d);
  add("open3d_voxel_blocks", bench::open3d_voxel_blocks, extract_open3d);
#endif
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
