#include <array>
#include <cmath>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

struct SeatPlan {
  float half_width;
  float half_depth;
  float seat_height;
  float top;
  float leg;  ///< Half the thickness of a leg.
  MaterialId frame_material;
  MaterialId seat_material;
};

SeatPlan plan_chair(Kit& kit, Vec3 size) {
  const MaterialId frame_material = kit.chance(0.6F)   ? kit.palette.wood()
                                    : kit.chance(0.5F) ? kit.palette.metal()
                                                       : kit.palette.paint();
  return {0.5F * size.x,
          0.5F * size.y,
          0.45F * size.z + kit.pick(-0.02F, 0.05F),
          size.z,
          kit.pick(0.009F, 0.028F),
          frame_material,
          kit.chance(0.5F) ? frame_material : kit.palette.fabric()};
}

/// Four legs; round, square or splayed.
void add_legs(Kit& kit, const Frame& frame, float half_width, float half_depth, float height,
              float thickness, MaterialId material) {
  const bool round = kit.chance(0.5F);
  const float splay = kit.chance(0.4F) ? kit.pick(0, 0.18F) * height : 0;
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      const Vec3 top{sx * (half_width - thickness), sy * (half_depth - thickness), height};
      const Vec3 foot{top.x + sx * splay, top.y + sy * splay, 0};
      if (round || splay > 0) {
        add_rod(kit.world, frame, foot, top, thickness, material);
      } else {
        add_box(kit.world, frame, {top.x - thickness, top.y - thickness, 0},
                {top.x + thickness, top.y + thickness, height}, material);
      }
    }
  }
}

void add_slats(Kit& kit, const Frame& frame, const SeatPlan& plan, float low, float high, float y) {
  const bool upright = kit.chance(0.5F);
  const int count = kit.count(2, 7);
  const float thin = kit.pick(0.005F, 0.012F);
  for (int i = 0; i < count; ++i) {
    const float t = (static_cast<float>(i) + 0.5F) / static_cast<float>(count);
    if (upright) {
      const float x = mix(-plan.half_width, plan.half_width, t);
      const float half = 0.3F * plan.half_width / static_cast<float>(count);
      add_box(kit.world, frame, {x - half, y - thin, low}, {x + half, y + thin, high},
              plan.frame_material);
    } else {
      const float z = mix(low + 0.08F, high, t);
      const float half = 0.2F * (high - low) / static_cast<float>(count);
      add_box(kit.world, frame, {-plan.half_width, y - thin, z - half},
              {plan.half_width, y + thin, z + half}, plan.frame_material);
    }
  }
}

void add_back(Kit& kit, const Frame& frame, const SeatPlan& plan) {
  const float tilt = kit.pick(0, 0.2F);
  const float rise = plan.top - plan.seat_height;
  const Frame back =
      frame.moved({0, -plan.half_depth + plan.leg, plan.seat_height}) * turned_x(tilt);
  for (const float side : {-1.0F, 1.0F}) {
    const float x = side * (plan.half_width - plan.leg);
    add_rod(kit.world, back, {x, 0, 0}, {x, 0, rise}, plan.leg, plan.frame_material);
  }
  const float low = kit.pick(0, 0.3F) * rise;
  if (kit.chance(0.65F)) {
    add_slats(kit, back, plan, low, rise, 0);
    add_box(kit.world, back, {-plan.half_width, -plan.leg, rise - 2.5F * plan.leg},
            {plan.half_width, plan.leg, rise}, plan.frame_material);
  } else {
    add_bevelled_box(kit.world, back, {-plan.half_width, -0.02F, low},
                     {plan.half_width, 0.02F, rise}, 0.02F, plan.seat_material);
  }
}

