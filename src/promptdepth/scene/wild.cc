#include "promptdepth/scene/wild.h"

#include <array>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

void add_wild_cone(Kit& kit, const Frame& frame, float s, MaterialId material) {
  const float below = s * kit.pick(0.2F, 0.7F);
  add_cylinder(kit.world, frame, below, s * kit.pick(0, 0.7F), 2 * s, 20, material);
}

void add_wild_lump(Kit& kit, const Frame& frame, float s, MaterialId material) {
  const Vec3 half{s, s * kit.pick(0.3F, 1), s * kit.pick(0.3F, 1)};
  add_superellipsoid(kit.world, frame, half, kit.pick(0.3F, 1.8F), 18, material);
}

void add_wild_thing(Kit& kit, const Frame& frame, float s) {
  const MaterialId material = kit.palette.anything();
  switch (kit.random.below(9)) {
    case 0: {
      const Vec3 half{s * kit.pick(0.1F, 1), s * kit.pick(0.1F, 1), s * kit.pick(0.02F, 1)};
      add_box(kit.world, frame, -half, half, material);
      return;
    }
    case 1:
      add_ellipsoid(kit.world, frame, {s * kit.pick(0.2F, 1), s * kit.pick(0.2F, 1), s}, 18,
                    material);
      return;
    case 2:
      add_wild_cone(kit, frame, s, material);
      return;
    case 3:
      add_torus(kit.world, frame, s, s * kit.pick(0.04F, 0.35F), 24, material);
      return;
    case 4:
    case 5:
      add_rod(kit.world, frame, {0, 0, -3 * s}, {0, 0, 3 * s}, kit.pick(0.002F, 0.03F), material);
      return;
    case 6:
      add_wild_lump(kit, frame, s, material);
      return;
    case 7:
      add_disc(kit.world, frame, s, 20, material);
      return;
    default: {
      const float k = kit.pick(2, 7);
      const float phase = kit.pick(0, 6);
      add_surface(
          kit.world, frame, 14, 14, false,
          [&](float u, float v) {
            return Vec3{s * (2 * u - 1), s * (2 * v - 1),
                        0.25F * s * portable::sin(k * u + phase) * portable::cos(k * v)};
          },
          material);
    }
  }
}

}  // namespace

void build_wild_things(Kit& kit, Vec3 low, Vec3 high, int things) {
  for (int i = 0; i < things; ++i) {
    const Vec3 at{kit.pick(low.x, high.x), kit.pick(low.y, high.y), kit.pick(low.z, high.z)};
    const Vec3 axis{kit.pick(-1, 1), kit.pick(-1, 1), kit.pick(-1, 1)};
    const Frame frame = along(at, axis) * turned_z(kit.pick(0, 6.2832F));
    const float share = kit.pick(0, 1);
    add_wild_thing(kit, frame, 0.03F + 0.45F * share * share * share);
  }
}

}  // namespace promptdepth::scene
