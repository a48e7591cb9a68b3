#include "promptdepth/scene/passages.h"

#include <algorithm>

namespace promptdepth::scene {
namespace {

constexpr std::size_t kMostLights = 3;

/// The five sides of a box that is open to the wall; `frame` has y towards the opening.
void add_shell(Kit& kit, const Frame& frame, float x0, float x1, float depth, float height) {
  World& world = kit.world;
  const ObjectId walls = world.add_object(frame, kit.palette.wall());
  world.add_quad(walls, {x0, -depth, 0}, {x1, -depth, 0}, {x1, -depth, height},
                 {x0, -depth, height});
  world.add_quad(walls, {x0, 0, 0}, {x0, -depth, 0}, {x0, -depth, height}, {x0, 0, height});
  world.add_quad(walls, {x1, 0, 0}, {x1, -depth, 0}, {x1, -depth, height}, {x1, 0, height});
  const ObjectId floor = world.add_object(frame, kit.palette.floor());
  world.add_quad(floor, {x0, 0, 0}, {x1, 0, 0}, {x1, -depth, 0}, {x0, -depth, 0});
  const ObjectId ceiling = world.add_object(frame.moved({0, 0, height}), kit.palette.ceiling());
  world.add_quad(ceiling, {x0, 0, 0}, {x1, 0, 0}, {x1, -depth, 0}, {x0, -depth, 0});
}

void light_up(Kit& kit, const Frame& frame, float x, float depth, float height,
              Lighting& lighting) {
  if (lighting.lights.size() >= kMostLights || !kit.chance(0.7F)) return;
  Light light;
  light.position = frame.point({x, -0.5F * depth, height - 0.3F});
  light.radius = kit.pick(0.03F, 0.15F);
  light.clearance_m = 0.15F;
  const Vec3 color = mix(Vec3{1.15F, 0.95F, 0.65F}, Vec3{0.95F, 1, 1.05F}, kit.pick(0, 1));
  light.intensity = color * kit.pick(0.5F, 4);
  lighting.lights.push_back(light);
}

void place_things(Kit& kit, const Frame& frame, float x0, float x1, float depth, float height) {
  const auto all = room_furniture();
  const int things = kit.count(0, 3);
  for (int i = 0; i < things; ++i) {
    const Furniture& item = all[kit.random.below(all.size())];
    const Vec3 size{item.smallest.x, item.smallest.y, std::min(item.smallest.z, height - 0.1F)};
    if (size.x > x1 - x0 || size.y > 0.7F * depth) continue;
    const float x = kit.pick(x0 + 0.5F * size.x, x1 - 0.5F * size.x);
    item.build(kit, frame.moved({x, 0.5F * size.y + 0.02F - depth, 0}), size);
  }
}

}  // namespace

void build_passage(Kit& kit, const Wall& wall, const Opening& opening, Lighting& lighting) {
  const float left = opening.left - kit.pick(0, 1.5F);
  const float right = opening.right + kit.pick(0, 1.5F);
  const float depth = kit.chance(0.3F) ? kit.pick(3, 7) : kit.pick(1, 3);
  const float height = std::max(opening.top + 0.05F, wall.height * kit.pick(0.85F, 1));
  const Frame frame = wall.frame.moved({0, -opening.depth, 0});
  add_shell(kit, frame, left, right, depth, height);
  light_up(kit, frame, 0.5F * (left + right), depth, height, lighting);
  place_things(kit, frame, left, right, depth, height);
}

}  // namespace promptdepth::scene