void add_arms(Kit& kit, const Frame& frame, const SeatPlan& plan) {
  const float height = plan.seat_height + kit.pick(0.18F, 0.26F);
  for (const float side : {-1.0F, 1.0F}) {
    const float x = side * plan.half_width;
    add_rod(kit.world, frame, {x, -plan.half_depth, height}, {x, plan.half_depth * 0.8F, height},
            1.3F * plan.leg, plan.frame_material);
    add_rod(kit.world, frame, {x, plan.half_depth * 0.7F, plan.seat_height},
            {x, plan.half_depth * 0.7F, height}, plan.leg, plan.frame_material);
  }
}

void add_cushions(Kit& kit, const Frame& frame, float half_width, float y, float z, int count) {
  for (int i = 0; i < count; ++i) {
    const float radius = kit.pick(0.17F, 0.27F);
    const Frame place = frame.moved({kit.pick(-half_width, half_width), y, z + radius});
    const Frame leaning = place * turned_x(kit.pick(-0.5F, 0.1F));
    const Frame cushion = leaning * turned_y(kit.pick(-0.5F, 0.5F));
    const Vec3 half{radius, kit.pick(0.05F, 0.1F), radius};
    const float roundness = kit.pick(0.4F, 0.7F);
    add_superellipsoid(kit.world, cushion, half, roundness, 16, kit.palette.fabric());
  }
}

}  // namespace

void build_chair(Kit& kit, const Frame& frame, Vec3 size) {
  const SeatPlan plan = plan_chair(kit, size);
  add_legs(kit, frame, plan.half_width, plan.half_depth, plan.seat_height, plan.leg,
           plan.frame_material);
  add_bevelled_box(kit.world, frame, {-plan.half_width, -plan.half_depth, plan.seat_height},
                   {plan.half_width, plan.half_depth, plan.seat_height + kit.pick(0.015F, 0.07F)},
                   0.012F, plan.seat_material);
  add_back(kit, frame, plan);
  if (kit.chance(0.3F)) add_arms(kit, frame, plan);
  if (kit.chance(0.4F)) {
    const float z = plan.seat_height * kit.pick(0.3F, 0.6F);
    for (const float side : {-1.0F, 1.0F}) {
      const float x = side * (plan.half_width - plan.leg);
      add_rod(kit.world, frame, {x, -plan.half_depth, z}, {x, plan.half_depth, z}, 0.7F * plan.leg,
              plan.frame_material);
    }
  }
}

void build_swivel_chair(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId metal = kit.chance(0.5F) ? kit.palette.metal() : kit.palette.dark();
  const MaterialId fabric = kit.chance(0.5F) ? kit.palette.dark() : kit.palette.fabric();
  const float reach = 0.48F * size.x;
  for (int i = 0; i < 5; ++i) {
    const Frame foot = frame * turned_z(1.2566F * static_cast<float>(i));
    add_rod(kit.world, foot, {0, 0, 0.1F}, {reach, 0, 0.07F}, 0.018F, metal);
    add_ellipsoid(kit.world, foot.moved({reach, 0, 0.03F}), {0.03F, 0.015F, 0.03F}, 8, metal);
  }
  const float seat = 0.47F * size.z;
  add_rod(kit.world, frame, {0, 0, 0.08F}, {0, 0, seat}, 0.025F, metal);
  const float half = 0.42F * size.x;
  add_superellipsoid(kit.world, frame.moved({0, 0, seat}), {half, half, 0.05F}, 0.5F, 18, fabric);
  const Frame back = frame.moved({0, -half, seat + 0.1F}) * turned_x(kit.pick(0, 0.25F));
  add_rod(kit.world, back, {0, 0.05F, -0.1F}, {0, 0, 0.3F}, 0.02F, metal);
  const float rise = size.z - seat - 0.1F;
  add_superellipsoid(kit.world, back.moved({0, 0, 0.55F * rise}),
                     {half * 0.9F, 0.05F, 0.45F * rise}, 0.55F, 18, fabric);
  if (!kit.chance(0.6F)) return;
  for (const float side : {-1.0F, 1.0F}) {
    const float x = side * (half + 0.04F);
    add_rod(kit.world, frame, {x, 0, seat}, {x, 0, seat + 0.22F}, 0.015F, metal);
    add_box(kit.world, frame, {x - 0.04F, -0.15F, seat + 0.22F}, {x + 0.04F, 0.12F, seat + 0.25F},
            metal);
  }
}

