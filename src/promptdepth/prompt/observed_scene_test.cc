#include "promptdepth/prompt/observed_scene.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

TEST(ObservedScene, GuessesTheCameraOnlyWhereNoneIsGiven) {
  const DepthMap depth(40, 30, 1.0F);
  const Image image(80, 60);
  EXPECT_EQ((ObservedScene{.depth = depth, .image = image}.camera().fx),
            guess_intrinsics(40, 30).fx);
  const Intrinsics camera{.fx = 100, .fy = 90, .cx = 20, .cy = 15};
  EXPECT_EQ((ObservedScene{.depth = depth, .image = image, .intrinsics = camera}.camera().fy), 90);
}

TEST(ObservedScene, RefusesWhatDoesNotFitTogether) {
  const DepthMap depth(40, 30, 1.0F);
  const DepthMap no_depth;
  const Image image(80, 60);
  const Image no_image;
  EXPECT_NO_THROW((ObservedScene{.depth = depth, .image = image}.validate()));
  EXPECT_THROW((ObservedScene{.depth = no_depth, .image = image}.validate()), Error);
  EXPECT_THROW((ObservedScene{.depth = depth, .image = no_image}.validate()), Error);
  const ObservedScene no_focal_length{
      .depth = depth, .image = image, .intrinsics = Intrinsics{.fx = 1}};
  EXPECT_THROW(no_focal_length.validate(), Error);
  for (const auto member : {&SurfaceMap::reflectance, &SurfaceMap::mirror,
                            &SurfaceMap::transparency, &SurfaceMap::beyond}) {
    SurfaceMap surfaces;
    const ObservedScene scene{.depth = depth, .image = image, .surfaces = &surfaces};
    surfaces.*member = DepthMap(40, 30);
    EXPECT_NO_THROW(scene.validate());
    surfaces.*member = DepthMap(40, 31);
    EXPECT_THROW(scene.validate(), Error);
  }
}

TEST(ObservedScene, TellsWhatLiesBeyondForTheLightThatASurfaceDoesNotScatter) {
  const DepthMap depth(4, 3, 2.0F);
  const Image image(8, 6);
  SurfaceMap surfaces;
  const ObservedScene scene{.depth = depth, .image = image, .surfaces = &surfaces};
  EXPECT_EQ(scene.depth_told(1, 1, 2, 0), 2);  // nothing known
  surfaces.mirror = DepthMap(4, 3, 0.25F);
  surfaces.transparency = DepthMap(4, 3, 0.5F);
  EXPECT_EQ(scene.depth_told(1, 1, 2, 0.7F), 0);  // lost
  EXPECT_EQ(scene.depth_told(1, 1, 2, 0.8F), 2);
  surfaces.beyond = DepthMap(4, 3, 7.0F);
  EXPECT_EQ(scene.depth_told(1, 1, 2, 0.7F), 7);
}

TEST(ObservedScene, TakesLuminanceFromAnImageOfAnySize) {
  const DepthMap depth(2, 1, 2.0F);
  Image image(4, 2);
  image.at(3, 1)[1] = 1;
  EXPECT_NEAR((ObservedScene{.depth = depth, .image = image}.luminance(1, 0)), 0.7152F, 1e-6F);
  EXPECT_EQ((ObservedScene{.depth = depth, .image = image}.luminance(0, 0)), 0);
}

TEST(ConfidenceLevels, FallWithTheExpectedError) {
  const ConfidenceLevels levels{.high = 0.01F, .medium = 0.03F};
  EXPECT_EQ(levels.of(0), 2);
  EXPECT_EQ(levels.of(0.01F), 2);
  EXPECT_EQ(levels.of(0.02F), 1);
  EXPECT_EQ(levels.of(0.04F), 0);
}

}  // namespace
}  // namespace promptdepth
