#include <algorithm>
#include <cmath>

#include "promptdepth/scene/furniture.h"

namespace promptdepth::scene {
namespace {

void fill_shelf(Kit& kit, const Frame& frame, float width, float depth, float height) {
  switch (kit.random.below(4)) {
    case 0:
    case 1: {
      const float used = width * kit.pick(0.5F, 1);
      build_book_row(kit, frame.moved({-0.5F * (width - used), 0, 0}), used, depth, height);
      if (used < 0.75F * width) {
        build_small_thing(kit, frame.moved({0.5F * used, 0, 0}), std::min(0.6F * height, 0.2F));
      }
      return;
    }
    case 2:
      scatter(kit, frame, width * 0.9F, depth * 0.6F, kit.count(1, 5),
              std::min(0.6F * height, 0.25F));
      return;
    default: {
      const int boxes = kit.count(0, 3);
      for (int i = 0; i < boxes; ++i) {
        const float step = width / static_cast<float>(boxes);
        const float x = -0.5F * width + step * (static_cast<float>(i) + 0.5F);
        const float half = 0.5F * step * kit.pick(0.5F, 0.9F);
        const Frame place = frame * turned_z(kit.pick(-0.05F, 0.05F));
        const float top = height * kit.pick(0.3F, 0.85F);
        add_box(kit.world, place, {x - half, -0.4F * depth, 0}, {x + half, 0.42F * depth, top},
                kit.palette.anything());
      }
    }
  }
}

void add_handle(Kit& kit, const Frame& frame, Vec3 at, bool upright, MaterialId material) {
  if (kit.chance(0.4F)) {
    add_ellipsoid(kit.world, frame.moved(at), {0.014F, 0.018F, 0.014F}, 8, material);
    return;
  }
  const Vec3 reach = upright ? Vec3{0, 0, 0.06F} : Vec3{0.06F, 0, 0};
  const Vec3 out{0, 0.022F, 0};
  add_rod(kit.world, frame, at - reach + out, at + reach + out, 0.005F, material);
}

}  // namespace

void build_bookshelf(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId board = kit.chance(0.6F) ? kit.palette.wood() : kit.palette.paint();
  const float half_x = 0.5F * size.x;
  const float half_y = 0.5F * size.y;
  const float thick = kit.pick(0.01F, 0.03F);
  const int columns = std::max(1, static_cast<int>(size.x / kit.pick(0.5F, 1.0F)));
  for (int i = 0; i <= columns; ++i) {
    const float x =
        mix(-half_x, half_x - thick, static_cast<float>(i) / static_cast<float>(columns));
    add_box(kit.world, frame, {x, -half_y, 0}, {x + thick, half_y, size.z}, board);
  }
  if (kit.chance(0.6F)) {
    add_box(kit.world, frame, {-half_x, -half_y, 0}, {half_x, -half_y + 0.008F, size.z}, board);
  }
  const int rows = std::max(1, static_cast<int>(size.z / kit.pick(0.28F, 0.45F)));
  const float pitch = (size.z - thick) / static_cast<float>(rows);
  const float width = size.x / static_cast<float>(columns) - thick;
  for (int row = 0; row <= rows; ++row) {
    const float z = pitch * static_cast<float>(row);
    add_box(kit.world, frame, {-half_x, -half_y, z}, {half_x, half_y, z + thick}, board);
    for (int column = 0; row < rows && column < columns; ++column) {
      const float x = -half_x + (width + thick) * (static_cast<float>(column) + 0.5F);
      fill_shelf(kit, frame.moved({x, 0, z + thick}), width, size.y, pitch - thick);
    }
  }
  scatter(kit, frame.moved({0, 0, size.z}), size.x * 0.8F, size.y * 0.5F, kit.count(0, 3), 0.2F);
}

void build_cabinet(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId body = kit.chance(0.5F) ? kit.palette.wood() : kit.palette.paint();
  const bool mirrored = size.z > 1.6F && kit.chance(0.25F);
  const MaterialId plain = kit.chance(0.7F) ? body : kit.palette.paint();
  const MaterialId front = mirrored ? kit.palette.mirror() : plain;
  const MaterialId handle = kit.palette.metal();
  const float half_x = 0.5F * size.x;
  const float half_y = 0.5F * size.y;
  const float foot = kit.chance(0.4F) ? kit.pick(0.05F, 0.2F) : 0;
  add_box(kit.world, frame, {-half_x, -half_y, foot}, {half_x, half_y - 0.02F, size.z}, body);
  for (const float sx : {-0.9F, 0.9F}) {
    for (const float sy : {-0.9F, 0.8F}) {
      if (foot == 0) continue;
      add_rod(kit.world, frame, {sx * half_x, sy * half_y, 0}, {sx * half_x, sy * half_y, foot},
              0.018F, body);
    }
  }
  const bool drawers = kit.chance(0.5F);
  const int columns = std::max(1, static_cast<int>(size.x / kit.pick(0.4F, 0.7F)));
  const int rows = drawers ? kit.count(2, 5) : 1;
  const float w = size.x / static_cast<float>(columns);
  const float h = (size.z - foot) / static_cast<float>(rows);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const float x = -half_x + w * static_cast<float>(column);
      const float z = foot + h * static_cast<float>(row);
      const float pulled = drawers && kit.chance(0.08F) ? kit.pick(0.05F, 0.2F) : 0.0F;
      add_box(kit.world, frame, {x + 0.006F, half_y - 0.02F, z + 0.006F},
              {x + w - 0.006F, half_y + pulled, z + h - 0.006F}, front);
      add_handle(
          kit, frame,
          {x + (drawers ? 0.5F : 0.88F) * w, half_y + pulled, z + (drawers ? 0.6F : 0.5F) * h},
          !drawers, handle);
    }
  }
  if (size.z < 1.5F) {
    scatter(kit, frame.moved({0, 0, size.z}), size.x * 0.85F, size.y * 0.6F, kit.count(0, 6), 0.2F);
  }
}

