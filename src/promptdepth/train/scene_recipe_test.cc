#include "promptdepth/train/scene_recipe.h"

#include <cmath>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kDraws = 4000;

double five_errors(double p) { return 5 * std::sqrt(p * (1 - p) / kDraws); }

double street_share(const SceneRecipe& scenes) {
  int streets = 0;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    streets += scenes.place_of(seed) == PromptPlace::kOutdoors;
  }
  return static_cast<double>(streets) / kDraws;
}

TEST(SceneRecipe, MixesRoomsAndStreetsAsAsked) {
  SceneRecipe scenes;
  scenes.options.kind = SceneKind::kAny;
  scenes.street_share = 0.35F;
  EXPECT_NEAR(street_share(scenes), 0.35, five_errors(0.35));
  EXPECT_EQ(scenes.options_at(PromptPlace::kIndoors).kind, SceneKind::kRoom);
  EXPECT_EQ(scenes.options_at(PromptPlace::kOutdoors).kind, SceneKind::kStreet);
  EXPECT_EQ(scenes.options_at(PromptPlace::kOutdoors).width, scenes.options.width);
}

TEST(SceneRecipe, KeepsToTheKindThatIsAskedFor) {
  SceneRecipe scenes;
  scenes.street_share = 0.5F;
  scenes.options.kind = SceneKind::kRoom;
  EXPECT_EQ(street_share(scenes), 0);
  EXPECT_EQ(scenes.options_at(PromptPlace::kOutdoors).kind, SceneKind::kRoom);
  scenes.options.kind = SceneKind::kStreet;
  EXPECT_EQ(street_share(scenes), 1);
}

TEST(SceneRecipe, DrawsSensorsOfTheStreetWithTheSettingsOfRooms) {
  Recipe recipe;
  recipe.prompts.scanner_view_deg = {30, 31};
  recipe.scenes.street_sensors = {.sparse_share = 0.05F, .spinning_share = 0.6F};
  const SimulationMix streets = recipe.prompts_at(PromptPlace::kOutdoors);
  int scanners = 0;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    scanners +=
        std::holds_alternative<SpinningLidarOptions>(sample_simulation(seed, 224, 168, streets));
  }
  EXPECT_NEAR(static_cast<double>(scanners) / kDraws, 0.6, five_errors(0.6));
  EXPECT_EQ(streets.scanner_view_deg.low, 30);
  EXPECT_EQ(recipe.prompts_at(PromptPlace::kIndoors).spinning_share, 0);
}

TEST(SceneRecipe, IsReadWrittenAndChecked) {
  const Recipe recipe = parse_recipe(
      R"({"scenes": {"kind": "any", "street_share": 0.3,
                     "street_sensors": {"spinning_share": 0.6, "sparse_share": 0.1}}})",
      "test.json");
  const Recipe read = parse_recipe(to_json(recipe), "test.json");
  EXPECT_EQ(read.scenes.street_share, 0.3F);
  EXPECT_EQ(read.scenes.street_sensors.spinning_share, 0.6F);
  EXPECT_EQ(read.scenes.street_sensors.structure_from_motion_share,
            StreetSensors{}.structure_from_motion_share);
  const auto message_of = [](std::string_view json) -> std::string {
    try {
      parse_recipe(json, "test.json");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message_of(R"({"scenes": {"street_share": 2}})"),
              AllOf(HasSubstr("scenes.street_share"), HasSubstr("between 0 and 1")));
  EXPECT_THAT(message_of(R"({"scenes": {"street_sensors": {"spinning_share": 1}}})"),
              AllOf(HasSubstr("scenes.street_sensors"), HasSubstr("at most 1")));
}

}  // namespace
}  // namespace promptdepth
