#include <array>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

/// A frame turned so that its z points along one of the six axes.
Frame axis_turn(Kit& kit) {
  switch (kit.random.below(3)) {
    case 0:
      return {};
    case 1:
      return turned_x(kit.chance(0.5F) ? 1.5708F : -1.5708F);
    default:
      return turned_y(kit.chance(0.5F) ? 1.5708F : -1.5708F);
  }
}

void add_bent_pipe(Kit& kit, const Frame& frame, Vec3 half, MaterialId material) {
  std::array<Vec3, 9> points;
  const Vec3 from{kit.pick(-half.x, half.x), kit.pick(-half.y, half.y), kit.pick(-half.z, half.z)};
  const Vec3 to{kit.pick(-half.x, half.x), kit.pick(-half.y, half.y), kit.pick(-half.z, half.z)};
  const Vec3 out{kit.pick(-1, 1), kit.pick(-1, 1), kit.pick(-1, 1)};
  const float bulge = length(half) * kit.pick(0.1F, 0.6F);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(points.size() - 1);
    points[i] = mix(from, to, t) + out * (bulge * 4 * t * (1 - t));
  }
  add_tube(kit.world, frame, points, length(half) * kit.pick(0.01F, 0.06F), material);
}

void add_part(Kit& kit, const Frame& frame, Vec3 half, MaterialId material) {
  const float s = length(half) * kit.pick(0.08F, 0.35F);
  const Vec3 at{kit.pick(-half.x, half.x), kit.pick(-half.y, half.y), kit.pick(-half.z, half.z)};
  const Frame place = frame.moved(at) * axis_turn(kit);
  switch (kit.random.below(7)) {
    case 0:
    case 1:
      add_bevelled_box(kit.world, place, Vec3{-1, -0.7F, -0.5F} * s, Vec3{1, 0.7F, 0.5F} * s,
                       0.15F * s, material);
      return;
    case 2: {  // a finned cylinder
      const int fins = kit.count(1, 7);
      for (int i = 0; i < fins; ++i) {
        add_cylinder(kit.world, place.moved({0, 0, 0.25F * s * static_cast<float>(i)}), 0.7F * s,
                     0.7F * s, 0.12F * s, 14, material);
      }
      add_cylinder(kit.world, place, 0.5F * s, 0.5F * s, 0.25F * s * static_cast<float>(fins), 14,
                   material);
      return;
    }
    case 3:
      add_torus(kit.world, place, s, s * kit.pick(0.06F, 0.25F), 22, material);
      return;
    case 4:
      add_superellipsoid(kit.world, place, {s, 0.6F * s, 0.5F * s}, kit.pick(0.5F, 1), 16,
                         material);
      return;
    default:
      add_bent_pipe(kit, frame, half, material);
  }
}

void add_spoked_wheel(Kit& kit, const Frame& axle, float radius, MaterialId tyre,
                      MaterialId metal) {
  add_torus(kit.world, axle, 0.87F * radius, 0.13F * radius, 30, tyre);
  add_cylinder(kit.world, axle.moved({0, 0, -0.1F * radius}), 0.12F * radius, 0.12F * radius,
               0.2F * radius, 12, metal);
  const int spokes = kit.count(5, 12);
  for (int i = 0; i < spokes; ++i) {
    const float a = 6.2832F * static_cast<float>(i) / static_cast<float>(spokes);
    add_rod(
        kit.world, axle, {0.1F * radius * portable::cos(a), 0.1F * radius * portable::sin(a), 0},
        {0.78F * radius * portable::cos(a + 0.25F), 0.78F * radius * portable::sin(a + 0.25F), 0},
        0.035F * radius, metal);
  }
}

}  // namespace

void build_machine(Kit& kit, const Frame& frame, Vec3 size) {
  const std::array<MaterialId, 4> materials{kit.palette.metal(), kit.palette.dark(),
                                            kit.palette.plastic(), kit.palette.metal()};
  const float lift = kit.pick(0.05F, 0.35F) * size.z;
  const Vec3 half{0.4F * size.x, 0.35F * size.y, 0.4F * (size.z - lift)};
  const Frame middle = frame.moved({0, 0, lift + half.z});
  const int parts = kit.count(10, 40);
  for (int i = 0; i < parts; ++i) {
    add_part(kit, middle, half, materials[kit.random.below(materials.size())]);
  }
  if (kit.chance(0.5F)) {  // on wheels
    const float radius = kit.pick(0.25F, 0.45F) * size.z;
    const Frame axle{{0, 0, radius}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
    for (const float side : {-0.38F, 0.38F}) {
      add_spoked_wheel(kit, frame * axle.moved({side * size.x, 0, 0}), radius, materials[1],
                       materials[0]);
    }
    return;
  }
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      add_rod(kit.world, frame, {sx * half.x, sy * half.y, 0},
              {sx * half.x, sy * half.y, lift + half.z}, 0.02F, materials[0]);
    }
  }
}

void build_kitchen(Kit& kit, const Frame& frame, Vec3 size) {
  const float height = kit.pick(0.85F, 0.95F);
  build_cabinet(kit, frame, {size.x, size.y, height});
  const float half = 0.5F * size.x;
  const float front = 0.5F * size.y;
  add_box(kit.world, frame, {-half, -front, height}, {half, front + 0.03F, height + 0.04F},
          kit.palette.stone());
  const Frame top = frame.moved({0, 0, height + 0.04F});
  const MaterialId metal = kit.palette.metal();
  const float sink = kit.pick(-0.6F, 0.6F) * half;  // a tap, and a bowl's rim
  const std::array<Vec3, 6> tap{{{sink, -0.7F * front, 0},
                                 {sink, -0.7F * front, 0.2F},
                                 {sink, -0.6F * front, 0.27F},
                                 {sink, -0.35F * front, 0.29F},
                                 {sink, -0.15F * front, 0.26F},
                                 {sink, -0.1F * front, 0.2F}}};
  add_tube(kit.world, top, tap, 0.011F, metal);
  add_box(kit.world, top, {sink - 0.22F, -0.55F * front, 0}, {sink + 0.22F, 0.7F * front, 0.006F},
          metal);
  scatter(kit, top, 1.8F * half, 1.1F * front, kit.count(2, 9), 0.2F);
  if (size.z < 1.9F) return;
  const float low = kit.pick(1.4F, 1.55F);  // cupboards on the wall
  const float shallow = 0.5F * size.y;
  if (kit.chance(0.6F)) {
    build_cabinet(kit, frame.moved({0, -0.5F * shallow, low}),
                  {size.x * kit.pick(0.5F, 1), shallow, size.z - low});
    return;
  }
  const float rail_y = -front + 0.06F;  // or a rail with tools on hooks
  add_rod(kit.world, frame, {-half, rail_y, low}, {half, rail_y, low}, 0.008F, metal);
  const int tools = kit.count(3, 9);
  for (int i = 0; i < tools; ++i) {
    const float x = half * kit.pick(-0.95F, 0.95F);
    const float reach = kit.pick(0.12F, 0.3F);
    add_rod(kit.world, frame, {x, rail_y, low}, {x, rail_y, low - reach}, 0.005F, metal);
    const Vec3 handle{kit.pick(0.02F, 0.09F), 0.015F, kit.pick(0.02F, 0.09F)};
    add_ellipsoid(kit.world, frame.moved({x, rail_y, low - reach}), handle, 12,
                  kit.palette.anything());
  }
}

}  // namespace promptdepth::scene
