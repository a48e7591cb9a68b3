#include <array>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {

void build_floor_lamp(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId metal = kit.palette.metal();
  const float radius = 0.5F * size.x;
  const float shade = kit.pick(0.18F, 0.35F);
  const float low = size.z - shade;
  add_cylinder(kit.world, frame, 0.8F * radius, 0.7F * radius, 0.025F, 18, metal);
  const MaterialId cover = kit.chance(0.4F)
                               ? kit.palette.glowing({1, 0.85F, 0.6F}, kit.pick(0.5F, 4))
                               : kit.palette.fabric();
  if (kit.chance(0.3F)) {
    // An arc that carries its shade away from the foot.
    std::array<Vec3, 9> arc;
    for (std::size_t i = 0; i < arc.size(); ++i) {
      const float a = 2.4F * static_cast<float>(i) / static_cast<float>(arc.size() - 1);
      arc[i] = {radius * 1.4F * (1 - portable::cos(a)), 0,
                0.02F + 0.95F * size.z * portable::sin(std::min(a, 1.7F)) -
                    0.1F * std::max(0.0F, a - 1.7F)};
    }
    add_tube(kit.world, frame, arc, 0.011F, metal);
    add_cylinder(kit.world, frame.moved(arc.back() - Vec3{0, 0, 0.6F * shade}), 0.7F * radius,
                 0.35F * radius, 0.6F * shade, 18, cover);
    return;
  }
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, low + 0.5F * shade}, kit.pick(0.006F, 0.015F), metal);
  const std::array<ProfilePoint, 2> profile{{{radius, low}, {radius * kit.pick(0.4F, 1), size.z}}};
  add_lathe(kit.world, frame, profile, 20, cover);
}

}  // namespace promptdepth::scene
