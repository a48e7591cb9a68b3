#include "promptdepth/scene/plants.h"

#include <array>
#include <cmath>

namespace promptdepth::scene {
namespace {

void add_pot(Kit& kit, const Frame& frame, float radius, float height) {
  const float foot = radius * kit.pick(0.6F, 1);
  const std::array<ProfilePoint, 6> profile{{{0, 0},
                                             {foot, 0},
                                             {radius, height},
                                             {0.9F * radius, height},
                                             {0.88F * radius, 0.85F * height},
                                             {0, 0.85F * height}}};
  add_lathe(kit.world, frame, profile, 18,
            kit.chance(0.5F) ? kit.palette.ceramic() : kit.palette.paint());
}

/// Long blades that rise from one point and bend over.
void add_grass(Kit& kit, const Frame& frame, float spread, float height, MaterialId leaf) {
  const int blades = kit.count(8, 30);
  for (int i = 0; i < blades; ++i) {
    const Frame turned = frame * turned_z(kit.pick(0, 6.2832F));
    const float reach = spread * kit.pick(0.2F, 1);
    const float rise = height * kit.pick(0.5F, 1);
    const float width = kit.pick(0.006F, 0.03F);
    const auto spine = [&](float t) {
      return Vec3{reach * t * t, 0, rise * (1.6F * t - 0.6F * t * t * t)};
    };
    add_surface(
        kit.world, turned, 1, 5, false,
        [&](float u, float v) {
          const float half = width * (1 - v * v) + 0.0005F;
          return spine(v) + Vec3{0, half * (2 * u - 1), 0};
        },
        leaf);
  }
}

/// Stems with leaves on stalks.
void add_shrub(Kit& kit, const Frame& frame, float spread, float height, MaterialId leaf) {
  const MaterialId stalk = kit.palette.leaf();
  const int stems = kit.count(3, 12);
  const float leaf_length = kit.pick(0.05F, 0.22F);
  const float leaf_width = leaf_length * kit.pick(0.2F, 0.8F);
  for (int i = 0; i < stems; ++i) {
    const Frame turned = frame * turned_z(kit.pick(0, 6.2832F));
    const Vec3 tip{spread * kit.pick(0.1F, 0.9F), 0, height * kit.pick(0.5F, 1)};
    add_rod(kit.world, turned, {0, 0, 0}, tip, kit.pick(0.002F, 0.007F), stalk);
    const int leaves = kit.count(3, 10);
    for (int k = 0; k < leaves; ++k) {
      const float t = mix(0.3F, 1, (static_cast<float>(k) + 0.5F) / static_cast<float>(leaves));
      const Frame sideways = turned.moved(tip * t) * turned_z(kit.pick(0, 6.2832F));
      add_leaf(kit.world, sideways * turned_y(kit.pick(-0.9F, 0.9F)), leaf_length, leaf_width,
               leaf);
    }
  }
}

/// A thin trunk under a crown of leaves.
void add_small_tree(Kit& kit, const Frame& frame, float spread, float height, MaterialId leaf) {
  const float trunk = height * kit.pick(0.4F, 0.65F);
  add_rod(kit.world, frame, {0, 0, 0}, {0.05F, 0, trunk}, 0.015F, kit.palette.wood());
  const int leaves = kit.count(80, 250);
  const float leaf_size = kit.pick(0.05F, 0.1F);
  add_foliage(kit, frame.moved({0.05F, 0, 0.5F * (trunk + height)}),
              {0.8F * spread, 0.8F * spread, 0.5F * (height - trunk) + 0.05F}, leaves, leaf_size,
              leaf);
}

void add_cactus(Kit& kit, const Frame& frame, float height, MaterialId leaf) {
  add_ellipsoid(kit.world, frame.moved({0, 0, 0.5F * height}),
                {0.16F * height, 0.16F * height, 0.52F * height}, 14, leaf);
  const int arms = kit.count(0, 3);
  for (int i = 0; i < arms; ++i) {
    const Frame turned = frame * turned_z(kit.pick(0, 6.2832F));
    const float z = height * kit.pick(0.3F, 0.6F);
    const std::array<Vec3, 4> arm{{{0.1F * height, 0, z},
                                   {0.28F * height, 0, z + 0.03F * height},
                                   {0.33F * height, 0, z + 0.15F * height},
                                   {0.33F * height, 0, z + 0.35F * height}}};
    add_tube(kit.world, turned, arm, 0.07F * height, leaf);
  }
}

}  // namespace

void add_leaf(World& world, const Frame& frame, float length, float width, MaterialId material) {
  const ObjectId object = world.add_object(frame, material);
  const float fold = 0.15F * width;
  const Vec3 root{0, 0, 0};
  const Vec3 tip{length, 0, -0.15F * length};
  const Vec3 middle{0.5F * length, 0, 0};
  world.add_quad(object, root, {0.4F * length, -0.5F * width, fold}, tip, middle);
  world.add_quad(object, root, middle, tip, {0.4F * length, 0.5F * width, fold});
}

void add_foliage(Kit& kit, const Frame& frame, Vec3 radii, int leaves, float leaf_m,
                 MaterialId material) {
  const ObjectId object = kit.world.add_object(frame, material);
  for (int i = 0; i < leaves; ++i) {
    const Vec3 d = normalized({kit.pick(-1, 1), kit.pick(-1, 1), kit.pick(-1, 1)});
    const Vec3 at = radii * d * std::sqrt(kit.pick(0.15F, 1));
    const Frame f = along(at, {kit.pick(-1, 1), kit.pick(-1, 1), kit.pick(-0.3F, 1)});
    const float a = leaf_m * kit.pick(0.6F, 1.3F);
    const float b = 0.4F * a;
    kit.world.add_quad(object, f.point({-a, 0, 0}), f.point({0, -b, 0}), f.point({a, 0, 0}),
                       f.point({0, b, 0}));
  }
}

void build_plant(Kit& kit, const Frame& frame, Vec3 size) {
  const float pot = size.z * kit.pick(0.2F, 0.4F);
  const float radius = std::min(0.35F * size.x, 0.6F * pot + 0.03F);
  add_pot(kit, frame, radius, pot);
  const Frame soil = frame.moved({0, 0, 0.85F * pot});
  const float height = size.z - pot;
  const MaterialId leaf = kit.palette.leaf();
  switch (kit.random.below(5)) {
    case 0:
      return add_grass(kit, soil, 0.5F * size.x, height, leaf);
    case 1:
    case 2:
      return add_shrub(kit, soil, 0.5F * size.x, height, leaf);
    case 3:
      return add_small_tree(kit, soil, 0.5F * size.x, height, leaf);
    default:
      return add_cactus(kit, soil, height, leaf);
  }
}

}  // namespace promptdepth::scene
