#include <algorithm>
#include <array>
#include <vector>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

MaterialId rod_material(Kit& kit) {
  switch (kit.random.below(4)) {
    case 0:
      return kit.palette.wood();
    case 1:
      return kit.palette.paint();
    case 2:
      return kit.palette.dark();
    default:
      return kit.palette.metal();
  }
}

/// A garment hanging from a bar: a wavy sheet, wide at the shoulders.
void add_garment(Kit& kit, const Frame& frame, float width, float height) {
  const float phase = kit.pick(0, 6);
  const float flare = kit.pick(0.7F, 1.2F);
  add_surface(
      kit.world, frame, 14, 6, true,
      [&](float u, float v) {
        const float angle = 6.2832F * u;
        const float half = 0.5F * width * mix(v < 0.1F ? 0.3F : 0.9F, flare, v);
        const float fold = 1 + 0.2F * v * portable::sin(3 * angle + phase);
        return Vec3{half * portable::cos(angle) * fold, 0.06F * portable::sin(angle) * fold,
                    -height * v};
      },
      kit.palette.fabric());
}

void add_wheel(Kit& kit, const Frame& frame, float radius) {
  const MaterialId tyre = kit.palette.dark();
  const MaterialId metal = kit.palette.metal();
  // The frame's z is the axle.
  add_torus(kit.world, frame, radius, kit.pick(0.015F, 0.03F), 32, tyre);
  add_torus(kit.world, frame, radius - 0.03F, 0.01F, 32, metal);
  add_cylinder(kit.world, frame.moved({0, 0, -0.05F}), 0.025F, 0.025F, 0.1F, 10, metal);
  const int spokes = kit.chance(0.2F) ? kit.count(5, 8) : kit.count(16, 28);
  const float thick = spokes < 10 ? 0.012F : 0.0022F;
  for (int i = 0; i < spokes; ++i) {
    const float a = 6.2832F * static_cast<float>(i) / static_cast<float>(spokes);
    const float hub = (i & 1) != 0 ? 0.03F : -0.03F;
    add_rod(kit.world, frame, {0.02F * portable::cos(a + 1), 0.02F * portable::sin(a + 1), hub},
            {(radius - 0.03F) * portable::cos(a), (radius - 0.03F) * portable::sin(a), 0}, thick,
            metal);
  }
}

}  // namespace

void build_clothes_rack(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId rod = rod_material(kit);
  const float half = 0.5F * size.x;
  const float foot = 0.5F * size.y;
  for (const float side : {-1.0F, 1.0F}) {
    const float x = side * half;
    add_rod(kit.world, frame, {x, 0, 0}, {x, 0, size.z}, 0.012F, rod);
    add_rod(kit.world, frame, {x, -foot, 0.02F}, {x, foot, 0.02F}, 0.012F, rod);
  }
  add_rod(kit.world, frame, {-half, 0, size.z}, {half, 0, size.z}, 0.012F, rod);
  const int garments = kit.count(0, 8);
  for (int i = 0; i < garments; ++i) {
    const float x = half * kit.pick(-0.85F, 0.85F);
    const Frame hanger = frame.moved({x, 0, size.z - 0.07F}) * turned_z(kit.pick(0.9F, 2.1F));
    add_rod(kit.world, hanger, {0, 0, 0.07F}, {0, 0, 0}, 0.003F, rod);
    add_garment(kit, hanger, 0.42F, kit.pick(0.5F, 1.1F));
  }
}

void build_ladder(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId rod = rod_material(kit);
  const float half = 0.5F * size.x;
  const bool standing = kit.chance(0.5F);
  const float lean = portable::atan2(size.y, size.z);
  const Frame front =
      frame.moved({0, 0.5F * size.y, 0}) * turned_x(lean * (standing ? 0.5F : 0.9F));
  const int rungs = kit.count(4, 9);
  const float thick = kit.pick(0.01F, 0.025F);
  for (const float side : {-1.0F, 1.0F}) {
    add_rod(kit.world, front, {side * half, 0, 0}, {side * 0.85F * half, 0, size.z}, thick, rod);
    if (!standing) continue;
    add_rod(kit.world, frame, {side * half, -0.5F * size.y, 0},
            {side * 0.85F * half, 0, 0.97F * size.z}, thick, rod);
  }
  for (int i = 0; i < rungs; ++i) {
    const float z = size.z * (static_cast<float>(i) + 0.7F) / static_cast<float>(rungs);
    add_rod(kit.world, front, {-0.95F * half, 0, z}, {0.95F * half, 0, z}, 0.8F * thick, rod);
  }
}

