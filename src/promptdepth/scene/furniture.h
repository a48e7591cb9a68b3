#pragma once

#include <span>

#include "promptdepth/scene/palette.h"
#include "promptdepth/scene/shapes.h"

namespace promptdepth::scene {

/// What the builders of things work with.
struct Kit {
  World& world;
  Random& random;
  Palette palette;

  Kit(World& w, Random& r) : world(w), random(r), palette(w, r) {}
  float pick(float low, float high) { return random.uniform(low, high); }
  bool chance(float probability) { return random.chance(probability); }
  int count(int low, int high) {
    return low +
           static_cast<int>(random.below(static_cast<std::uint64_t>(std::int64_t{high} - low + 1)));
  }
};

/// Builds a thing that stands on the origin of `frame` and fills about size.x × size.y × size.z:
/// x across, y from its back (negative) to its front, z up.
using Builder = void (*)(Kit& kit, const Frame& frame, Vec3 size);

enum class Placement : std::uint8_t { kWall, kFree };

struct Furniture {
  Builder build;
  Placement placement;
  float weight;  ///< Relative frequency.
  Vec3 smallest;
  Vec3 largest;
};

/// Everything that may stand in a room.
std::span<const Furniture> room_furniture();

// Seats (seats.cc).
void build_chair(Kit& kit, const Frame& frame, Vec3 size);
void build_swivel_chair(Kit& kit, const Frame& frame, Vec3 size);
void build_stool(Kit& kit, const Frame& frame, Vec3 size);
void build_sofa(Kit& kit, const Frame& frame, Vec3 size);
void build_bench(Kit& kit, const Frame& frame, Vec3 size);
void build_bed(Kit& kit, const Frame& frame, Vec3 size);

// Tables (tables.cc).
void build_table(Kit& kit, const Frame& frame, Vec3 size);
void build_dining_group(Kit& kit, const Frame& frame, Vec3 size);
void build_desk(Kit& kit, const Frame& frame, Vec3 size);

// Storage (storage.cc).
void build_bookshelf(Kit& kit, const Frame& frame, Vec3 size);
void build_cabinet(Kit& kit, const Frame& frame, Vec3 size);
void build_rack(Kit& kit, const Frame& frame, Vec3 size);
void build_boxes(Kit& kit, const Frame& frame, Vec3 size);
void build_screen(Kit& kit, const Frame& frame, Vec3 size);
void build_radiator(Kit& kit, const Frame& frame, Vec3 size);

// Lamps, plants, and things made of rods (lamps.cc, plants.cc, rods.cc).
void build_floor_lamp(Kit& kit, const Frame& frame, Vec3 size);
void build_plant(Kit& kit, const Frame& frame, Vec3 size);
void build_clothes_rack(Kit& kit, const Frame& frame, Vec3 size);
void build_ladder(Kit& kit, const Frame& frame, Vec3 size);
void build_railing(Kit& kit, const Frame& frame, Vec3 size);
void build_bicycle(Kit& kit, const Frame& frame, Vec3 size);
void build_tripod(Kit& kit, const Frame& frame, Vec3 size);
void build_wire_tangle(Kit& kit, const Frame& frame, Vec3 size);
void build_fan(Kit& kit, const Frame& frame, Vec3 size);

// Machines and kitchens (machines.cc).
void build_machine(Kit& kit, const Frame& frame, Vec3 size);
void build_kitchen(Kit& kit, const Frame& frame, Vec3 size);

// Mirrors and glass (glass_things.cc).
void build_standing_mirror(Kit& kit, const Frame& frame, Vec3 size);
void build_glass_screen(Kit& kit, const Frame& frame, Vec3 size);
void build_showcase(Kit& kit, const Frame& frame, Vec3 size);
/// A mirror that hangs on the frame's xz plane, around its origin.
void build_wall_mirror(Kit& kit, const Frame& frame);

// Small things (clutter.cc).
void build_floor_clutter(Kit& kit, const Frame& frame, Vec3 size);
/// One small thing of about `size_m` standing on the frame's origin.
void build_small_thing(Kit& kit, const Frame& frame, float size_m);
/// Small things on a surface of width × depth around the frame's origin.
void scatter(Kit& kit, const Frame& frame, float width, float depth, int things, float size_m);
/// Books from -width/2 to width/2 along x, upright, spines to the front (+y).
void build_book_row(Kit& kit, const Frame& frame, float width, float depth, float height);

// People (figures.cc).
void build_person(Kit& kit, const Frame& frame, Vec3 size);

}  // namespace promptdepth::scene
