#include "promptdepth/scene/walls.h"

#include <algorithm>
#include <array>

#include "promptdepth/scene/passages.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

void add_wall_quad(World& world, ObjectId wall, float x0, float x1, float z0, float z1) {
  if (x1 - x0 < 1e-4F || z1 - z0 < 1e-4F) return;
  world.add_quad(wall, {x0, 0, z0}, {x1, 0, z0}, {x1, 0, z1}, {x0, 0, z1});
}

/// The four inner sides of an opening.
void add_reveal(World& world, const Wall& wall, const Opening& o, MaterialId material) {
  const ObjectId object = world.add_object(wall.frame, material);
  const float d = -o.depth;
  world.add_quad(object, {o.left, 0, o.bottom}, {o.right, 0, o.bottom}, {o.right, d, o.bottom},
                 {o.left, d, o.bottom});
  world.add_quad(object, {o.left, 0, o.top}, {o.right, 0, o.top}, {o.right, d, o.top},
                 {o.left, d, o.top});
  world.add_quad(object, {o.left, 0, o.bottom}, {o.left, 0, o.top}, {o.left, d, o.top},
                 {o.left, d, o.bottom});
  world.add_quad(object, {o.right, 0, o.bottom}, {o.right, 0, o.top}, {o.right, d, o.top},
                 {o.right, d, o.bottom});
}

/// What closes the recess at its back; its frame is at the middle of the opening's bottom edge.
void add_pane(World& world, const Wall& wall, const Opening& o, MaterialId material) {
  const float half = 0.5F * (o.right - o.left);
  const ObjectId pane =
      world.add_object(wall.frame.moved({o.left + half, -o.depth, o.bottom + half}), material);
  world.add_quad(pane, {-half, 0, -half}, {half, 0, -half}, {half, 0, o.top - o.bottom - half},
                 {-half, 0, o.top - o.bottom - half});
}

void add_casing(Kit& kit, const Wall& wall, const Opening& o, MaterialId trim) {
  const float w = kit.pick(0.03F, 0.1F);
  const float out = kit.pick(0.008F, 0.03F);
  const bool floor = o.bottom < 0.01F;
  add_box(kit.world, wall.frame, {o.left - w, -0.01F, o.bottom}, {o.left, out, o.top + w}, trim);
  add_box(kit.world, wall.frame, {o.right, -0.01F, o.bottom}, {o.right + w, out, o.top + w}, trim);
  add_box(kit.world, wall.frame, {o.left, -0.01F, o.top}, {o.right, out, o.top + w}, trim);
  if (floor) return;
  add_box(kit.world, wall.frame, {o.left - w, -0.01F, o.bottom - 0.03F},
          {o.right + w, out + kit.pick(0, 0.15F), o.bottom}, trim);
}

void add_mullions(Kit& kit, const Wall& wall, const Opening& o, MaterialId trim) {
  const float back = -o.depth;
  const float front = back + kit.pick(0.03F, 0.06F);
  const float w = kit.pick(0.015F, 0.04F);
  const int columns = kit.count(1, 3);
  const int rows = kit.count(1, 3);
  for (int i = 0; i <= columns; ++i) {
    const float x = mix(o.left, o.right, static_cast<float>(i) / static_cast<float>(columns));
    add_box(kit.world, wall.frame, {x - w, back, o.bottom}, {x + w, front, o.top}, trim);
  }
  for (int i = 0; i <= rows; ++i) {
    const float z = mix(o.bottom, o.top, static_cast<float>(i) / static_cast<float>(rows));
    add_box(kit.world, wall.frame, {o.left, back, z - w}, {o.right, front, z + w}, trim);
  }
}

void add_blind(Kit& kit, const Wall& wall, const Opening& o) {
  const MaterialId slat = kit.palette.paint();
  const float y = -std::min(0.5F * o.depth, 0.06F);
  const float drop = kit.pick(0.4F, 1) * (o.top - o.bottom);
  if (kit.chance(0.25F)) {  // upright slats
    const int count = static_cast<int>((o.right - o.left) / kit.pick(0.07F, 0.12F));
    const float turn = kit.pick(0.3F, 1.4F);
    for (int i = 0; i < count; ++i) {
      const float x =
          mix(o.left, o.right, (static_cast<float>(i) + 0.5F) / static_cast<float>(count));
      add_box(kit.world, wall.frame.moved({x, y + 0.05F, 0}) * turned_z(turn),
              {-0.04F, -0.0007F, o.bottom + 0.02F}, {0.04F, 0.0007F, o.top}, slat);
    }
    return;
  }
  const float pitch = kit.pick(0.022F, 0.06F);
  const float tilt = kit.pick(-1.0F, 1.0F);
  for (float z = o.top - 0.03F; z > o.top - drop; z -= pitch) {
    add_box(kit.world, wall.frame.moved({0, y, z}) * turned_x(tilt),
            {o.left + 0.01F, -0.45F * pitch, -0.0007F}, {o.right - 0.01F, 0.45F * pitch, 0.0007F},
            slat);
  }
}

