#include "promptdepth/prompt/lidar_simulation.h"

#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// A floor, a wall and a box, with texture, and sky above.
struct Room {
  DepthMap depth = DepthMap(168, 126);
  Image image = random_image(168, 126, 1);

  Room() {
    for (int y = 20; y < 126; ++y) {
      for (int x = 0; x < 168; ++x) {
        const bool box = x > 60 && x < 100 && y > 40;
        depth.at(x, y) = box ? 1.5F : std::min(4.0F, 150 / static_cast<float>(y));
      }
    }
  }
  ObservedScene scene() const { return {.depth = depth, .image = image}; }
};

/// Everything said about one preset.
class EverySensor : public ::testing::TestWithParam<SensorPreset> {};

TEST_P(EverySensor, DeliversMeasurementsNearTheTruth) {
  const Room room;
  const SimulatedPrompt prompt = simulate_sensor(room.scene(), GetParam().options, 2);
  ASSERT_GT(count_valid(prompt.depth), 100U);
  double close = 0;
  for (int y = 0; y < prompt.depth.height; ++y) {
    for (int x = 0; x < prompt.depth.width; ++x) {
      const float z = prompt.depth.at(x, y);
      EXPECT_TRUE(std::isfinite(z) && z >= 0);
      const float truth =
          room.depth.at(x * 168 / prompt.depth.width, y * 126 / prompt.depth.height);
      if (z > 0 && std::abs(z - truth) < 0.1F * truth) ++close;
    }
  }
  EXPECT_GT(close, 0.8 * static_cast<double>(count_valid(prompt.depth)));
}

TEST_P(EverySensor, IsRepeatable) {
  const Room room;
  const SimulatedPrompt once = simulate_sensor(room.scene(), GetParam().options, 3);
  const SimulatedPrompt again = simulate_sensor(room.scene(), GetParam().options, 3);
  EXPECT_EQ(again.depth.values, once.depth.values);
  EXPECT_EQ(again.confidence.values, once.confidence.values);
  if (!std::holds_alternative<DownsamplingOptions>(GetParam().options)) {
    EXPECT_NE(simulate_sensor(room.scene(), GetParam().options, 4).depth.values, once.depth.values);
  }
}

TEST_P(EverySensor, MeasuresNothingInTheSky) {
  Room room;
  room.depth = DepthMap(168, 126);
  EXPECT_EQ(count_valid(simulate_sensor(room.scene(), GetParam().options, 5).depth), 0U);
}

TEST_P(EverySensor, HasConfidenceOnlyWhereItMeasured) {
  const SimulatedPrompt prompt = simulate_sensor(Room().scene(), GetParam().options, 6);
  if (prompt.confidence.empty()) return;
  ASSERT_EQ(prompt.confidence.width, prompt.depth.width);
  ASSERT_EQ(prompt.confidence.height, prompt.depth.height);
  for (std::size_t i = 0; i < prompt.depth.pixel_count(); ++i) {
    const float c = prompt.confidence.values[i];
    EXPECT_TRUE(c == 0 || c == 1 || c == 2);
    if (prompt.depth.values[i] == 0) {
      EXPECT_EQ(c, 0);
    }
  }
}

TEST_P(EverySensor, NamesTheOptionOutOfRange) {
  const Room room;
  SensorOptions options = GetParam().options;
  const std::size_t count = option_fields(options).size();
  ASSERT_GT(count, 1U);
  for (std::size_t i = 0; i < count; ++i) {
    SensorOptions bad = GetParam().options;
    const OptionField field = option_fields(bad)[i];
    if (auto* const* number = std::get_if<float*>(&field.value)) {
      **number = std::numeric_limits<float>::quiet_NaN();
    } else if (auto* const* whole = std::get_if<int*>(&field.value)) {
      **whole = -1;
    } else {
      continue;  // both values of a switch are fine
    }
    try {
      simulate_sensor(room.scene(), bad, 7);
      ADD_FAILURE() << "accepted " << field.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
      EXPECT_THAT(error.what(), HasSubstr(field.name));
    }
  }
}

TEST_P(EverySensor, RefusesEmptyInputs) {
  const DepthMap no_depth;
  const Image image(4, 4);
  EXPECT_THROW(simulate_sensor({.depth = no_depth, .image = image}, GetParam().options, 1), Error);
}

INSTANTIATE_TEST_SUITE_P(Presets, EverySensor, ::testing::ValuesIn(sensor_presets()),
                         [](const auto& preset) {
                           std::string name(preset.param.name);
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(SensorPresets, HaveTheirResolutions) {
  const Room room;
  for (const auto& [name, width, height] :
       {std::tuple{"tof-192x144", 192, 144}, std::tuple{"tof-256x192", 256, 192},
        std::tuple{"tof-320x240", 320, 240}, std::tuple{"phone-lidar", 256, 192},
        std::tuple{"spinning-64", 168, 126}, std::tuple{"random-points", 168, 126}}) {
    const SimulatedPrompt prompt = simulate_sensor(room.scene(), sensor_preset(name).options, 1);
    EXPECT_EQ(prompt.depth.width, width) << name;
    EXPECT_EQ(prompt.depth.height, height) << name;
  }
}

TEST(SensorPresets, RefuseANameThatTheyDoNotHave) {
  try {
    sensor_preset("sonar");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("sonar"), HasSubstr("phone-lidar")));
  }
}

}  // namespace
}  // namespace promptdepth
