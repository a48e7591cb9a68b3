#include <cmath>

#include "promptdepth/scene/furniture.h"

namespace promptdepth::scene {
namespace {

void add_pedestal(Kit& kit, const Frame& frame, float height, float radius, MaterialId material) {
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, height}, kit.pick(0.02F, 0.06F), material);
  if (kit.chance(0.5F)) {
    add_cylinder(kit.world, frame, radius, 0.9F * radius, 0.03F, 20, material);
    return;
  }
  const int feet = kit.count(3, 5);
  for (int i = 0; i < feet; ++i) {
    const Frame foot = frame * turned_z(6.2832F * static_cast<float>(i) / static_cast<float>(feet));
    add_rod(kit.world, foot, {0, 0, 0.12F}, {radius, 0, 0.015F}, 0.018F, material);
  }
}

void add_table_legs(Kit& kit, const Frame& frame, float half_x, float half_y, float height,
                    MaterialId material) {
  const float thick = kit.pick(0.01F, 0.04F);
  const float inset = kit.pick(0, 0.1F);
  const bool round = kit.chance(0.4F);
  for (const float sx : {-1.0F, 1.0F}) {
    for (const float sy : {-1.0F, 1.0F}) {
      const float x = sx * (half_x - thick - inset);
      const float y = sy * (half_y - thick - inset);
      if (round) {
        add_rod(kit.world, frame, {x, y, 0}, {x, y, height}, thick, material);
      } else {
        add_box(kit.world, frame, {x - thick, y - thick, 0}, {x + thick, y + thick, height},
                material);
      }
    }
  }
  if (kit.chance(0.5F)) {
    const float rail = kit.pick(0.05F, 0.12F);
    const float x = half_x - inset - thick;
    const float y = half_y - inset - thick;
    add_box(kit.world, frame, {-x, -y, height - rail}, {x, -y + 0.02F, height}, material);
    add_box(kit.world, frame, {-x, y - 0.02F, height - rail}, {x, y, height}, material);
  }
  if (kit.chance(0.25F)) {
    const float z = kit.pick(0.1F, 0.4F) * height;
    add_box(kit.world, frame, {-half_x + inset, -half_y + inset, z},
            {half_x - inset, half_y - inset, z + 0.02F}, material);
    scatter(kit, frame.moved({0, 0, z + 0.02F}), half_x, half_y, kit.count(0, 4), 0.14F);
  }
}

void add_laptop(Kit& kit, const Frame& frame) {
  const MaterialId shell = kit.chance(0.6F) ? kit.palette.metal() : kit.palette.dark();
  add_box(kit.world, frame, {-0.16F, -0.11F, 0}, {0.16F, 0.11F, 0.015F}, shell);
  const Frame lid = frame.moved({0, -0.11F, 0.015F}) * turned_x(kit.pick(0.05F, 0.5F));
  add_box(kit.world, lid, {-0.16F, -0.004F, 0}, {0.16F, 0, 0.21F}, shell);
  add_box(kit.world, lid, {-0.15F, 0, 0.01F}, {0.15F, 0.002F, 0.2F},
          kit.chance(0.6F) ? kit.palette.view(0.3F, kit.pick(0.3F, 1.2F)) : kit.palette.dark());
}

void add_monitor(Kit& kit, const Frame& frame) {
  const MaterialId shell = kit.palette.dark();
  const float half = kit.pick(0.22F, 0.4F);
  const float height = half * 1.15F;
  add_box(kit.world, frame, {-0.1F, -0.08F, 0}, {0.1F, 0.08F, 0.012F}, shell);
  add_rod(kit.world, frame, {0, 0, 0}, {0, 0, 0.3F}, 0.018F, shell);
  const float low = kit.pick(0.1F, 0.18F);
  add_box(kit.world, frame, {-half, 0.02F, low}, {half, 0.05F, low + height}, shell);
  add_box(kit.world, frame, {-half + 0.015F, 0.05F, low + 0.015F},
          {half - 0.015F, 0.052F, low + height - 0.015F},
          kit.chance(0.6F) ? kit.palette.view(2 * half, kit.pick(0.3F, 1.2F)) : kit.palette.dark());
  add_box(kit.world, frame, {-0.2F, 0.2F, 0}, {0.2F, 0.33F, 0.02F}, kit.palette.plastic());
}