void add_curtains(Kit& kit, const Wall& wall, const Opening& o) {
  const MaterialId cloth = kit.palette.fabric();
  const float bottom = kit.chance(0.6F) ? 0.03F : o.bottom - 0.1F;
  const float top = std::min(o.top + 0.15F, wall.height - 0.03F);
  const float width = 0.5F * (o.right - o.left) * kit.pick(0.3F, 1);
  const float folds = kit.pick(14, 30);
  const float phase = kit.pick(0, 6);
  for (const bool left : {true, false}) {
    const float from = left ? o.left - 0.15F : o.right + 0.15F;
    const float to = left ? from + width : from - width;
    add_surface(
        kit.world, wall.frame, 28, 3, false,
        [&](float u, float v) {
          const float x = mix(from, to, u * mix(0.8F, 1.0F, v));
          return Vec3{x, 0.1F + 0.035F * portable::sin(folds * u * width * 2 + phase + 0.5F * v),
                      mix(top, bottom, v)};
        },
        cloth);
  }
  add_rod(kit.world, wall.frame, {o.left - 0.25F, 0.1F, top}, {o.right + 0.25F, 0.1F, top}, 0.012F,
          kit.palette.metal());
}

void add_window(Kit& kit, const Wall& wall, const Opening& o, MaterialId trim, Lighting& lighting) {
  const bool night = luminance(lighting.ambient_above) < 0.12F;
  const float radiance = night ? kit.pick(0.01F, 0.1F) : kit.pick(1, 7);
  add_pane(kit.world, wall, o, kit.palette.window_view(o.right - o.left, radiance));
  add_mullions(kit, wall, o, trim);
  if (kit.chance(0.4F)) {
    add_blind(kit, wall, o);
  } else if (kit.chance(0.5F)) {
    add_curtains(kit, wall, o);
  }
  if (night || lighting.lights.size() > 2) return;
  const Vec3 half{0.5F * (o.right - o.left), 0, 0.5F * (o.top - o.bottom)};
  Light light;
  light.kind = LightKind::kRectangle;
  light.position = wall.frame.point({o.left + half.x, -o.depth + 0.07F, o.bottom + half.z});
  light.edge_u = wall.frame.x * (0.95F * half.x);
  light.edge_v = wall.frame.z * (0.95F * half.z);
  light.direction = wall.frame.y;
  const Vec3 tint = mix(Vec3{0.85F, 0.95F, 1.1F}, Vec3{1.1F, 1, 0.85F}, kit.pick(0, 1));
  light.intensity = tint * (radiance * 4 * half.x * half.z);
  lighting.lights.push_back(light);
  if (!kit.chance(0.4F)) return;
  light.kind = LightKind::kSunbeam;
  light.direction = normalized(wall.frame.direction({kit.pick(-1, 1), -1, kit.pick(0.3F, 1.3F)}));
  light.radius = 0.012F;
  light.intensity = Vec3{1.15F, 1, 0.8F} * (radiance * kit.pick(0.5F, 2.5F));
  lighting.lights.push_back(light);
}

/// A leaf on its hinge at the opening's left, turned into the room by `swing_rad`.
void add_leaf(Kit& kit, const Wall& wall, const Opening& o, float swing_rad, MaterialId leaf) {
  const float width = o.right - o.left;
  const Frame hinge = wall.frame.moved({o.left, -0.02F, 0}) * turned_z(swing_rad);
  add_box(kit.world, hinge, {0, -0.02F, 0.008F}, {width, 0.02F, o.top}, leaf);
  const MaterialId metal = kit.palette.metal();
  add_rod(kit.world, hinge, {0.92F * width, 0.02F, 1.02F}, {0.92F * width, 0.06F, 1.02F}, 0.01F,
          metal);
  add_rod(kit.world, hinge, {0.92F * width, 0.06F, 1.02F}, {0.82F * width, 0.06F, 1.02F}, 0.01F,
          metal);
  if (!kit.chance(0.5F)) return;
  for (const float low : {0.15F, 1.15F}) {
    add_box(kit.world, hinge, {0.15F * width, 0.02F, low},
            {0.85F * width, 0.028F, std::min(low + 0.8F, o.top - 0.1F)}, leaf);
  }
}