void build_stool(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId material = kit.chance(0.5F) ? kit.palette.wood() : kit.palette.metal();
  const float radius = 0.5F * size.x;
  const float leg = kit.pick(0.008F, 0.02F);
  const int legs = kit.count(3, 4);
  for (int i = 0; i < legs; ++i) {
    const Frame turned =
        frame * turned_z(6.2832F * static_cast<float>(i) / static_cast<float>(legs));
    add_rod(kit.world, turned, {radius, 0, 0}, {0.6F * radius, 0, size.z}, leg, material);
  }
  add_torus(kit.world, frame.moved({0, 0, 0.35F * size.z}), 0.86F * radius, 0.7F * leg, 16,
            material);
  const float thickness = kit.pick(0.02F, 0.08F);
  add_cylinder(kit.world, frame.moved({0, 0, size.z}), radius, radius, thickness, 20,
               kit.chance(0.5F) ? material : kit.palette.fabric());
}

void build_sofa(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId cover = kit.palette.fabric();
  const float half = 0.5F * size.x;
  const float front = 0.5F * size.y;
  const float seat = kit.pick(0.36F, 0.46F);
  const float arm = kit.chance(0.8F) ? kit.pick(0.1F, 0.24F) : 0;
  const float back = kit.pick(0.14F, 0.28F);
  const float bevel = kit.pick(0.01F, 0.08F);
  const float lift = kit.chance(0.5F) ? kit.pick(0.08F, 0.17F) : 0.01F;
  add_bevelled_box(kit.world, frame, {-half, -front, lift}, {half, front, seat - 0.12F}, bevel,
                   cover);
  add_bevelled_box(kit.world, frame, {-half, -front, lift}, {half, -front + back, size.z}, bevel,
                   cover);
  for (const float side : {-1.0F, 1.0F}) {
    if (arm == 0) continue;
    const float inner = side * (half - arm);
    const float outer = side * half;
    add_bevelled_box(kit.world, frame, {std::min(inner, outer), -front, lift},
                     {std::max(inner, outer), front, seat + kit.pick(0.12F, 0.25F)}, bevel, cover);
  }
  const int seats = size.x < 1.1F ? 1 : kit.count(2, 3);
  const float step = 2 * (half - arm) / static_cast<float>(seats);
  for (int i = 0; i < seats; ++i) {
    const float left = -half + arm + step * static_cast<float>(i);
    add_bevelled_box(kit.world, frame, {left + 0.005F, -front + back, seat - 0.12F},
                     {left + step - 0.005F, front + 0.02F, seat + kit.pick(0, 0.03F)},
                     bevel + 0.015F, cover);
  }
  if (lift > 0.05F) {
    add_legs(kit, frame, half, front, lift, 0.022F, kit.palette.wood());
  }
  add_cushions(kit, frame, half - arm - 0.2F, -front + back + 0.1F, seat, kit.count(0, 4));
}