void build_railing(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId rod = rod_material(kit);
  const float half = 0.5F * size.x;
  const float height = std::min(size.z, kit.pick(0.7F, 1.1F));
  const int bars = static_cast<int>(size.x / kit.pick(0.07F, 0.16F));
  const float thick = kit.pick(0.005F, 0.015F);
  const bool level_bars = kit.chance(0.25F);
  for (int i = 0; i <= bars; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(bars);
    if (level_bars && i != 0 && i != bars) {
      if (t * height > height) break;
      add_rod(kit.world, frame, {-half, 0, t * height}, {half, 0, t * height}, thick, rod);
    } else {
      const float x = mix(-half, half, t);
      add_rod(kit.world, frame, {x, 0, 0}, {x, 0, height}, thick, rod);
    }
  }
  add_rod(kit.world, frame, {-half, 0, height}, {half, 0, height}, 2 * thick, rod);
  add_rod(kit.world, frame, {-half, 0, 0.08F}, {half, 0, 0.08F}, thick, rod);
}

void build_bicycle(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId paint = kit.palette.plastic();
  const MaterialId metal = kit.palette.metal();
  const float r = kit.pick(0.26F, 0.34F);
  const float base = 0.5F * size.x - r;
  const Frame leaning = frame * turned_x(kit.pick(-0.12F, 0.12F));
  const Frame upright_wheel{{0, 0, r}, {1, 0, 0}, {0, 0, 1}, {0, -1, 0}};
  add_wheel(kit, leaning * upright_wheel.moved({-base, 0, 0}), r);
  add_wheel(kit, leaning * upright_wheel.moved({base, 0, 0}), r);
  const Vec3 rear{-base, 0, r};
  const Vec3 crank{-0.1F, 0, r - 0.03F};
  const Vec3 saddle{-0.28F, 0, 0.8F * size.z};
  const Vec3 head{0.75F * base, 0, 0.78F * size.z};
  const Vec3 front{base, 0, r};
  const float tube = kit.pick(0.012F, 0.02F);
  const std::array<std::array<Vec3, 2>, 7> tubes{{{rear, crank},
                                                  {rear, saddle},
                                                  {crank, saddle},
                                                  {crank, head},
                                                  {saddle - Vec3{-0.02F, 0, 0.06F}, head},
                                                  {head, front},
                                                  {saddle, saddle + Vec3{-0.03F, 0, 0.14F}}}};
  for (const auto& [from, to] : tubes) add_rod(kit.world, leaning, from, to, tube, paint);
  const Vec3 bar = head + Vec3{-0.04F, 0, 0.17F};
  add_rod(kit.world, leaning, head, bar, tube, metal);
  const std::array<Vec3, 4> handle{{bar + Vec3{-0.12F, -0.26F, 0}, bar + Vec3{0.03F, -0.12F, 0.02F},
                                    bar + Vec3{0.03F, 0.12F, 0.02F}, bar + Vec3{-0.12F, 0.26F, 0}}};
  add_tube(kit.world, leaning, handle, 0.012F, metal);
  add_superellipsoid(kit.world, leaning.moved(saddle + Vec3{-0.03F, 0, 0.16F}),
                     {0.13F, 0.06F, 0.03F}, 0.7F, 12, kit.palette.dark());
  add_torus(kit.world, leaning * Frame{crank, {1, 0, 0}, {0, 0, 1}, {0, -1, 0}}, 0.09F, 0.006F, 20,
            metal);
  if (!kit.chance(0.4F)) return;
  const Frame basket = leaning.moved(bar + Vec3{0.18F, 0, -0.05F});
  for (int i = 0; i < 9; ++i) {
    const float t = -0.15F + 0.0375F * static_cast<float>(i);
    add_rod(kit.world, basket, {-0.12F, t, -0.1F}, {-0.12F, t, 0.1F}, 0.003F, metal);
    add_rod(kit.world, basket, {0.12F, t, -0.1F}, {0.12F, t, 0.1F}, 0.003F, metal);
    add_rod(kit.world, basket, {-0.12F, t, -0.1F}, {0.12F, t, -0.1F}, 0.003F, metal);
  }
}

