#include "promptdepth/train/stored_frame.h"

#include <gtest/gtest.h>

#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

void expect_near(const std::vector<float>& found, const std::vector<float>& expected, float limit) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], limit) << i;
}

TEST(StoredFrame, KeepsPictureDepthsAndPrompt) {
  ImageWithDepth frame = image_with_depth(render_scene(3, tiny_recipe().scenes.options));
  frame.prompt = DepthMap(4, 3, 7);
  frame.pseudo_depth = frame.depth;
  frame.pseudo_depth.values[0] = 9;
  frame.has_gaps = true;
  const ImageWithDepth stored = StoredFrame(frame).frame();
  EXPECT_EQ(stored.depth.values, frame.depth.values);
  EXPECT_EQ(stored.pseudo_depth.values, frame.pseudo_depth.values);
  EXPECT_EQ(stored.prompt.values, frame.prompt.values);
  EXPECT_TRUE(stored.has_gaps);
  EXPECT_EQ(stored.image.width, frame.image.width);
  expect_near(stored.image.rgb, frame.image.rgb, 1e-6F);
}

TEST(StoredFrame, KeepsSurfacesAndCamera) {
  ImageWithDepth frame{.image = Image(16, 12), .depth = DepthMap(16, 12, 2)};
  const auto ramp = [](float most) {
    DepthMap map(16, 12);
    for (std::size_t i = 0; i < 192; ++i) map.values[i] = most * static_cast<float>(i) / 191;
    return map;
  };
  frame.surfaces = {
      .reflectance = ramp(0.9F), .mirror = ramp(1), .transparency = ramp(0.3F), .beyond = ramp(30)};
  frame.intrinsics = {.fx = 20, .fy = 21, .cx = 7, .cy = 5, .width = 16, .height = 12};
  const ImageWithDepth stored = StoredFrame(frame).frame();
  constexpr float kHalfStep = 0.5F / 255 + 1e-6F;
  expect_near(stored.surfaces.reflectance.values, frame.surfaces.reflectance.values, kHalfStep);
  expect_near(stored.surfaces.mirror.values, frame.surfaces.mirror.values, kHalfStep);
  expect_near(stored.surfaces.transparency.values, frame.surfaces.transparency.values, kHalfStep);
  EXPECT_EQ(stored.surfaces.beyond.values, frame.surfaces.beyond.values);
  EXPECT_EQ(stored.surfaces.beyond.width, 16);
  ASSERT_TRUE(stored.intrinsics);
  EXPECT_EQ(stored.intrinsics->fy, 21);
}

TEST(StoredFrame, ForgetsMapsWithoutMirrorsAndGlassButNotBlackSurfaces) {
  ImageWithDepth frame{.image = Image(4, 3), .depth = DepthMap(4, 3, 2)};
  const DepthMap zero(4, 3);
  frame.surfaces = {.reflectance = zero, .mirror = zero, .transparency = zero, .beyond = zero};
  const SurfaceMap stored = StoredFrame(frame).frame().surfaces;
  EXPECT_EQ(stored.reflectance.values, zero.values);
  EXPECT_TRUE(stored.mirror.empty());
  EXPECT_TRUE(stored.transparency.empty());
  EXPECT_TRUE(stored.beyond.empty());
}

}  // namespace
}  // namespace promptdepth
