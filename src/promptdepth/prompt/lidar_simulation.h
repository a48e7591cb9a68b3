#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "promptdepth/prompt/downsampling.h"
#include "promptdepth/prompt/observed_scene.h"
#include "promptdepth/prompt/phone_lidar.h"
#include "promptdepth/prompt/sparse_points.h"
#include "promptdepth/prompt/spinning_lidar.h"
#include "promptdepth/prompt/structure_from_motion.h"
#include "promptdepth/prompt/time_of_flight.h"

namespace promptdepth {

// Simulated prompts: from exact depth (0 = none, such as sky) and the image of the same field of
// view to what a sensor would have delivered. Everything random comes from the seed alone, and each
// defect has its own stream of numbers: switching one off leaves the others as they were. Where the
// ground truth has no depth the prompt has none either, unless an option says so.

/// A kind of sensor, and how it is set.
using SensorOptions =
    std::variant<PhoneLidarOptions, TimeOfFlightOptions, SpinningLidarOptions, SparsePointsOptions,
                 StructureFromMotionOptions, DownsamplingOptions>;

/// A sensor with a name, as the command line takes it.
struct SensorPreset {
  std::string_view name;
  std::string_view description;  ///< A few words.
  SensorOptions options;
};

/// All of them.
std::span<const SensorPreset> sensor_presets();

/// The preset of that name. Throws Error(kInvalidArgument) that lists the names when there is none.
const SensorPreset& sensor_preset(std::string_view name);

/// Every number of the options, by name; refers to `options`.
std::vector<OptionField> option_fields(SensorOptions& options);

/// What the sensor delivers of the scene; without any measurement when it sees nothing. Throws
/// Error(kInvalidArgument) when an option is out of range or the scene does not fit together.
SimulatedPrompt simulate_sensor(const ObservedScene& scene, const SensorOptions& options,
                                std::uint64_t seed);

}  // namespace promptdepth
