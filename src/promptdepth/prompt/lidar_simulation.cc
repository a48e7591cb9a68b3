#include "promptdepth/prompt/lidar_simulation.h"

#include <array>
#include <string>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TimeOfFlightOptions time_of_flight(int width, int height) {
  return {.width = width, .height = height};
}

/// Beams, field of view and ranges of three common classes of scanners.
SpinningLidarOptions scanner(int beams, float lowest_deg, float highest_deg, float half_range_m) {
  SpinningLidarOptions options{
      .beams = beams, .lowest_deg = lowest_deg, .highest_deg = highest_deg};
  options.returns.half_range_m = half_range_m;
  return options;
}

SimulatedPrompt simulate(const ObservedScene& scene, const PhoneLidarOptions& options,
                         std::uint64_t seed) {
  return {.depth = simulate_phone_lidar(scene, options, seed), .confidence = {}};
}

SimulatedPrompt simulate(const ObservedScene& scene, const TimeOfFlightOptions& options,
                         std::uint64_t seed) {
  return simulate_time_of_flight(scene, options, seed);
}

SimulatedPrompt simulate(const ObservedScene& scene, const SpinningLidarOptions& options,
                         std::uint64_t seed) {
  return simulate_spinning_lidar(scene, options, seed);
}

SimulatedPrompt simulate(const ObservedScene& scene, const SparsePointsOptions& options,
                         std::uint64_t seed) {
  return {.depth = simulate_sparse_points(scene.depth, options, seed), .confidence = {}};
}

SimulatedPrompt simulate(const ObservedScene& scene, const StructureFromMotionOptions& options,
                         std::uint64_t seed) {
  return simulate_structure_from_motion(scene, options, seed);
}

SimulatedPrompt simulate(const ObservedScene& scene, const DownsamplingOptions& options,
                         std::uint64_t /*seed*/) {
  return {.depth = simulate_downsampling(scene.depth, options), .confidence = {}};
}

}  // namespace

std::span<const SensorPreset> sensor_presets() {
  static const std::array presets = {
      SensorPreset{"phone-lidar", "a phone's LiDAR as the paper simulates it, with defects",
                   PhoneLidarOptions{}},
      SensorPreset{"paper", "the same without defects",
                   PhoneLidarOptions{.noise = 0, .bias = 0, .bleed = 0}},
      SensorPreset{"downsampled", "the ground truth at 256x192, the naive simulation",
                   DownsamplingOptions{}},
      SensorPreset{"tof-192x144", "a time-of-flight camera", time_of_flight(192, 144)},
      SensorPreset{"tof-256x192", "a time-of-flight camera", time_of_flight(256, 192)},
      SensorPreset{"tof-320x240", "a time-of-flight camera", time_of_flight(320, 240)},
      SensorPreset{"spinning-16", "a vehicle's scanner of 16 beams, -15 to 15 degrees",
                   scanner(16, -15, 15, 50)},
      SensorPreset{"spinning-32", "a vehicle's scanner of 32 beams, -30.7 to 10.7 degrees",
                   scanner(32, -30.67F, 10.67F, 50)},
      SensorPreset{"spinning-64", "a vehicle's scanner of 64 beams, -24.8 to 2 degrees",
                   scanner(64, -24.8F, 2, 60)},
      SensorPreset{"random-points", "500 scattered points", SparsePointsOptions{.noise = 0.003F}},
      SensorPreset{"structure-from-motion", "a sparse cloud as COLMAP makes it, on corners",
                   StructureFromMotionOptions{}}};
  return presets;
}

const SensorPreset& sensor_preset(std::string_view name) {
  std::string names;
  for (const SensorPreset& preset : sensor_presets()) {
    if (preset.name == name) return preset;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", preset.name);
  }
  fail(ErrorKind::kInvalidArgument, "expected a sensor ({}), found '{}'", names, name);
}

std::vector<OptionField> option_fields(SensorOptions& options) {
  return std::visit([](auto& sensor) { return sensor.fields(); }, options);
}

SimulatedPrompt simulate_sensor(const ObservedScene& scene, const SensorOptions& options,
                                std::uint64_t seed) {
  return std::visit([&](const auto& sensor) { return simulate(scene, sensor, seed); }, options);
}

}  // namespace promptdepth
