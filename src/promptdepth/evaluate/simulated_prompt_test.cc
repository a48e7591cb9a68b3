#include "promptdepth/evaluate/simulated_prompt.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

View wall() { return {.image = Image(64, 48), .truth = DepthMap(64, 48, 2.0F)}; }

TEST(SimulatedPrompt, FollowsFromSeedAndKindAlone) {
  const PromptKind phone = prompt_kind("phone-lidar");
  PromptKind renamed = phone;
  renamed.name = "other";
  const DepthMap prompt = simulated_prompt(wall(), phone, 1);
  EXPECT_EQ(prompt.values, simulated_prompt(wall(), phone, 1).values);
  EXPECT_NE(prompt.values, simulated_prompt(wall(), phone, 2).values);
  EXPECT_NE(prompt.values, simulated_prompt(wall(), renamed, 1).values);
}

TEST(SimulatedPrompt, SaysSoWhereNothingCanBeMeasured) {
  View sky = wall();
  sky.truth = DepthMap(64, 48);
  EXPECT_THROW(simulated_prompt(sky, prompt_kind("phone-lidar"), 1), Error);
}

TEST(SimulatedPrompt, BridgesTheGapsOfATruthThatHasSome) {
  View view = wall();
  for (int y = 0; y < 48; ++y) {
    for (int x = 20; x < 44; ++x) view.truth.at(x, y) = 0;
  }
  const PromptKind phone = prompt_kind("phone-lidar");
  const DepthMap bridged = simulated_prompt(view, phone, 5, /*bridge_missing_truth=*/true);
  EXPECT_EQ(count_valid(bridged), bridged.pixel_count());
  EXPECT_LT(count_valid(simulated_prompt(view, phone, 5)), bridged.pixel_count());
}

TEST(SimulatedPrompt, KindsAreChosenByNameOrAll) {
  EXPECT_EQ(chosen_kinds({}).size(), prompt_kinds().size());
  const auto two = chosen_kinds({"points", "holes"});
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0].name, "points");
  EXPECT_THROW(chosen_kinds({"points", "radar"}), Error);
}

}  // namespace
}  // namespace promptdepth
