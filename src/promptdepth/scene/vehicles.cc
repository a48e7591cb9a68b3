#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/outdoor.h"

namespace promptdepth::scene {
namespace {

void add_wheels(Kit& kit, const Frame& frame, float half_base, float half_width, float radius) {
  const MaterialId tyre = kit.palette.dark();
  const MaterialId hub = kit.palette.metal();
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      // The axle, pointing outwards.
      const Frame wheel = frame.moved({sx * half_base, sy * (half_width - 0.2F), radius}) *
                          Frame{{}, {1, 0, 0}, {0, 0, -sy}, {0, sy, 0}};
      add_cylinder(kit.world, wheel, radius, radius, 0.21F, 18, tyre);
      add_cylinder(kit.world, wheel.moved({0, 0, 0.2F}), 0.62F * radius, 0.5F * radius, 0.02F, 14,
                   hub);
    }
  }
}

/// A closed hull between two rectangles: the cabin of a car.
void add_cabin(Kit& kit, const Frame& frame, std::array<Vec3, 4> bottom, std::array<Vec3, 4> top,
               MaterialId glass, MaterialId paint) {
  const ObjectId windows = kit.world.add_object(frame, glass);
  const ObjectId roof = kit.world.add_object(frame, paint);
  kit.world.add_quad(roof, top[0], top[1], top[2], top[3]);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t k = (i + 1) % 4;
    kit.world.add_quad(windows, bottom[i], bottom[k], top[k], top[i]);
    add_rod(kit.world, frame, bottom[i], top[i], 0.045F, paint);
    add_rod(kit.world, frame, top[i], top[k], 0.04F, paint);
  }
  for (const std::size_t i : {std::size_t{1}, std::size_t{3}}) {  // door pillars
    const std::size_t k = (i + 1) % 4;
    add_rod(kit.world, frame, mix(bottom[i], bottom[k], 0.5F), mix(top[i], top[k], 0.5F), 0.04F,
            paint);
  }
}

void add_lights(Kit& kit, const Frame& frame, float half_length, float half_width, float z) {
  const MaterialId red = kit.palette.glowing({0.8F, 0.03F, 0.02F}, kit.pick(0.3F, 1.5F));
  const MaterialId white = kit.palette.glowing({0.9F, 0.9F, 0.85F}, kit.pick(0.2F, 1));
  for (const float sy : {-1.0F, 1.0F}) {
    const float y = sy * (half_width - 0.2F);
    add_superellipsoid(kit.world, frame.moved({half_length - 0.06F, y, z}), {0.08F, 0.17F, 0.08F},
                       0.7F, 10, white);
    add_superellipsoid(kit.world, frame.moved({-half_length + 0.06F, y, z + 0.08F}),
                       {0.08F, 0.12F, 0.1F}, 0.7F, 10, red);
    add_ellipsoid(kit.world,
                  frame.moved({0.45F * half_length, sy * (half_width + 0.08F), z + 0.3F}),
                  {0.06F, 0.11F, 0.07F}, 10, red == 0 ? white : kit.palette.dark());
  }
}

void build_car(Kit& kit, const Frame& frame) {
  const float hl = kit.pick(1.85F, 2.4F);
  const float hw = kit.pick(0.82F, 0.95F);
  const float radius = kit.pick(0.29F, 0.37F);
  const float waist = kit.pick(0.85F, 1.05F);
  const float roof = waist + kit.pick(0.45F, 0.65F);
  const MaterialId paint = kit.palette.plastic();
  const MaterialId glass = kit.palette.glass();
  const float low = 0.6F * radius;
  add_superellipsoid(kit.world, frame.moved({0, 0, 0.5F * (low + waist)}),
                     {hl, hw, 0.5F * (waist - low)}, kit.pick(0.25F, 0.42F), 28, paint);
  const float front = kit.pick(0.3F, 0.5F) * hl;
  const float back = -hl * (kit.chance(0.5F) ? kit.pick(0.85F, 0.95F) : kit.pick(0.55F, 0.7F));
  const float w = 0.9F * hw;
  const float tw = 0.75F * hw;
  const float slope = kit.pick(0.35F, 0.8F);
  const float z = waist - 0.06F;
  add_cabin(kit, frame, {{{front, -w, z}, {front, w, z}, {back, w, z}, {back, -w, z}}},
            {{{front - slope, -tw, roof},
              {front - slope, tw, roof},
              {back + 0.5F * slope, tw, roof},
              {back + 0.5F * slope, -tw, roof}}},
            glass, paint);
  add_wheels(kit, frame, 0.62F * hl, hw + 0.03F, radius);
  add_lights(kit, frame, hl, hw, 0.7F * waist);
  for (const float side : {-1.0F, 1.0F}) {
    add_box(kit.world, frame.moved({side * (hl - 0.02F), 0, 0.55F * waist}),
            {-0.03F, -0.26F, -0.06F}, {0.03F, 0.26F, 0.06F}, kit.palette.paper());
  }
}

void build_van(Kit& kit, const Frame& frame) {
  const float hl = kit.pick(2.3F, 3.6F);
  const float hw = kit.pick(0.9F, 1.15F);
  const float top = kit.pick(1.9F, 3.2F);
  const MaterialId paint = kit.chance(0.6F) ? kit.palette.plastic() : kit.palette.picture();
  const MaterialId glass = kit.palette.glass();
  add_bevelled_box(kit.world, frame, {-hl, -hw, 0.35F}, {0.55F * hl, hw, top}, 0.12F, paint);
  const float cab = std::min(top, 1.9F);
  add_bevelled_box(kit.world, frame, {0.55F * hl, -hw, 0.35F}, {hl, hw, 1.1F}, 0.1F, paint);
  const float w = 0.95F * hw;
  add_cabin(
      kit, frame,
      {{{hl - 0.1F, -w, 1.05F},
        {hl - 0.1F, w, 1.05F},
        {0.5F * hl, w, 1.05F},
        {0.5F * hl, -w, 1.05F}}},
      {{{0.75F * hl, -w, cab}, {0.75F * hl, w, cab}, {0.5F * hl, w, cab}, {0.5F * hl, -w, cab}}},
      glass, paint);
  add_wheels(kit, frame, 0.65F * hl, hw + 0.02F, 0.36F);
  add_lights(kit, frame, hl, hw, 0.75F);
}

}  // namespace

void build_vehicle(Kit& kit, const Frame& frame) {
  if (kit.chance(0.8F)) {
    build_car(kit, frame);
  } else {
    build_van(kit, frame);
  }
}

}  // namespace promptdepth::scene