void add_desk_lamp(Kit& kit, const Frame& frame) {
  const MaterialId metal = kit.chance(0.5F) ? kit.palette.metal() : kit.palette.plastic();
  add_cylinder(kit.world, frame, 0.09F, 0.08F, 0.02F, 16, metal);
  const float a = kit.pick(-0.15F, 0.15F);
  const Vec3 elbow{a, -0.12F, kit.pick(0.22F, 0.32F)};
  const Vec3 head{a + kit.pick(-0.1F, 0.1F), 0.15F, kit.pick(0.38F, 0.52F)};
  add_rod(kit.world, frame, {0, 0, 0.02F}, elbow, 0.007F, metal);
  add_rod(kit.world, frame, elbow, head, 0.007F, metal);
  const Frame shade = frame * along(head, {0, -0.5F, 1});
  add_cylinder(kit.world, shade.moved({0, 0, -0.1F}), 0.08F, 0.03F, 0.13F, 14, metal);
}

void set_table(Kit& kit, const Frame& top, float half_x, float half_y) {
  const int things = kit.count(0, 9);
  scatter(kit, top, 1.7F * half_x, 1.7F * half_y, things, kit.pick(0.08F, 0.22F));
  if (kit.chance(0.25F)) {
    const Frame place = top.moved({kit.pick(-0.4F, 0.4F) * half_x, 0, 0});
    add_laptop(kit, place * turned_z(kit.pick(-0.5F, 0.5F)));
  }
}

}  // namespace

void build_table(Kit& kit, const Frame& frame, Vec3 size) {
  const bool glass = kit.chance(0.12F);
  const MaterialId plain = kit.chance(0.6F) ? kit.palette.wood() : kit.palette.anything();
  const MaterialId top_material = glass ? kit.palette.clear_glass() : plain;
  const MaterialId leg_material = !glass && kit.chance(0.5F) ? plain : kit.palette.metal();
  const float half_x = 0.5F * size.x;
  const float half_y = 0.5F * size.y;
  const float thick = kit.pick(0.012F, 0.05F);
  const float height = size.z - thick;
  const bool round = kit.chance(0.3F);
  const float radius = std::min(half_x, half_y);
  if (round) {
    add_cylinder(kit.world, frame.moved({0, 0, height}), radius, radius, thick, 32, top_material);
  } else {
    add_box(kit.world, frame, {-half_x, -half_y, height}, {half_x, half_y, size.z}, top_material);
  }
  if (round || kit.chance(0.1F)) {
    add_pedestal(kit, frame, height, 0.7F * radius, leg_material);
  } else {
    add_table_legs(kit, frame, half_x, half_y, height, leg_material);
  }
  set_table(kit, frame.moved({0, 0, size.z}), round ? 0.6F * radius : half_x,
            round ? 0.6F * radius : half_y);
}

void build_dining_group(Kit& kit, const Frame& frame, Vec3 size) {
  const Vec3 table{size.x - 0.7F, size.y - 0.9F, kit.pick(0.7F, 0.78F)};
  build_table(kit, frame, table);
  const int chairs = kit.count(2, 6);
  for (int i = 0; i < chairs; ++i) {
    const bool front = (i & 1) != 0;
    const int place = i / 2;
    const float x = (static_cast<float>(place) - 0.5F) * 0.6F + kit.pick(-0.1F, 0.1F);
    const float y = 0.5F * table.y + kit.pick(-0.05F, 0.3F);
    const Frame chair = frame.moved({x, front ? y : -y, 0}) *
                        turned_z((front ? 3.14159F : 0.0F) + kit.pick(-0.3F, 0.3F));
    build_chair(kit, chair, {kit.pick(0.38F, 0.5F), kit.pick(0.38F, 0.5F), kit.pick(0.8F, 1.1F)});
  }
}

void build_desk(Kit& kit, const Frame& frame, Vec3 size) {
  const MaterialId top = kit.chance(0.6F) ? kit.palette.wood() : kit.palette.paint();
  const float half_x = 0.5F * size.x;
  const float half_y = 0.5F * size.y;
  add_box(kit.world, frame, {-half_x, -half_y, size.z - 0.03F}, {half_x, half_y, size.z}, top);
  add_table_legs(kit, frame, half_x, half_y, size.z - 0.03F,
                 kit.chance(0.5F) ? top : kit.palette.metal());
  if (kit.chance(0.5F)) {
    const float side = kit.chance(0.5F) ? 1.0F : -1.0F;
    build_cabinet(kit, frame.moved({side * (half_x - 0.24F), 0, 0}),
                  {0.42F, 0.9F * size.y, size.z - 0.04F});
  }
  const Frame surface = frame.moved({0, 0, size.z});
  const Frame place = surface.moved({kit.pick(-0.3F, 0.3F) * half_x, -0.4F * half_y, 0});
  add_monitor(kit, place * turned_z(kit.pick(-0.3F, 0.3F)));
  if (kit.chance(0.6F)) add_desk_lamp(kit, surface.moved({0.7F * half_x, -0.5F * half_y, 0}));
  set_table(kit, surface, half_x, half_y);
}

}  // namespace promptdepth::scene
