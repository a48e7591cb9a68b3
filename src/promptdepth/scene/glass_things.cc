// Mirrors and things of clear glass, which depth sensors see wrongly.
#include <algorithm>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/outdoor.h"

namespace promptdepth::scene {
namespace {

/// Of the bars around a sheet.
struct BarSize {
  float width;
  float out;  ///< How far they stand out.
};

/// Four bars around the rectangle from (-half, 0) to (half, height).
void add_frame_bars(Kit& kit, const Frame& frame, float half, float height, BarSize size,
                    MaterialId material) {
  const auto [bar, out] = size;
  add_box(kit.world, frame, {-half, -0.01F, 0}, {-half + bar, out, height}, material);
  add_box(kit.world, frame, {half - bar, -0.01F, 0}, {half, out, height}, material);
  add_box(kit.world, frame, {-half, -0.01F, 0}, {half, out, bar}, material);
  add_box(kit.world, frame, {-half, -0.01F, height - bar}, {half, out, height}, material);
}

/// A single sheet in the frame's xz plane.
void add_sheet(Kit& kit, const Frame& frame, float x0, float x1, float z0, float z1,
               MaterialId material) {
  const ObjectId sheet = kit.world.add_object(frame, material);
  kit.world.add_quad(sheet, {x0, 0, z0}, {x1, 0, z0}, {x1, 0, z1}, {x0, 0, z1});
}

MaterialId frame_material(Kit& kit) {
  switch (kit.random.below(3)) {
    case 0:
      return kit.palette.wood();
    case 1:
      return kit.palette.metal();
    default:
      return kit.palette.dark();
  }
}

}  // namespace

void build_wall_mirror(Kit& kit, const Frame& frame) {
  const float half = kit.pick(0.15F, 0.6F);
  if (kit.chance(0.3F)) {
    const Frame face = frame * Frame{{}, {1, 0, 0}, {0, 0, -1}, {0, 1, 0}};
    add_disc(kit.world, face.moved({0, 0, 0.015F}), half, 32, kit.palette.mirror());
    const float thickness = kit.pick(0.008F, 0.03F);
    add_torus(kit.world, face.moved({0, 0, 0.01F}), half, thickness, 32, frame_material(kit));
    return;
  }
  const float height = half * kit.pick(1.2F, 3);
  const Frame low = frame.moved({0, 0, -0.5F * height});
  add_sheet(kit, low.moved({0, 0.012F, 0}), -half, half, 0, height, kit.palette.mirror());
  if (kit.chance(0.8F)) {
    const BarSize bars{kit.pick(0.01F, 0.06F), kit.pick(0.016F, 0.04F)};
    add_frame_bars(kit, low, half, height, bars, frame_material(kit));
  }
}

void build_standing_mirror(Kit& kit, const Frame& frame, Vec3 size) {
  const Frame leaning = frame.moved({0, 0.2F * size.y, 0}) * turned_x(kit.pick(0.04F, 0.16F));
  const float half = 0.5F * size.x;
  add_sheet(kit, leaning, -half, half, 0.01F, size.z, kit.palette.mirror());
  const BarSize bars{kit.pick(0.015F, 0.06F), kit.pick(0.006F, 0.03F)};
  add_frame_bars(kit, leaning, half, size.z, bars, frame_material(kit));
}

void build_glass_screen(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId glass = kit.palette.clear_glass();
  const MaterialId metal = frame_material(kit);
  const int panes = std::max(1, static_cast<int>(size.x / kit.pick(0.6F, 1.3F)));
  const float width = size.x / static_cast<float>(panes);
  for (int i = 0; i < panes; ++i) {
    const float middle = -0.5F * size.x + width * (static_cast<float>(i) + 0.5F);
    const Frame pane = frame.moved({middle, 0, 0});
    add_sheet(kit, pane, -0.5F * width, 0.5F * width, 0.01F, size.z, glass);
    add_frame_bars(kit, pane, 0.5F * width, size.z, {kit.pick(0.01F, 0.04F), 0.012F}, metal);
  }
}

void build_showcase(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId glass = kit.palette.clear_glass();
  const MaterialId edge = frame_material(kit);
  const float hx = 0.5F * size.x;
  const float hy = 0.5F * size.y;
  const float foot = kit.pick(0.05F, 0.45F) * size.z;
  add_box(kit.world, frame, {-hx, -hy, 0}, {hx, hy, foot}, kit.palette.wood());
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      add_rod(kit.world, frame, {sx * hx, sy * hy, foot}, {sx * hx, sy * hy, size.z},
              kit.pick(0.005F, 0.015F), edge);
    }
  }
  const ObjectId box = kit.world.add_object(frame, glass);
  const auto side = [&](float x0, float y0, float x1, float y1) {
    kit.world.add_quad(box, {x0, y0, foot}, {x1, y1, foot}, {x1, y1, size.z}, {x0, y0, size.z});
  };
  side(-hx, hy, hx, hy);
  side(-hx, -hy, -hx, hy);
  side(hx, -hy, hx, hy);
  kit.world.add_quad(box, {-hx, -hy, size.z}, {hx, -hy, size.z}, {hx, hy, size.z},
                     {-hx, hy, size.z});
  const int shelves = kit.count(1, 4);
  const float pitch = (size.z - foot) / static_cast<float>(shelves);
  for (int i = 0; i < shelves; ++i) {
    const Frame shelf = frame.moved({0, 0, foot + pitch * static_cast<float>(i)});
    if (i > 0) add_box(kit.world, shelf, {-hx, -hy, -0.012F}, {hx, hy, 0}, edge);
    scatter(kit, shelf, 1.5F * hx, 1.2F * hy, kit.count(1, 5), std::min(0.22F, 0.6F * pitch));
  }
}

void build_shelter(Kit& kit, const Frame& frame) {
  const float half = kit.pick(1.2F, 2.2F);
  const float height = kit.pick(2.2F, 2.6F);
  const float depth = kit.pick(1.1F, 1.5F);
  const MaterialId metal = kit.palette.metal();
  const MaterialId glass = kit.palette.clear_glass();
  for (const float x : {-half, half}) {
    for (const float y : {0.0F, depth})
      add_rod(kit.world, frame, {x, y, 0}, {x, y, height}, 0.04F, metal);
  }
  add_box(kit.world, frame, {-half - 0.1F, -0.1F, height},
          {half + 0.1F, depth + 0.2F, height + 0.08F}, metal);
  add_sheet(kit, frame, -half, half, 0.15F, height - 0.1F, glass);
  const ObjectId ends = kit.world.add_object(frame, glass);
  const ObjectId poster =
      kit.world.add_object(frame.moved({half, 0.5F * depth, 1.1F}), kit.palette.picture());
  kit.world.add_quad(ends, {-half, 0, 0.15F}, {-half, depth, 0.15F}, {-half, depth, height - 0.1F},
                     {-half, 0, height - 0.1F});
  kit.world.add_quad(poster, {0, -0.5F * depth, -0.9F}, {0, 0.5F * depth, -0.9F},
                     {0, 0.5F * depth, 0.9F}, {0, -0.5F * depth, 0.9F});
  build_bench(kit, frame.moved({0, 0.3F, 0}), {1.4F * half, 0.4F, 0.5F});
}

}  // namespace promptdepth::scene