void build_tripod(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId rod = rod_material(kit);
  const Vec3 apex{0, 0, 0.75F * size.z};
  const float reach = 0.5F * size.x;
  for (int i = 0; i < 3; ++i) {
    const Frame leg = frame * turned_z(2.0944F * static_cast<float>(i) + 0.3F);
    add_rod(kit.world, leg, {reach, 0, 0}, apex, kit.pick(0.006F, 0.016F), rod);
  }
  add_rod(kit.world, frame, apex, {0, 0, size.z}, 0.01F, rod);
  const Frame top = frame.moved({0, 0, size.z});
  switch (kit.random.below(3)) {
    case 0:  // an easel or music stand
      add_box(kit.world, top * turned_x(0.3F), {-0.28F, -0.01F, -0.35F}, {0.28F, 0.01F, 0.1F},
              kit.palette.picture());
      break;
    case 1:  // a camera or spotlight
      add_box(kit.world, top, {-0.07F, -0.05F, 0}, {0.07F, 0.05F, 0.1F}, kit.palette.dark());
      add_cylinder(kit.world, top * Frame{{0, 0.05F, 0.05F}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}},
                   0.035F, 0.04F, 0.1F, 14, kit.palette.dark());
      break;
    default:
      add_lathe(kit.world, top,
                std::array<ProfilePoint, 3>{{{0.25F, -0.05F}, {0.12F, 0.12F}, {0.03F, 0.18F}}}, 18,
                kit.palette.fabric());
  }
}

void build_wire_tangle(Kit& kit, const Frame& frame, Vec3 size) {
  const int wires = kit.count(2, 7);
  for (int i = 0; i < wires; ++i) {
    std::vector<Vec3> points(static_cast<std::size_t>(kit.count(12, 24)));
    const Vec3 phase{kit.pick(0, 6), kit.pick(0, 6), kit.pick(0, 6)};
    const Vec3 speed{kit.pick(2, 7), kit.pick(2, 7), kit.pick(1, 5)};
    for (std::size_t k = 0; k < points.size(); ++k) {
      const float t = static_cast<float>(k) / static_cast<float>(points.size() - 1);
      points[k] = {0.5F * size.x * portable::sin(phase.x + speed.x * t),
                   0.5F * size.y * portable::sin(phase.y + speed.y * t),
                   0.5F * size.z * (1 + 0.95F * portable::sin(phase.z + speed.z * t))};
    }
    const float radius = kit.pick(0.003F, 0.02F);
    add_tube(kit.world, frame, points, radius, rod_material(kit));
  }
}

void build_fan(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId rod = rod_material(kit);
  const MaterialId blade = kit.palette.plastic();
  add_cylinder(kit.world, frame, 0.4F * size.x, 0.35F * size.x, 0.03F, 18, rod);
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, size.z}, 0.016F, rod);
  // The axle points to the front.
  const Frame head = frame * Frame{{0, 0.08F, size.z}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
  const float radius = 0.5F * size.x;
  for (int i = 0; i < 4; ++i) {
    const Frame turned = head * turned_z(1.5708F * static_cast<float>(i)) * turned_x(0.4F);
    add_ellipsoid(kit.world, turned.moved({0.5F * radius, 0, 0}),
                  {0.42F * radius, 0.2F * radius, 0.008F}, 12, blade);
  }
  add_ellipsoid(kit.world, head, {0.18F * radius, 0.18F * radius, 0.09F}, 12, rod);
  const int wires = kit.count(12, 26);
  for (int i = 0; i < wires; ++i) {
    const Frame turned =
        head * turned_z(6.2832F * static_cast<float>(i) / static_cast<float>(wires));
    const std::array<Vec3, 5> wire{{{0.05F, 0, 0.1F},
                                    {0.6F * radius, 0, 0.09F},
                                    {radius, 0, 0},
                                    {0.6F * radius, 0, -0.08F},
                                    {0.05F, 0, -0.09F}}};
    add_tube(kit.world, turned, wire, 0.0025F, rod);
  }
  add_torus(kit.world, head, radius, 0.007F, 28, rod);
}

}  // namespace promptdepth::scene
