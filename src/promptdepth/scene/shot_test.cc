#include "promptdepth/scene/shot.h"

#include <gtest/gtest.h>

namespace promptdepth::scene {
namespace {

constexpr SceneOptions kSmall{.width = 40, .height = 30, .kind = SceneKind::kRoom};

TEST(Shot, IsOfTheKindThatWasAskedFor) {
  EXPECT_FALSE(Shot(1, kSmall).is_street());
  SceneOptions street = kSmall;
  street.kind = SceneKind::kStreet;
  EXPECT_TRUE(Shot(1, street).is_street());
}

TEST(Shot, WritesThePoseOfTheCameraThatItRendersWith) {
  const Shot shot(2, kSmall);
  Camera camera = shot.camera();
  camera.world_from_camera.origin = (shot.stage().low + shot.stage().high) * 0.5F;
  const RenderedFrame frame = shot.render(camera, 1);
  const Frame& f = camera.world_from_camera;
  EXPECT_EQ(frame.world_from_camera[3], f.origin.x);
  EXPECT_EQ(frame.world_from_camera[7], f.origin.y);
  EXPECT_EQ(frame.world_from_camera[11], f.origin.z);
  EXPECT_EQ(frame.world_from_camera[2], f.z.x);
  EXPECT_EQ(frame.world_from_camera[15], 1);
}

TEST(Shot, ChangesOnlyTheNoiseWithTheNoisesSeed) {
  const Shot shot(3, kSmall);
  EXPECT_EQ(shot.render(shot.camera(), 1).depth.values, shot.render(shot.camera(), 2).depth.values);
  EXPECT_EQ(shot.render(shot.camera(), 1).image.rgb, shot.render(shot.camera(), 1).image.rgb);
}

}  // namespace
}  // namespace promptdepth::scene
