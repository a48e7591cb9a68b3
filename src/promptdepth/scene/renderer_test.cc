#include "promptdepth/scene/renderer.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {
namespace {

constexpr float kTolerance = 1e-4F;

Camera level_camera() {
  Camera camera = make_camera(64, 48, 1.2F);
  camera.world_from_camera = camera_frame({0, 0, 1.5F}, 0, 0, 0);
  return camera;
}

DepthMap depth_of(const World& world, const Camera& camera) {
  const RayCaster caster(world);
  return render_view(caster, {}, camera).depth;
}

TEST(Renderer, SeesAFacingPlaneAtOneDepth) {
  World world;
  const ObjectId wall = world.add_object({{3, 0, 0}}, world.add_material({}));
  world.add_quad(wall, {0, -50, -50}, {0, 50, -50}, {0, 50, 50}, {0, -50, 50});
  for (const float z : depth_of(world, level_camera()).values) EXPECT_NEAR(z, 3, kTolerance);
}

TEST(Renderer, SeesTheFloorAsTheFormulaSaysAtPixelCentres) {
  World world;
  const ObjectId floor = world.add_object({}, world.add_material({}));
  world.add_quad(floor, {-500, -500, 0}, {500, -500, 0}, {500, 500, 0}, {-500, 500, 0});
  const Camera camera = level_camera();
  const DepthMap depth = depth_of(world, camera);
  // A floor 1.5 m below a level camera: z = 1.5 f / (y - cy), and nothing above the horizon.
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const float below = static_cast<float>(y) - camera.cy_px;
      const float expected = below > 0 ? 1.5F * camera.fy_px / below : 0.0F;
      EXPECT_NEAR(depth.at(x, y), expected, kTolerance * (1 + expected)) << x << "," << y;
    }
  }
}

TEST(Renderer, SeesASphereAsTheQuadraticFormulaSays) {
  World world;
  const Vec3 center{4, 0.3F, 1.2F};
  world.add_sphere(world.add_object({center}, world.add_material({})), 1);
  const Camera camera = level_camera();
  const DepthMap depth = depth_of(world, camera);
  int hits = 0;
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const Ray ray = camera.ray(static_cast<float>(x), static_cast<float>(y));
      const Vec3 oc = ray.origin - center;
      const double a = dot(ray.direction, ray.direction);
      const double b = dot(oc, ray.direction);
      const double discriminant = b * b - a * (dot(oc, oc) - 1.0);
      if (std::fabs(discriminant) < 0.02) continue;  // grazing: rounding decides
      const double expected = discriminant > 0 ? (-b - std::sqrt(discriminant)) / a : 0;
      EXPECT_NEAR(depth.at(x, y), expected, kTolerance) << x << "," << y;
      hits += discriminant > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(hits, 100);
}

TEST(Renderer, SeesTheFrontOfATurnedBox) {
  World world;
  add_box(world, upright({4, 0, 0}, 0.6F), {-0.5F, -0.5F, 0}, {0.5F, 0.5F, 3},
          world.add_material({}));
  const Camera camera = level_camera();
  const DepthMap depth = depth_of(world, camera);
  int hits = 0;
  for (int x = 0; x < depth.width; ++x) {
    // The slab method in the box's frame, in the plane: the row through the middle is all inside.
    const Frame box = upright({4, 0, 0}, 0.6F);
    const Ray ray = camera.ray(static_cast<float>(x), 20);
    const Vec3 o = box.local_point(ray.origin);
    const Vec3 d = box.local_direction(ray.direction);
    const float x0 = std::min((-0.5F - o.x) / d.x, (0.5F - o.x) / d.x);
    const float x1 = std::max((-0.5F - o.x) / d.x, (0.5F - o.x) / d.x);
    const float y0 = std::min((-0.5F - o.y) / d.y, (0.5F - o.y) / d.y);
    const float y1 = std::max((-0.5F - o.y) / d.y, (0.5F - o.y) / d.y);
    const float enter = std::max(x0, y0);
    const float leave = std::min(x1, y1);
    if (std::fabs(leave - enter) < 1e-3F) continue;
    EXPECT_NEAR(depth.at(x, 20), enter < leave ? enter : 0, kTolerance) << x;
    hits += enter < leave ? 1 : 0;
  }
  EXPECT_GT(hits, 8);
}

TEST(Renderer, AveragesColourOverThePixelAtAnEdge) {
  World world;
  Material glow;
  glow.first = {1, 1, 1};
  glow.emission = 1;
  const ObjectId wall = world.add_object({{3, 0, 0}}, world.add_material(glow));
  Lighting dark;
  dark.ambient_above = dark.ambient_below = {};
  const Camera camera = level_camera();
  // The upper edge runs a quarter of a pixel above the centres of row 30.
  const float top = 1.5F - 3 * (29.75F - camera.cy_px) / camera.fy_px;
  world.add_quad(wall, {0, -50, -50}, {0, 50, -50}, {0, 50, top}, {0, -50, top});
  const RayCaster caster(world);
  const RenderedView view = render_view(caster, dark, camera);
  const auto brightness = [&](int y) {
    return view.radiance[static_cast<std::size_t>(y * 64 + 32)].x;
  };
  EXPECT_EQ(view.depth.at(32, 29), 0);
  EXPECT_NEAR(view.depth.at(32, 30), 3, kTolerance);
  EXPECT_NEAR(brightness(29), 0, 1e-5F);
  EXPECT_NEAR(brightness(30), 0.75F, 1e-5F);
  EXPECT_NEAR(brightness(31), 1, 1e-5F);
}

TEST(Renderer, MapsWhatADepthSensorGetsBack) {
  World world;
  Material grey;
  grey.first = {0.4F, 0.4F, 0.4F};
  Material pane;
  pane.transparency = 0.75F;
  pane.mirror = 0.05F;
  const ObjectId wall = world.add_object({{3, 0, 0}}, world.add_material(grey));
  world.add_quad(wall, {0, -50, -50}, {0, 50, -50}, {0, 50, 50}, {0, -50, 50});
  const ObjectId glass = world.add_object({{2, 0, 1.5F}}, world.add_material(pane));
  world.add_quad(glass, {0, -50, -50}, {0, 0, -50}, {0, 0, 50}, {0, -50, 50});  // on the right
  const RayCaster caster(world);
  const RenderedView view = render_view(caster, {}, level_camera());
  EXPECT_NEAR(view.depth.at(10, 20), 3, kTolerance);
  EXPECT_NEAR(view.surfaces.reflectance.at(10, 20), 0.4F, 1e-5F);
  EXPECT_EQ(view.surfaces.transparency.at(10, 20), 0);
  EXPECT_EQ(view.surfaces.beyond.at(10, 20), 0);
  EXPECT_NEAR(view.depth.at(50, 20), 2, kTolerance);
  EXPECT_EQ(view.surfaces.transparency.at(50, 20), 0.75F);
  EXPECT_EQ(view.surfaces.mirror.at(50, 20), 0.05F);
  EXPECT_NEAR(view.surfaces.beyond.at(50, 20), 3, 2 * kTolerance);
  EXPECT_NEAR(view.surfaces.reflectance.at(50, 20), 0.5F * 0.2F, 1e-5F);
}

}  // namespace
}  // namespace promptdepth::scene
