#include "promptdepth/scene/furniture.h"

#include <array>

namespace promptdepth::scene {

std::span<const Furniture> room_furniture() {
  using enum Placement;
  static constexpr std::array<Furniture, 31> kAll{{
      {build_chair, kFree, 3.0F, {0.38F, 0.38F, 0.8F}, {0.52F, 0.52F, 1.15F}},
      {build_swivel_chair, kFree, 0.8F, {0.5F, 0.5F, 0.85F}, {0.66F, 0.66F, 1.15F}},
      {build_stool, kFree, 0.8F, {0.28F, 0.28F, 0.4F}, {0.4F, 0.4F, 0.75F}},
      {build_sofa, kWall, 1.2F, {0.75F, 0.75F, 0.65F}, {2.3F, 1.0F, 0.95F}},
      {build_sofa, kFree, 0.6F, {0.7F, 0.7F, 0.65F}, {1.0F, 0.9F, 1.0F}},
      {build_bench, kWall, 0.6F, {0.9F, 0.4F, 0.75F}, {1.6F, 0.55F, 1.0F}},
      {build_bed, kWall, 0.7F, {0.9F, 1.9F, 0.7F}, {1.8F, 2.1F, 1.2F}},
      {build_table, kFree, 1.6F, {0.5F, 0.5F, 0.35F}, {1.6F, 0.9F, 0.8F}},
      {build_dining_group, kFree, 1.2F, {1.7F, 1.7F, 0.8F}, {2.6F, 2.0F, 0.8F}},
      {build_desk, kWall, 1.2F, {1.0F, 0.55F, 0.7F}, {1.8F, 0.8F, 0.78F}},
      {build_bookshelf, kWall, 1.6F, {0.5F, 0.22F, 0.7F}, {1.8F, 0.38F, 2.2F}},
      {build_cabinet, kWall, 1.2F, {0.5F, 0.35F, 0.6F}, {1.8F, 0.6F, 2.1F}},
      {build_rack, kWall, 1.2F, {0.7F, 0.35F, 1.2F}, {1.8F, 0.6F, 2.1F}},
      {build_boxes, kFree, 1.0F, {0.3F, 0.3F, 0.3F}, {0.7F, 0.7F, 1.2F}},
      {build_screen, kWall, 0.8F, {1.0F, 0.35F, 1.0F}, {1.8F, 0.5F, 1.0F}},
      {build_radiator, kWall, 0.6F, {0.5F, 0.08F, 0.5F}, {1.3F, 0.14F, 0.9F}},
      {build_floor_lamp, kFree, 1.0F, {0.3F, 0.3F, 1.3F}, {0.55F, 0.55F, 1.85F}},
      {build_plant, kFree, 1.8F, {0.35F, 0.35F, 0.5F}, {0.9F, 0.9F, 1.9F}},
      {build_clothes_rack, kFree, 0.7F, {0.8F, 0.45F, 1.3F}, {1.4F, 0.5F, 1.8F}},
      {build_ladder, kFree, 0.6F, {0.4F, 0.5F, 1.2F}, {0.55F, 0.9F, 2.2F}},
      {build_railing, kFree, 0.8F, {0.9F, 0.08F, 0.8F}, {2.5F, 0.1F, 1.1F}},
      {build_bicycle, kFree, 1.0F, {1.5F, 0.5F, 0.95F}, {1.75F, 0.5F, 1.1F}},
      {build_tripod, kFree, 0.7F, {0.5F, 0.5F, 1.0F}, {0.9F, 0.9F, 1.7F}},
      {build_fan, kFree, 0.5F, {0.35F, 0.35F, 0.5F}, {0.5F, 0.5F, 1.3F}},
      {build_machine, kFree, 0.9F, {0.5F, 0.4F, 0.5F}, {1.9F, 0.9F, 1.4F}},
      {build_machine, kFree, 0.4F, {0.2F, 0.2F, 0.2F}, {0.5F, 0.5F, 0.5F}},
      {build_kitchen, kWall, 0.7F, {1.2F, 0.55F, 1.0F}, {3.0F, 0.65F, 2.2F}},
      {build_standing_mirror, kWall, 0.6F, {0.35F, 0.2F, 1.1F}, {0.9F, 0.3F, 1.9F}},
      {build_glass_screen, kFree, 0.5F, {0.7F, 0.05F, 1.2F}, {2.4F, 0.06F, 2.1F}},
      {build_showcase, kWall, 0.5F, {0.4F, 0.3F, 0.9F}, {1.2F, 0.5F, 1.9F}},
      {build_person, kFree, 1.6F, {0.5F, 0.4F, 1.3F}, {0.6F, 0.5F, 1.92F}},
  }};
  return kAll;
}

}  // namespace promptdepth::scene
