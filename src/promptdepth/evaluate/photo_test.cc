#include "promptdepth/evaluate/photo.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/evaluate/evaluation.h"
#include "promptdepth/evaluate/test_protocol.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

TEST(Photo, DisparityBecomesDepthByTheStereoFormula) {
  DepthMap disparity(4, 1);
  disparity.values = {100, 10, std::numeric_limits<float>::infinity(), -50};
  const DepthMap depth =
      depth_from_disparity(disparity, {.focal_px = 1000, .baseline_m = 0.2, .offset_px = 30});
  EXPECT_FLOAT_EQ(depth.at(0, 0), 200.0F / 130);
  EXPECT_FLOAT_EQ(depth.at(1, 0), 5);
  EXPECT_EQ(depth.at(2, 0), 0);
  EXPECT_EQ(depth.at(3, 0), 0);
}

TEST(Photo, PairsAreFoundByStemAndSeenOncePerSeed) {
  const TemporaryFolder folder;
  for (const char* name : {"photos", "truths"}) fs::create_directories(folder.path() / name);
  for (const char* stem : {"b", "a,1"}) {
    write_image(folder.path() / "photos" / (std::string(stem) + ".png"), Image(64, 48));
    write_depth(folder.path() / "truths" / (std::string(stem) + ".npy"), DepthMap(32, 24, 2.0F));
  }
  const auto protocol = photo_protocol(
      {.photo = folder.path() / "photos", .truth = folder.path() / "truths", .seeds = 2});
  ASSERT_EQ(protocol->view_count(), 4);
  EXPECT_EQ(protocol->view_name(1), "a_1-seed-001");
  EXPECT_EQ(protocol->view_name(2), "b-seed-000");
  const View view = protocol->view(2);
  EXPECT_EQ(view.truth.width, 64);  // brought to the photo's size
  EXPECT_EQ(view.truth.at(63, 47), 2);
  EXPECT_NE(protocol->prompt(2, view, "points").values, protocol->prompt(3, view, "points").values);
}

TEST(Photo, RefusesWhatIsNotThereOrDoesNotMatch) {
  const TemporaryFolder folder;
  const fs::path photo = folder.path() / "a.png";
  const fs::path truth = folder.path() / "a.npy";
  write_image(photo, Image(64, 48));
  EXPECT_THROW(photo_protocol({.photo = photo, .truth = truth}), Error);
  EXPECT_THROW(photo_protocol({.photo = photo, .truth = folder.path()}), Error);
  fs::create_directories(folder.path() / "none");
  EXPECT_THROW(photo_protocol({.photo = folder.path() / "none", .truth = folder.path() / "none"}),
               Error);
  write_depth(truth, DepthMap(64, 48));
  EXPECT_THROW(photo_protocol({.photo = photo, .truth = truth})->view(0), Error);
  EXPECT_THROW(photo_protocol({.photo = photo, .truth = truth, .seeds = 0}), Error);
  EXPECT_THROW(photo_protocol({.photo = photo,
                               .truth = truth,
                               .disparity = DisparityCalibration{.focal_px = 0, .baseline_m = 1}}),
               Error);
}

TEST(Photo, OfARealSceneIsMeasuredWithEveryKindOfPrompt) {
  const fs::path data = fs::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/stereo_ground_truth";
  if (!fs::exists(data)) GTEST_SKIP() << "no '" << data.string() << "'";
  const auto protocol = photo_protocol(
      {.photo = data / "motorcycle_left.png",
       .truth = data / "motorcycle_disp.npz",
       .disparity =
           DisparityCalibration{.focal_px = 994.978, .baseline_m = 0.193001, .offset_px = 31.086},
       .seeds = 1});
  const View view = protocol->view(0);
  EXPECT_EQ(view.image.width, 741);
  EXPECT_EQ(view.image.height, 500);
  for (const float z : view.truth.values) {
    if (z > 0) {
      EXPECT_GT(z, 1.5);
      EXPECT_LT(z, 6.5);
    }
  }
  for (const std::string& kind : protocol->kinds_of(0)) {
    EXPECT_GT(count_valid(protocol->prompt(0, view, kind)), 50U) << kind;
  }
}

}  // namespace
}  // namespace promptdepth
