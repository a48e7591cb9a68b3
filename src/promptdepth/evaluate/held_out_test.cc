#include "promptdepth/evaluate/held_out.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/evaluate/evaluation.h"
#include "promptdepth/evaluate/test_protocol.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/scene/seeds.h"

namespace promptdepth {
namespace {

const HeldOutOptions kSmall{.frames = 2, .kinds = {}, .width = 48, .height = 36};

TEST(HeldOut, SeedsAreNeitherTrainedOnNorValidatedOn) {
  constexpr std::uint64_t kMostScenes = std::uint64_t{1} << 40;
  for (const std::uint64_t index : {std::uint64_t{0}, kMostScenes - 1}) {
    const std::uint64_t seed = evaluation_scene_seed(index);
    EXPECT_LT(seed, training_scene_seed(0, 0));
    EXPECT_GT(seed, validation_scene_seed(kMostScenes - 1));
  }
}

TEST(HeldOut, HasFramesOfEveryKindOfPrompt) {
  const auto protocol = held_out_protocol(kSmall);
  std::map<std::string, int> frames;
  std::set<std::string> names;
  for (std::int64_t i = 0; i < protocol->view_count(); ++i) {
    EXPECT_TRUE(names.insert(protocol->view_name(i)).second);
    const View view = protocol->view(i);
    EXPECT_EQ(view.image.width, 48);
    EXPECT_EQ(view.truth.height, 36);
    EXPECT_GE(5 * count_valid(view.truth), view.truth.pixel_count());
    for (const std::string& kind : protocol->kinds_of(i)) {
      ++frames[kind];
      EXPECT_GT(count_valid(protocol->prompt(i, view, kind)), 0U) << kind;
    }
  }
  ASSERT_EQ(frames.size(), prompt_kinds().size());
  for (const auto& [kind, count] : frames) EXPECT_EQ(count, 2) << kind;
}

TEST(HeldOut, IsTheSameEveryTimeWhicheverKindsAreAskedFor) {
  HeldOutOptions points = kSmall;
  points.kinds = {"points"};
  const auto all = held_out_protocol(kSmall);
  const auto one = held_out_protocol(points);
  const std::string name = one->view_name(1);
  std::int64_t same = 0;
  while (all->view_name(same) != name) ++same;
  const View a = all->view(same);
  const View b = one->view(1);
  EXPECT_EQ(a.image.rgb, b.image.rgb);
  EXPECT_EQ(a.truth.values, b.truth.values);
  EXPECT_EQ(all->prompt(same, a, "points").values, one->prompt(1, b, "points").values);
}

TEST(HeldOut, ShowsOtherScenesThanTheTrainingFrames) {
  const auto held_out = held_out_protocol(kSmall);
  const auto training = training_frames_protocol(kSmall);
  EXPECT_NE(held_out->view(0).truth.values, training->view(0).truth.values);
}

TEST(HeldOut, TakesTheScenesItIsToldTo) {
  HeldOutOptions streets = kSmall;
  streets.scenes = SceneKind::kStreet;
  const auto protocol = held_out_protocol(streets);
  EXPECT_EQ(protocol->view_count(), 2);
  EXPECT_EQ(protocol->view_name(0), "street-000000");
  EXPECT_EQ(protocol->kinds_of(0).size(), prompt_kinds().size());
}

TEST(HeldOut, RefusesNoFramesOddSizesAndUnknownKinds) {
  HeldOutOptions options = kSmall;
  options.frames = 0;
  EXPECT_THROW(held_out_protocol(options), Error);
  options = kSmall;
  options.width = 4;
  EXPECT_THROW(held_out_protocol(options), Error);
  options = kSmall;
  options.kinds = {"radar"};
  EXPECT_THROW(held_out_protocol(options), Error);
}

}  // namespace
}  // namespace promptdepth
