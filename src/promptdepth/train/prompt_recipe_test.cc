#include "promptdepth/train/prompt_recipe.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// Moves every field to another value within its range.
void change(SimulationMix& mix) {
  for (const OptionField& field : mix.fields()) {
    std::visit(
        [&](auto* value) {
          if constexpr (std::is_same_v<decltype(value), Interval*>) {
            *value = {std::lerp(value->low, value->high, 0.25F),
                      std::lerp(value->low, value->high, 0.75F)};
          } else if constexpr (std::is_same_v<decltype(value), float*>) {
            *value = 0.9F * *value + 0.001F;
          } else {
            FAIL() << field.name << " has a type that recipes do not write";
          }
        },
        field.value);
  }
}

TEST(PromptRecipe, IsTheSameAfterWritingAndReading) {
  Recipe recipe;
  change(recipe.prompts);
  Recipe read = parse_recipe(to_json(recipe), "test.json");
  const auto expected = recipe.prompts.fields();
  const auto found = read.prompts.fields();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(field_text(found[i]), field_text(expected[i])) << expected[i].name;
  }
}

TEST(PromptRecipe, TakesEverySensorAndRefusesOthersByName) {
  const Recipe recipe = parse_recipe(
      R"({"prompts": {"time_of_flight_share": 0.2, "spinning_share": 0.1,
                      "structure_from_motion_share": 0.3, "tof_max_range_m": [3, 4]}})",
      "test.json");
  EXPECT_EQ(recipe.prompts.time_of_flight_share, 0.2F);
  EXPECT_EQ(recipe.prompts.tof_max_range_m.high, 4);
  EXPECT_EQ(recipe.prompts.sparse_share, SimulationMix{}.sparse_share);
  const auto message_of = [](std::string_view json) -> std::string {
    try {
      parse_recipe(json, "test.json");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message_of(R"({"prompts": {"sonar_share": 1}})"),
              HasSubstr("prompts.sonar_share: no such setting"));
  EXPECT_THAT(message_of(R"({"prompts": {"spinning_share": 2}})"),
              AllOf(HasSubstr("prompts.spinning_share"), HasSubstr("between 0 and 1")));
  EXPECT_THAT(message_of(R"({"prompts": {"tof_flying": [0, 2]}})"), HasSubstr("tof_flying"));
  EXPECT_THAT(message_of(R"({"prompts": {"spinning_share": 0.9}})"), HasSubstr("at most 1"));
}

}  // namespace
}  // namespace promptdepth
