#include <algorithm>
#include <cmath>

#include "promptdepth/scene/outdoor.h"

namespace promptdepth::scene {
namespace {

struct FacadeStyle {
  MaterialId wall;
  MaterialId trim;
  MaterialId glass;
  float window_width;  ///< Shares of a cell.
  float window_height;
  float recess_m;
  bool sills;
  bool crossbars;
};

/// One cell of a facade: wall around a recessed pane, between (x0, z0) and (x1, z1).
void add_cell(Kit& kit, const Frame& frame, ObjectId wall, const FacadeStyle& style, float x0,
              float x1, float z0, float z1, bool shop) {
  const float width = (x1 - x0) * (shop ? 0.85F : style.window_width);
  const float height = (z1 - z0) * (shop ? 0.75F : style.window_height);
  const float l = 0.5F * (x0 + x1 - width);
  const float r = l + width;
  const float b = shop ? z0 + 0.15F : z0 + 0.55F * (z1 - z0 - height);
  const float t = b + height;
  const float d = -style.recess_m;
  World& world = kit.world;
  world.add_quad(wall, {x0, 0, z0}, {l, 0, z0}, {l, 0, z1}, {x0, 0, z1});
  world.add_quad(wall, {r, 0, z0}, {x1, 0, z0}, {x1, 0, z1}, {r, 0, z1});
  world.add_quad(wall, {l, 0, z0}, {r, 0, z0}, {r, 0, b}, {l, 0, b});
  world.add_quad(wall, {l, 0, t}, {r, 0, t}, {r, 0, z1}, {l, 0, z1});
  const ObjectId reveal = world.add_object(frame, style.trim);
  world.add_quad(reveal, {l, 0, b}, {r, 0, b}, {r, d, b}, {l, d, b});
  world.add_quad(reveal, {l, 0, t}, {r, 0, t}, {r, d, t}, {l, d, t});
  world.add_quad(reveal, {l, 0, b}, {l, d, b}, {l, d, t}, {l, 0, t});
  world.add_quad(reveal, {r, 0, b}, {r, d, b}, {r, d, t}, {r, 0, t});
  const ObjectId pane =
      world.add_object(frame, shop && kit.chance(0.5F) ? kit.palette.picture() : style.glass);
  world.add_quad(pane, {l, d, b}, {r, d, b}, {r, d, t}, {l, d, t});
  if (style.sills && !shop) {
    add_box(world, frame, {l - 0.08F, 0, b - 0.08F}, {r + 0.08F, 0.12F, b}, style.trim);
  }
  if (style.crossbars) {
    const float x = 0.5F * (l + r);
    add_box(world, frame, {x - 0.03F, d, b}, {x + 0.03F, d + 0.05F, t}, style.trim);
    add_box(world, frame, {l, d, b + 0.6F * height}, {r, d + 0.05F, b + 0.6F * height + 0.05F},
            style.trim);
  }
}

void add_balcony(Kit& kit, const Frame& at, float width, MaterialId trim) {
  const float half = 0.5F * width;
  add_box(kit.world, at, {-half, 0, -0.12F}, {half, 1.0F, 0}, trim);
  build_railing(kit, at.moved({0, 0.95F, 0}), {width, 0.05F, 1});
}

void add_door(Kit& kit, const Frame& frame, float x, const FacadeStyle& style) {
  add_box(kit.world, frame, {x - 0.65F, -0.05F, 0}, {x + 0.65F, 0.06F, 2.4F}, style.trim);
  add_box(kit.world, frame, {x - 0.5F, 0, 0}, {x + 0.5F, 0.08F, 2.2F}, kit.palette.paint());
  add_box(kit.world, frame, {x - 0.9F, 0, 0}, {x + 0.9F, 0.5F, 0.14F}, kit.palette.stone());
}

void add_roof(Kit& kit, const Frame& frame, float width, float height, float depth) {
  const MaterialId tiles = kit.palette.stone();
  if (kit.chance(0.5F)) {
    add_box(kit.world, frame, {-0.1F, -depth, height}, {width + 0.1F, 0.25F, height + 0.3F}, tiles);
    return;
  }
  const float rise = kit.pick(0.3F, 0.6F) * depth;
  const float out = 0.4F;
  const ObjectId roof = kit.world.add_object(frame.moved({0, 0, height}), tiles);
  const float ridge = -0.5F * depth;
  kit.world.add_quad(roof, {-out, out, -0.1F}, {width + out, out, -0.1F},
                     {width + out, ridge, rise}, {-out, ridge, rise});
  kit.world.add_quad(roof, {-out, -depth - out, -0.1F}, {width + out, -depth - out, -0.1F},
                     {width + out, ridge, rise}, {-out, ridge, rise});
  kit.world.add_triangle(roof, {0, 0, 0}, {0, -depth, 0}, {0, ridge, rise});
  kit.world.add_triangle(roof, {width, 0, 0}, {width, -depth, 0}, {width, ridge, rise});
  if (!kit.chance(0.6F)) return;
  const float x = kit.pick(0.2F, 0.8F) * width;
  add_box(kit.world, frame, {x, ridge - 0.4F, height},
          {x + 0.6F, ridge + 0.4F, height + rise + 0.8F}, tiles);
}

FacadeStyle random_style(Kit& kit) {
  return {kit.palette.wall(),   kit.palette.paint(),    kit.palette.glass(), kit.pick(0.3F, 0.75F),
          kit.pick(0.4F, 0.7F), kit.pick(0.05F, 0.35F), kit.chance(0.5F),    kit.chance(0.5F)};
}

}  // namespace

void build_house(Kit& kit, const Frame& frame, float width, float height, float depth) {
  const FacadeStyle style = random_style(kit);
  const int floors = std::max(1, static_cast<int>(height / kit.pick(2.8F, 3.6F)));
  const int columns = std::max(1, static_cast<int>(width / kit.pick(1.8F, 3.5F)));
  const float h = height / static_cast<float>(floors);
  const float w = width / static_cast<float>(columns);
  const bool shops = kit.chance(0.35F);
  const bool balconies = kit.chance(0.25F);
  const ObjectId wall = kit.world.add_object(frame, style.wall);
  for (int row = 0; row < floors; ++row) {
    for (int column = 0; column < columns; ++column) {
      const float x = w * static_cast<float>(column);
      const float z = h * static_cast<float>(row);
      add_cell(kit, frame, wall, style, x, x + w, z, z + h, shops && row == 0);
      if (balconies && row > 0 && (column & 1) == 0) {
        add_balcony(kit, frame.moved({x + 0.5F * w, 0, z + 0.15F}), 0.9F * w, style.trim);
      }
    }
  }
  const auto side = [&](float x) {
    kit.world.add_quad(wall, {x, 0, 0}, {x, -depth, 0}, {x, -depth, height}, {x, 0, height});
  };
  side(0);
  side(width);
  kit.world.add_quad(wall, {0, -depth, 0}, {width, -depth, 0}, {width, -depth, height},
                     {0, -depth, height});
  if (!shops) add_door(kit, frame, kit.pick(0.2F, 0.8F) * width, style);
  if (kit.chance(0.3F)) {
    add_box(kit.world, frame, {0, 0, h - 0.1F}, {width, 0.15F, h + 0.1F}, style.trim);
  }
  if (shops && kit.chance(0.5F)) {
    add_box(kit.world, frame * Frame{{0, 0, h - 0.2F}} * turned_x(-0.5F), {0.3F, 0, 0},
            {width - 0.3F, 1.3F, 0.03F}, kit.palette.fabric());
  }
  if (kit.chance(0.4F)) {
    const float x = kit.chance(0.5F) ? 0.15F : width - 0.15F;
    add_rod(kit.world, frame, {x, 0.08F, 0}, {x, 0.08F, height}, 0.05F, kit.palette.metal());
  }
  add_roof(kit, frame, width, height, depth);
}

}  // namespace promptdepth::scene