void build_rack(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId metal = kit.chance(0.7F) ? kit.palette.metal() : kit.palette.paint();
  const float half_x = 0.5F * size.x;
  const float half_y = 0.5F * size.y;
  const float post = kit.pick(0.01F, 0.025F);
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      const float x = sx * (half_x - post);
      const float y = sy * (half_y - post);
      add_box(kit.world, frame, {x - post, y - post, 0}, {x + post, y + post, size.z}, metal);
    }
  }
  const int levels = kit.count(3, 5);
  const float pitch = (size.z - 0.1F) / static_cast<float>(levels - 1);
  const bool wire = kit.chance(0.3F);
  for (int level = 0; level < levels; ++level) {
    const float z = 0.08F + pitch * static_cast<float>(level);
    if (wire) {
      for (int i = 0; i <= 10; ++i) {
        const float y = mix(-half_y, half_y, static_cast<float>(i) / 10);
        add_rod(kit.world, frame, {-half_x, y, z}, {half_x, y, z}, 0.004F, metal);
      }
    } else {
      add_box(kit.world, frame, {-half_x, -half_y, z - 0.03F}, {half_x, half_y, z}, metal);
    }
    const int things = kit.count(1, 5);
    for (int i = 0; i < things; ++i) {
      const float step = 1.9F * half_x / static_cast<float>(things);
      const float x = -0.95F * half_x + step * (static_cast<float>(i) + 0.5F);
      const Frame spot = frame.moved({x, kit.pick(-0.1F, 0.1F), z});
      const Frame place = spot * turned_z(kit.pick(-0.2F, 0.2F));
      if (kit.chance(0.6F)) {
        const float w = 0.5F * step * kit.pick(0.5F, 0.95F);
        const float top = pitch * kit.pick(0.25F, 0.8F);
        add_box(kit.world, place, {-w, -0.8F * half_y, 0}, {w, 0.8F * half_y, top},
                kit.palette.anything());
      } else {
        build_small_thing(kit, place, std::min(0.3F, 0.7F * std::min(step, pitch)));
      }
    }
  }
}

void build_boxes(Kit& kit, const Frame& frame, Vec3 size) {
  float z = 0;
  float width = size.x;
  while (z < size.z && width > 0.12F) {
    const float height = kit.pick(0.12F, 0.45F);
    const float half_x = 0.5F * width * kit.pick(0.7F, 1);
    const float half_y = 0.5F * std::min(size.y, width) * kit.pick(0.7F, 1);
    const Frame turned = frame * turned_z(kit.pick(-0.3F, 0.3F));
    add_box(kit.world, turned, {-half_x, -half_y, z}, {half_x, half_y, z + height},
            kit.palette.anything());
    z += height;
    width *= kit.pick(0.6F, 1);
    if (kit.chance(0.35F)) break;
  }
  scatter(kit, frame.moved({0, 0, z}), width * 0.5F, width * 0.5F, kit.count(0, 2), 0.15F);
}

void build_screen(Kit& kit, const Frame& frame, Vec3 size) {
  const float low = kit.pick(0.4F, 0.6F);
  build_cabinet(kit, frame, {size.x, size.y, low});
  const MaterialId shell = kit.palette.dark();
  const float half = 0.42F * size.x;
  const float height = 1.1F * half;
  const Frame tv = frame.moved({0, 0, low});
  add_box(kit.world, tv, {-0.5F * half, -0.1F, 0}, {0.5F * half, 0.1F, 0.02F}, shell);
  add_box(kit.world, tv, {-half, -0.02F, 0.06F}, {half, 0.02F, 0.06F + height}, shell);
  add_box(kit.world, tv, {-half + 0.015F, 0.02F, 0.075F}, {half - 0.015F, 0.022F, 0.045F + height},
          kit.chance(0.5F) ? kit.palette.view(2 * half, kit.pick(0.3F, 1.5F)) : kit.palette.dark());
}

void build_radiator(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId paint = kit.palette.paint();
  const int ribs = static_cast<int>(size.x / kit.pick(0.04F, 0.08F));
  const float step = size.x / static_cast<float>(ribs);
  for (int i = 0; i < ribs; ++i) {
    const float x = -0.5F * size.x + step * static_cast<float>(i);
    add_box(kit.world, frame, {x, -0.5F * size.y, 0.12F}, {x + 0.65F * step, 0.5F * size.y, size.z},
            paint);
  }
  for (const float z : {0.17F, size.z - 0.05F}) {
    add_rod(kit.world, frame, {-0.5F * size.x, 0, z}, {0.5F * size.x, 0, z}, 0.015F, paint);
  }
}

}  // namespace promptdepth::scene
