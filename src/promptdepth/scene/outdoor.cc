#include "promptdepth/scene/outdoor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/plants.h"

namespace promptdepth::scene {
namespace {

/// Grows a branch and its children; returns through `tips` where leaves belong.
void add_branch(Kit& kit, Vec3 from, Vec3 direction, float reach, float radius, int depth,
                MaterialId bark, std::vector<Vec3>& tips) {
  const Vec3 to = from + direction * reach;
  add_cylinder(kit.world, along(from, direction), radius, 0.65F * radius, reach, 7, bark);
  if (depth == 0) {
    tips.push_back(to);
    return;
  }
  const int children = kit.count(2, 4);
  for (int i = 0; i < children; ++i) {
    const Vec3 turn{kit.pick(-0.8F, 0.8F), kit.pick(-0.8F, 0.8F), kit.pick(-0.1F, 0.5F)};
    const float t = kit.pick(0.55F, 1);
    add_branch(kit, from + direction * (reach * t), normalized(direction + turn),
               reach * kit.pick(0.5F, 0.8F), 0.55F * radius, depth - 1, bark, tips);
  }
}

void add_pickets(Kit& kit, const Frame& frame, float length, float height) {
  const MaterialId paint = kit.chance(0.5F) ? kit.palette.wood() : kit.palette.paint();
  const float pitch = kit.pick(0.1F, 0.25F);
  const float half = pitch * kit.pick(0.12F, 0.42F);
  for (float x = 0; x < length; x += pitch) {
    add_box(kit.world, frame, {x - half, 0, 0.05F}, {x + half, 0.02F, height}, paint);
  }
  for (const float z : {0.2F * height, 0.8F * height}) {
    add_box(kit.world, frame, {0, -0.04F, z}, {length, 0, z + 0.06F}, paint);
  }
}

void add_rails(Kit& kit, const Frame& frame, float length, float height) {
  const MaterialId metal = kit.palette.metal();
  const int rails = kit.count(1, 4);
  for (int i = 0; i < rails; ++i) {
    const float z = height * static_cast<float>(i + 1) / static_cast<float>(rails);
    add_rod(kit.world, frame, {0, 0, z}, {length, 0, z}, kit.pick(0.01F, 0.04F), metal);
  }
  for (float x = 0; x < length; x += kit.pick(1.2F, 2.2F)) {
    add_rod(kit.world, frame, {x, 0, 0}, {x, 0, height}, 0.035F, metal);
  }
}

void add_mesh_fence(Kit& kit, const Frame& frame, float length, float height) {
  const MaterialId metal = kit.palette.metal();
  const float pitch = kit.pick(0.16F, 0.35F);
  for (float x = 0; x < length; x += pitch) {
    add_rod(kit.world, frame, {x, 0, 0}, {x, 0, height}, 0.004F, metal);
  }
  for (float z = pitch; z < height; z += pitch) {
    add_rod(kit.world, frame, {0, 0, z}, {length, 0, z}, 0.004F, metal);
  }
  for (float x = 0; x < length; x += 2) {
    add_rod(kit.world, frame, {x, 0, 0}, {x, 0, height + 0.1F}, 0.03F, metal);
  }
}

void add_hedge(Kit& kit, const Frame& frame, float length, float height) {
  const MaterialId leaf = kit.palette.leaf();
  const float half = kit.pick(0.25F, 0.6F);
  add_box(kit.world, frame, {0, -half, 0}, {length, half, height}, leaf);
  const int leaves = static_cast<int>(length * height * 25);
  const ObjectId object = kit.world.add_object(frame, leaf);
  for (int i = 0; i < leaves; ++i) {
    const bool top = kit.chance(0.3F);
    const Vec3 at{kit.pick(0, length), top ? kit.pick(-half, half) : half,
                  top ? height : kit.pick(0, height)};
    const Frame f = along(at, {kit.pick(-1, 1), kit.pick(-1, 1), kit.pick(-1, 1)});
    const float a = kit.pick(0.06F, 0.16F);
    kit.world.add_quad(object, f.point({-a, 0, 0}), f.point({0, -0.5F * a, 0}), f.point({a, 0, 0}),
                       f.point({0, 0.5F * a, 0}));
  }
}

}  // namespace

void build_tree(Kit& kit, const Frame& frame, float height) {
  const MaterialId bark = kit.palette.wood();
  const MaterialId leaf = kit.palette.leaf();
  const float trunk = height * kit.pick(0.25F, 0.45F);
  const float radius = height * kit.pick(0.012F, 0.03F);
  if (kit.chance(0.15F)) {  // a conifer
    add_cylinder(kit.world, frame, radius, 0.3F * radius, height, 8, bark);
    const int layers = kit.count(4, 8);
    for (int i = 0; i < layers; ++i) {
      const float t = static_cast<float>(i) / static_cast<float>(layers);
      const float reach = 0.28F * height * (1 - t);
      add_foliage(kit, frame.moved({0, 0, mix(0.15F, 0.97F, t) * height}),
                  {reach, reach, 0.09F * height}, 160, 0.05F * height * (1.2F - t), leaf);
    }
    return;
  }
  std::vector<Vec3> tips;
  const Vec3 lean = normalized({kit.pick(-0.1F, 0.1F), kit.pick(-0.1F, 0.1F), 1});
  const int levels = kit.count(2, 3);
  add_branch(kit, frame.origin, lean, trunk, radius, levels, bark, tips);
  if (kit.chance(0.2F)) return;  // bare, as in winter
  const float cloud = height * kit.pick(0.07F, 0.15F);
  const int leaves = std::max(12, 900 / static_cast<int>(tips.size() + 1));
  for (const Vec3 tip : tips) {
    add_foliage(kit, upright(tip, 0), {cloud, cloud, 0.8F * cloud}, leaves, 0.016F * height, leaf);
  }
}

void build_bush(Kit& kit, const Frame& frame, float width, float height) {
  const float half = 0.5F * width;
  const int leaves = kit.count(150, 500);
  const float leaf_size = kit.pick(0.03F, 0.1F);
  add_foliage(kit, frame.moved({0, 0, 0.5F * height}), {half, half, 0.55F * height}, leaves,
              leaf_size, kit.palette.leaf());
}

void build_fence(Kit& kit, const Frame& frame, float length) {
  const float height = kit.pick(0.6F, 1.9F);
  switch (kit.random.below(5)) {
    case 0:
      return add_pickets(kit, frame, length, height);
    case 1:
      return add_rails(kit, frame, length, height);
    case 2:
      return add_mesh_fence(kit, frame, length, height);
    case 3:
      return add_hedge(kit, frame, length, height);
    default:
      add_box(kit.world, frame, {0, -0.1F, 0}, {length, 0.1F, 0.7F * height}, kit.palette.wall());
      add_box(kit.world, frame, {0, -0.15F, 0.7F * height}, {length, 0.15F, 0.7F * height + 0.08F},
              kit.palette.stone());
  }
}

void build_street_lamp(Kit& kit, const Frame& frame) {
  const MaterialId metal = kit.palette.metal();
  const float height = kit.pick(4, 9);
  const float radius = kit.pick(0.05F, 0.1F);
  add_cylinder(kit.world, frame, radius, 0.6F * radius, height, 10, metal);
  const float reach = kit.chance(0.7F) ? kit.pick(0.6F, 2.2F) : 0;
  add_rod(kit.world, frame, {0, 0, height - 0.05F}, {0, reach, height + 0.15F}, 0.6F * radius,
          metal);
  add_superellipsoid(kit.world, frame.moved({0, reach, height + 0.12F}), {0.15F, 0.35F, 0.08F},
                     0.6F, 12, metal);
}

void build_sign(Kit& kit, const Frame& frame) {
  const MaterialId metal = kit.palette.metal();
  const float height = kit.pick(2, 3.2F);
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, height}, kit.pick(0.02F, 0.045F), metal);
  const Frame face = frame.moved({0, 0.05F, height - 0.3F}) * turned_z(kit.pick(-0.5F, 0.5F));
  const MaterialId panel = kit.chance(0.5F) ? kit.palette.picture() : kit.palette.plastic();
  const float r = kit.pick(0.25F, 0.5F);
  switch (kit.random.below(3)) {
    case 0:
      add_cylinder(kit.world, face * Frame{{}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}}, r, r, 0.02F, 20,
                   panel);
      break;
    case 1:
      add_box(kit.world, face, {-r, 0, -0.6F * r}, {r, 0.02F, 0.8F * r}, panel);
      break;
    default: {
      const ObjectId triangle = kit.world.add_object(face, panel);
      kit.world.add_triangle(triangle, {-r, 0, -0.6F * r}, {r, 0, -0.6F * r}, {0, 0, r});
    }
  }
}

