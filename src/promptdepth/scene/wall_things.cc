#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/portable_math.h"
#include "promptdepth/scene/walls.h"

namespace promptdepth::scene {
namespace {

bool is_free(const std::vector<Opening>& openings, float left, float right) {
  return std::none_of(openings.begin(), openings.end(), [&](const Opening& o) {
    return left < o.right + 0.1F && right > o.left - 0.1F;
  });
}

void add_skirting(Kit& kit, const Wall& wall, const std::vector<Opening>& openings,
                  MaterialId trim) {
  const float height = kit.pick(0.04F, 0.16F);
  float x = 0;
  const auto piece = [&](float to) {
    if (to - x > 0.05F) {
      add_box(kit.world, wall.frame, {x, 0, 0}, {to, 0.015F, height}, trim);
    }
  };
  for (const Opening& o : openings) {
    if (o.bottom > height) continue;
    piece(o.left - 0.05F);
    x = o.right + 0.05F;
  }
  piece(wall.length);
}

void add_picture(Kit& kit, const Frame& at) {
  const float w = kit.pick(0.1F, 0.6F);
  const float h = w * kit.pick(0.6F, 1.5F);
  const float rim = kit.pick(0.008F, 0.05F);
  const float out = kit.pick(0.004F, 0.04F);
  const Frame hung = at * turned_y(0.02F * kit.pick(-1, 1));
  if (kit.chance(0.7F)) {
    add_box(kit.world, hung, {-w, 0, -h}, {w, out, h},
            kit.chance(0.5F) ? kit.palette.wood() : kit.palette.dark());
  }
  add_box(kit.world, hung, {-w + rim, 0, -h + rim}, {w - rim, out + 0.002F, h - rim},
          kit.chance(0.2F) ? kit.palette.paper() : kit.palette.picture());
}

void add_wall_shelf(Kit& kit, const Frame& at) {
  const float half = kit.pick(0.2F, 0.7F);
  const float depth = kit.pick(0.15F, 0.28F);
  const float thickness = kit.pick(0.015F, 0.04F);
  add_box(kit.world, at, {-half, 0, 0}, {half, depth, thickness},
          kit.chance(0.6F) ? kit.palette.wood() : kit.palette.paint());
  const Frame top = at.moved({0, 0.5F * depth, 0.04F});
  if (kit.chance(0.5F)) {
    build_book_row(kit, top, 1.6F * half, depth, kit.pick(0.2F, 0.3F));
  } else {
    scatter(kit, top, 1.8F * half, 0.4F * depth, kit.count(1, 6), 0.15F);
  }
}

void add_clock(Kit& kit, const Frame& at) {
  const float r = kit.pick(0.1F, 0.25F);
  const Frame face = at * Frame{{}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
  add_cylinder(kit.world, face, r, r, 0.03F, 24, kit.palette.paint());
  add_torus(kit.world, face.moved({0, 0, 0.03F}), r, 0.012F, 24, kit.palette.metal());
}

void add_hooks(Kit& kit, const Frame& at) {
  const MaterialId metal = kit.palette.metal();
  const int hooks = kit.count(2, 6);
  add_box(kit.world, at, {-0.1F, 0, -0.04F}, {0.14F * static_cast<float>(hooks), 0.015F, 0.04F},
          kit.palette.wood());
  for (int i = 0; i < hooks; ++i) {
    const float x = 0.14F * static_cast<float>(i);
    add_rod(kit.world, at, {x, 0, 0}, {x, 0.06F, 0.02F}, 0.006F, metal);
    if (!kit.chance(0.5F)) continue;
    const float width = kit.pick(0.12F, 0.25F);
    const float drop = kit.pick(0.3F, 0.9F);
    const float phase = kit.pick(0, 6);
    add_surface(
        kit.world, at, 12, 5, true,
        [&](float u, float v) {
          const float a = 6.2832F * u;
          const float half = width * (0.25F + 0.75F * std::sqrt(v));
          return Vec3{x + half * portable::cos(a) * (1 + 0.2F * portable::sin(3 * a + phase)),
                      0.07F + 0.05F * portable::sin(a), -drop * v};
        },
        kit.palette.fabric());
  }
}

/// A cable from one point of the wall to another, sagging.
void add_cable(Kit& kit, const Wall& wall) {
  const float x0 = kit.pick(0, wall.length);
  const float x1 = kit.pick(0, wall.length);
  const float z0 = kit.pick(0.2F, wall.height);
  const float z1 = kit.pick(0.2F, wall.height);
  const float sag = kit.pick(0, 0.6F);
  std::array<Vec3, 14> points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(points.size() - 1);
    const float z = mix(z0, z1, t) - sag * 4 * t * (1 - t);
    points[i] = {mix(x0, x1, t), 0.02F + 0.1F * t * (1 - t), std::max(0.02F, z)};
  }
  const float radius = kit.pick(0.003F, 0.012F);
  add_tube(kit.world, wall.frame, points, radius, kit.palette.dark());
}

void add_pipe(Kit& kit, const Wall& wall) {
  const MaterialId paint = kit.chance(0.5F) ? kit.palette.metal() : kit.palette.paint();
  const float r = kit.pick(0.01F, 0.06F);
  if (kit.chance(0.5F)) {
    const float x = kit.pick(0.1F, wall.length - 0.1F);
    add_rod(kit.world, wall.frame, {x, r + 0.03F, 0}, {x, r + 0.03F, wall.height}, r, paint);
  } else {
    const float z = kit.chance(0.5F) ? wall.height - r - 0.1F : r + 0.15F;
    add_rod(kit.world, wall.frame, {0, r + 0.03F, z}, {wall.length, r + 0.03F, z}, r, paint);
  }
}

/// Upright studs or pilasters, as in an unfinished garage.
void add_studs(Kit& kit, const Wall& wall, const std::vector<Opening>& openings) {
  const MaterialId wood = kit.palette.wood();
  const float pitch = kit.pick(0.4F, 1.2F);
  const float half = kit.pick(0.02F, 0.06F);
  const float out = kit.pick(0.04F, 0.12F);
  for (float x = 0.5F * pitch; x < wall.length; x += pitch) {
    if (!is_free(openings, x - half, x + half)) continue;
    add_box(kit.world, wall.frame, {x - half, 0, 0}, {x + half, out, wall.height}, wood);
  }
}

void add_tools(Kit& kit, const Frame& at) {
  const int tools = kit.count(3, 12);
  for (int i = 0; i < tools; ++i) {
    const Vec3 hook{kit.pick(-0.7F, 0.7F), 0.03F, kit.pick(-0.4F, 0.4F)};
    const Frame place = at.moved(hook) * turned_y(kit.pick(-0.3F, 0.3F));
    const float reach = kit.pick(0.1F, 0.5F);
    const float radius = kit.pick(0.006F, 0.02F);
    add_rod(kit.world, place, {0, 0, 0}, {0, 0, -reach}, radius, kit.palette.anything());
    const float w = kit.pick(0.02F, 0.12F);
    const float end = reach + kit.pick(0.03F, 0.1F);
    add_box(kit.world, place, {-w, -0.012F, -end}, {w, 0.012F, -reach}, kit.palette.metal());
  }
}

void add_one_thing(Kit& kit, const Frame& at) {
  switch (kit.random.below(9)) {
    case 0:
    case 1:
    case 2:
      return add_picture(kit, at);
    case 3:
    case 4:
      return add_wall_shelf(kit, at);
    case 5:
      return add_clock(kit, at);
    case 6:
      return add_hooks(kit, at);
    case 7:
      return build_wall_mirror(kit, at);
    default:
      return add_tools(kit, at);
  }
}

}  // namespace

void dress_wall(Kit& kit, const Wall& wall, const std::vector<Opening>& openings, MaterialId trim) {
  if (kit.chance(0.75F)) add_skirting(kit, wall, openings, trim);
  if (kit.chance(0.12F)) add_studs(kit, wall, openings);
  const int things = kit.count(0, 5);
  for (int i = 0; i < things; ++i) {
    const float x = kit.pick(0.4F, std::max(0.5F, wall.length - 0.4F));
    if (!is_free(openings, x - 0.5F, x + 0.5F)) continue;
    add_one_thing(kit,
                  wall.frame.moved({x, 0, kit.pick(1.1F, std::min(2.0F, wall.height - 0.3F))}));
  }
  if (kit.chance(0.3F)) add_cable(kit, wall);
  if (kit.chance(0.2F)) add_pipe(kit, wall);
}

}  // namespace promptdepth::scene