void add_door(Kit& kit, const Wall& wall, const Opening& o, MaterialId trim) {
  add_pane(kit.world, wall, o, kit.chance(0.5F) ? kit.palette.dark() : kit.palette.paint());
  const float swing = kit.chance(0.4F) ? kit.pick(0.2F, 1.8F) : 0;
  add_leaf(kit, wall, o, swing, kit.chance(0.5F) ? trim : kit.palette.wood());
}

void add_passage(Kit& kit, const Wall& wall, const Opening& o, MaterialId trim,
                 Lighting& lighting) {
  build_passage(kit, wall, o, lighting);
  if (o.right - o.left > 1 || !kit.chance(0.6F)) return;
  const MaterialId leaf = kit.chance(0.2F) ? kit.palette.clear_glass() : trim;
  add_leaf(kit, wall, o, kit.pick(0.9F, 2), leaf);
}

void add_niche(Kit& kit, const Wall& wall, const Opening& o) {
  add_pane(kit.world, wall, o, kit.palette.wall());
  const Frame inside = wall.frame.moved({0.5F * (o.left + o.right), -0.5F * o.depth, o.bottom});
  scatter(kit, inside, 0.8F * (o.right - o.left), 0.6F * o.depth, kit.count(0, 5), 0.3F);
}

OpeningKind random_kind(Kit& kit) {
  const float kind = kit.pick(0, 1);
  if (kind < 0.5F) return OpeningKind::kWindow;
  if (kind < 0.68F) return OpeningKind::kDoor;
  return kind < 0.88F ? OpeningKind::kPassage : OpeningKind::kNiche;
}

}  // namespace

std::vector<Opening> plan_openings(Kit& kit, const Wall& wall, int most) {
  std::vector<Opening> openings;
  float x = kit.pick(0.2F, 0.8F);
  for (int i = 0; i < most; ++i) {
    Opening o;
    o.kind = random_kind(kit);
    const bool wide = o.kind == OpeningKind::kPassage && kit.chance(0.3F);
    const bool door = o.kind == OpeningKind::kDoor || o.kind == OpeningKind::kPassage;
    const float width = door && !wide ? kit.pick(0.7F, 1) : kit.pick(0.6F, 2.2F);
    o.left = x;
    o.right = x + width;
    o.bottom = door || kit.chance(0.15F) ? 0.0F : kit.pick(0.5F, 1.1F);
    o.top = door ? std::min(kit.pick(1.95F, 2.15F), wall.height - 0.1F)
                 : mix(o.bottom + 0.6F, wall.height - 0.08F, kit.pick(0, 1));
    o.depth = o.kind == OpeningKind::kNiche ? kit.pick(0.2F, 0.9F) : kit.pick(0.08F, 0.3F);
    if (o.kind == OpeningKind::kDoor) o.depth = kit.pick(0.1F, 1.3F);
    if (o.right > wall.length - 0.2F) break;
    openings.push_back(o);
    x = o.right + kit.pick(0.3F, 1.5F);
  }
  return openings;
}

void build_wall(Kit& kit, const Wall& wall, const std::vector<Opening>& openings,
                MaterialId material, MaterialId trim, Lighting& lighting) {
  const ObjectId object = kit.world.add_object(wall.frame, material);
  float x = 0;
  for (const Opening& o : openings) {
    add_wall_quad(kit.world, object, x, o.left, 0, wall.height);
    add_wall_quad(kit.world, object, o.left, o.right, 0, o.bottom);
    add_wall_quad(kit.world, object, o.left, o.right, o.top, wall.height);
    x = o.right;
    add_reveal(kit.world, wall, o, kit.chance(0.5F) ? trim : material);
    if (kit.chance(0.8F)) add_casing(kit, wall, o, trim);
    switch (o.kind) {
      case OpeningKind::kWindow:
        add_window(kit, wall, o, trim, lighting);
        break;
      case OpeningKind::kDoor:
        add_door(kit, wall, o, trim);
        break;
      case OpeningKind::kNiche:
        add_niche(kit, wall, o);
        break;
      case OpeningKind::kPassage:
        add_passage(kit, wall, o, trim, lighting);
        break;
    }
  }
  add_wall_quad(kit.world, object, x, wall.length, 0, wall.height);
}

}  // namespace promptdepth::scene