void build_traffic_light(Kit& kit, const Frame& frame) {
  const MaterialId dark = kit.palette.dark();
  const float height = kit.pick(2.6F, 5);
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, height}, 0.06F, dark);
  const float reach = height > 4 ? kit.pick(0.5F, 3.5F) : 0.1F;
  add_rod(kit.world, frame, {0, 0, height}, {0, reach, height}, 0.05F, dark);
  const Frame head = frame.moved({0, reach, height - 0.9F});
  add_box(kit.world, head, {-0.15F, -0.15F, 0}, {0.15F, 0.15F, 0.9F}, dark);
  const auto lit = kit.random.below(3);
  const std::array<Vec3, 3> colors{
      {{0.05F, 0.8F, 0.3F}, {0.9F, 0.55F, 0.03F}, {0.9F, 0.04F, 0.03F}}};
  for (std::size_t i = 0; i < 3; ++i) {
    const MaterialId lamp = kit.palette.glowing(colors[i], i == lit ? 4 : 0.1F);
    for (const float side : {-0.15F, 0.15F}) {
      add_ellipsoid(kit.world, head.moved({side, 0, 0.16F + 0.28F * static_cast<float>(i)}),
                    {0.05F, 0.1F, 0.1F}, 10, lamp);
    }
  }
}

void build_bin(Kit& kit, const Frame& frame) {
  const MaterialId plastic = kit.palette.plastic();
  const float h = kit.pick(0.7F, 1.2F);
  const float r = kit.pick(0.2F, 0.35F);
  if (kit.chance(0.5F)) {
    add_cylinder(kit.world, frame, 0.85F * r, r, h, 16, plastic);
  } else {
    add_bevelled_box(kit.world, frame, {-r, -r, 0.08F}, {r, r, h}, 0.04F, plastic);
    add_bevelled_box(kit.world, frame * Frame{{0, 0, h}} * turned_x(kit.pick(-0.1F, 0)),
                     {-1.1F * r, -1.1F * r, 0}, {1.1F * r, 1.1F * r, 0.07F}, 0.03F, plastic);
  }
}

void build_bollard(Kit& kit, const Frame& frame) {
  const float r = kit.pick(0.04F, 0.12F);
  const float h = kit.pick(0.6F, 1.1F);
  const MaterialId material = kit.chance(0.5F) ? kit.palette.metal() : kit.palette.plastic();
  add_cylinder(kit.world, frame, r, r, h, 12, material);
  add_ellipsoid(kit.world, frame.moved({0, 0, h}), {r, r, r}, 12, material);
}

}  // namespace promptdepth::scene
