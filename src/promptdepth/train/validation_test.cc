#include "promptdepth/train/validation.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "promptdepth/train/initial_weights.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

TEST(Validation, FindsAnUntrainedModelAsGoodAsBilinearUpsampling) {
  Recipe recipe = tiny_recipe();
  recipe.model.propagations = 0;  // The network then starts as the prompt itself.
  const Estimator estimator = Estimator::from_weights(initial_weights(recipe.model, 1));
  const auto frames = held_out_frames(recipe, 4);
  ASSERT_GE(frames.size(), 3U);
  const Validation validation = validate_model(estimator, frames);
  EXPECT_GT(validation.bilinear_l1_m, 0);
  EXPECT_NEAR(validation.l1_m, validation.bilinear_l1_m, 1e-4);
  for (const KindScore& kind : validation.kinds) {
    EXPECT_NEAR(kind.model.boundary_f1, kind.bilinear.boundary_f1, 0.02) << kind.kind;
  }
}

TEST(Validation, JudgesEveryKindOfPromptOnTheSameScenes) {
  const Recipe recipe = tiny_recipe();
  const auto phone = held_out_frames(recipe, 2, 0);
  const auto points = held_out_frames(recipe, 2, 3);
  ASSERT_EQ(phone.size(), points.size());
  EXPECT_EQ(phone[0].sample.truth.values, points[0].sample.truth.values);
  EXPECT_NE(phone[0].sample.raw_prompt.values, points[0].sample.raw_prompt.values);
}

TEST(Validation, ShowsEachKindTheScenesWhereItIsAtHome) {
  Recipe recipe = tiny_recipe();
  const auto truth_of = [&](std::size_t kind) {
    return held_out_frames(recipe, 1, kind).at(0).sample.truth.values;
  };
  const std::vector<PromptKind> kinds = prompt_kinds();
  const auto outdoors = std::find_if(kinds.begin(), kinds.end(), [](const PromptKind& kind) {
    return kind.place == PromptPlace::kOutdoors;
  });
  ASSERT_NE(outdoors, kinds.end());
  const auto scanner = static_cast<std::size_t>(outdoors - kinds.begin());
  const std::vector<float> room = truth_of(0);
  EXPECT_EQ(truth_of(scanner), room);
  recipe.scenes.options.kind = SceneKind::kAny;
  EXPECT_EQ(truth_of(0), room);
  EXPECT_NE(truth_of(scanner), room);
}

TEST(Validation, ShowsPhotoPromptPredictionAndTruth) {
  const Recipe recipe = tiny_recipe();
  const Estimator estimator = Estimator::from_weights(initial_weights(recipe.model, 1));
  const auto frames = held_out_frames(recipe, 1);
  ASSERT_EQ(frames.size(), 1U);
  const Image picture = validation_picture(estimator, frames[0]);
  EXPECT_EQ(picture.width, 4 * 32);
  EXPECT_EQ(picture.height, 24);
}

}  // namespace
}  // namespace promptdepth
