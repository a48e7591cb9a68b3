#include "promptdepth/scene/world.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"

namespace promptdepth::scene {
namespace {

TEST(World, PutsQuadsWhereTheirFrameIs) {
  World world;
  const ObjectId object = world.add_object(upright({1, 2, 3}, 1.5707963F), world.add_material({}));
  world.add_quad(object, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 0});
  const Quad& quad = world.quads().at(0);
  EXPECT_NEAR(quad.corners[0].x, 1, 1e-6F);  // a quarter turn: x becomes y
  EXPECT_NEAR(quad.corners[0].y, 3, 1e-6F);
  EXPECT_NEAR(quad.corners[1].x, 0, 1e-6F);
  EXPECT_NEAR(quad.corners[2].z, 4, 1e-6F);
  EXPECT_EQ(quad.object, object);
}

TEST(World, JoinsAGridsPointsToSmoothQuads) {
  World world;
  const ObjectId object = world.add_object({{0, 0, 5}}, world.add_material({}));
  const std::vector<Vec3> points{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {0, 1, 0}, {1, 1, 0}, {2, 1, 0}};
  const std::vector<Vec3> normals(points.size(), {0, 0, 1});
  world.add_smooth_grid(object, 3, points, normals);
  ASSERT_EQ(world.quads().size(), 2U);
  const Quad& second = world.quads()[1];
  EXPECT_TRUE(second.smooth);
  EXPECT_EQ(second.corners[0].x, 1);
  EXPECT_EQ(second.corners[1].x, 2);
  EXPECT_EQ(second.corners[2].y, 1);
  EXPECT_EQ(second.corners[3].x, 1);
  EXPECT_EQ(second.corners[3].z, 5);
  EXPECT_EQ(second.normals[2].z, 1);
}

TEST(World, KnowsAnObjectsMaterial) {
  World world;
  Material red;
  red.first = {1, 0, 0};
  world.add_material({});
  const ObjectId object = world.add_object({}, world.add_material(red));
  EXPECT_EQ(world.material_of(object).first.x, 1);
}

TEST(World, RefusesWhatIsNotThere) {
  World world;
  EXPECT_THROW(world.add_object({}, 0), Error);
  EXPECT_THROW(world.add_quad(0, {}, {}, {}, {}), Error);
  EXPECT_THROW(world.add_sphere(0, 1), Error);
  EXPECT_THROW(world.add_smooth_grid(0, 2, {}, {}), Error);
}

TEST(Frames, GoThereAndBack) {
  const Frame frame = upright({1, 2, 3}, 0.7F) * turned_x(0.4F) * turned_y(-1.1F);
  const Vec3 p{0.3F, -0.2F, 0.9F};
  const Vec3 back = frame.local_point(frame.point(p));
  EXPECT_NEAR(back.x, p.x, 1e-6F);
  EXPECT_NEAR(back.y, p.y, 1e-6F);
  EXPECT_NEAR(back.z, p.z, 1e-6F);
  EXPECT_NEAR(dot(cross(frame.x, frame.y), frame.z), 1, 1e-6F);
}

TEST(Frames, PointAlongAnAxisEvenTheVerticalOne) {
  for (const Vec3 axis : {Vec3{0, 0, 1}, Vec3{0, 0, -2}, Vec3{1, 2, 3}, Vec3{-1, 0, 0}}) {
    const Frame frame = along({}, axis);
    EXPECT_NEAR(dot(frame.z, normalized(axis)), 1, 1e-6F);
    EXPECT_NEAR(dot(frame.x, frame.z), 0, 1e-6F);
    EXPECT_NEAR(dot(cross(frame.x, frame.y), frame.z), 1, 1e-6F);
  }
}

}  // namespace
}  // namespace promptdepth::scene