void build_bench(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId material = kit.palette.wood();
  const float half = 0.5F * size.x;
  const float depth = 0.5F * size.y;
  const int slats = kit.count(3, 6);
  const float pitch = 2 * depth / static_cast<float>(slats);
  for (int i = 0; i < slats; ++i) {
    const float y = -depth + pitch * static_cast<float>(i);
    add_box(kit.world, frame, {-half, y, 0.43F}, {half, y + 0.8F * pitch, 0.46F}, material);
  }
  for (const float side : {-0.9F, 0.9F}) {
    const float x = side * half;
    for (const float y : {-depth, depth - 0.05F}) {
      add_box(kit.world, frame, {x - 0.03F, y, 0}, {x + 0.03F, y + 0.05F, 0.43F}, material);
    }
    add_box(kit.world, frame, {x - 0.03F, -depth, 0.43F}, {x + 0.03F, -depth + 0.05F, size.z},
            material);
  }
  const int back_slats = kit.count(2, 9);
  const bool upright = kit.chance(0.4F);
  const float rise = size.z - 0.5F;
  for (int i = 0; i < back_slats; ++i) {
    const float t = (static_cast<float>(i) + 0.5F) / static_cast<float>(back_slats);
    const float w = 0.35F / static_cast<float>(back_slats);
    if (upright) {
      const float x = mix(-half, half, t);
      add_box(kit.world, frame, {x - w * half, -depth, 0.5F},
              {x + w * half, -depth + 0.02F, size.z}, material);
    } else {
      const float z = 0.5F + rise * t;
      add_box(kit.world, frame, {-half, -depth, z - w * rise}, {half, -depth + 0.02F, z + w * rise},
              material);
    }
  }
  add_box(kit.world, frame, {-half, -depth, size.z - 0.05F}, {half, -depth + 0.05F, size.z},
          material);
}

void build_bed(Kit& kit, const Frame& frame, Vec3 size) {
  const float half = 0.5F * size.x;
  const float front = 0.5F * size.y;
  const MaterialId wood = kit.chance(0.7F) ? kit.palette.wood() : kit.palette.metal();
  const float lift = kit.pick(0.12F, 0.3F);
  add_box(kit.world, frame, {-half, -front, lift}, {half, front, lift + 0.1F}, wood);
  add_legs(kit, frame, half, front, lift, 0.03F, wood);
  add_bevelled_box(kit.world, frame, {-half + 0.02F, -front + 0.05F, lift + 0.1F},
                   {half - 0.02F, front - 0.03F, lift + 0.3F}, 0.05F, kit.palette.fabric());
  const MaterialId blanket = kit.palette.fabric();
  const float phase = kit.pick(0, 6);
  const float hang = kit.pick(0.05F, 0.3F);
  const float edge = kit.pick(0.2F, 0.7F);
  add_surface(
      kit.world, frame, 20, 12, false,
      [&](float u, float v) {
        const float side = 2 * u - 1;
        const float over = std::max(0.0F, std::fabs(side) - 0.85F) / 0.15F;
        const float wrinkle =
            0.012F * portable::sin(9 * u + phase) * portable::sin(7 * v + 3 * phase);
        return Vec3{side * (half + 0.02F) / std::max(0.85F, std::fabs(side)) *
                        std::min(1.0F, std::fabs(side) / 0.85F) * std::fabs(side),
                    mix(front + 0.01F, -front * edge, v), lift + 0.33F + wrinkle - hang * over};
      },
      blanket);
  const int pillows = size.x > 1.3F ? 2 : 1;
  for (int i = 0; i < pillows; ++i) {
    const float x = pillows == 1 ? 0 : (static_cast<float>(i) - 0.5F) * half;
    const Frame pillow =
        frame.moved({x, -front + 0.3F, lift + 0.36F}) * turned_x(kit.pick(0, 0.4F));
    add_superellipsoid(kit.world, pillow, {0.33F, 0.22F, 0.09F}, 0.6F, 18, kit.palette.fabric());
  }
  if (kit.chance(0.5F)) {
    add_box(kit.world, frame, {-half, -front, 0}, {half, -front + 0.05F, size.z}, wood);
  } else {
    const int rods = kit.count(4, 12);
    for (int i = 0; i <= rods; ++i) {
      const float x = mix(-half, half, static_cast<float>(i) / static_cast<float>(rods));
      add_rod(kit.world, frame, {x, -front, lift}, {x, -front, size.z}, 0.011F, wood);
    }
    add_rod(kit.world, frame, {-half, -front, size.z}, {half, -front, size.z}, 0.02F, wood);
  }
}

}  // namespace promptdepth::scene
