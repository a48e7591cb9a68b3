#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/outdoor.h"
#include "promptdepth/scene/stage.h"

namespace promptdepth::scene {
namespace {

constexpr float kStart = -30;  ///< The street runs along x from here
constexpr float kEnd = 85;     ///< to here.

struct Interval {
  float low;
  float high;
};

class Street {
 public:
  Street(Random& random, Stage& stage) : random_(random), stage_(stage), kit_(stage.world, random) {
    road_ = random.uniform(2.6F, 6.5F);
    walk_ = random.uniform(1.2F, 4.5F);
    kerb_ = random.chance(0.8F) ? random.uniform(0.06F, 0.18F) : 0;
    setback_ = random.chance(0.5F) ? 0 : random.uniform(1, 7);
  }

  void build() {
    light();
    lay_ground();
    for (const float side : {-1.0F, 1.0F}) {
      line_with_lots(side);
      line_with_things(side);
      if (random_.chance(0.75F)) park_cars(side);
    }
    drive_cars();
    close_ends();
    if (random_.chance(0.3F)) add_shelters();
    if (random_.chance(0.4F)) hang_wires();
    stage_.low = {-5, -(road_ + 0.8F * walk_), 0.9F};
    stage_.high = {25, road_ + 0.8F * walk_, 2.2F};
  }

 private:
  /// A frame on the ground at distance `across` from the middle of the road, facing the road.
  Frame beside(float side, float x, float across) const {
    const float z = across > road_ ? kerb_ : 0;
    // y points to the road: for the left side (+1) that is -y of the world.
    return side > 0 ? Frame{{x, across, z}, {-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}
                    : Frame{{x, -across, z}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  }

  void light() {
    Lighting& l = stage_.lighting;
    const bool clear = random_.chance(0.6F);
    l.sky_seed = static_cast<std::uint32_t>(random_.next_u64());
    l.sky_zenith = clear ? Vec3{0.25F, 0.45F, 0.95F} * random_.uniform(0.6F, 1.4F)
                         : Vec3{0.8F, 0.85F, 0.95F} * random_.uniform(0.5F, 1.3F);
    l.sky_horizon = mix(l.sky_zenith, Vec3{1.2F, 1.15F, 1.05F}, random_.uniform(0.4F, 0.95F));
    l.ambient_above = mix(l.sky_zenith, l.sky_horizon, 0.5F) * random_.uniform(0.5F, 0.9F);
    l.ambient_below = l.ambient_above * random_.uniform(0.3F, 0.6F);
    l.occlusion_distance_m = random_.uniform(1.5F, 4);
    Light sun;
    sun.kind = LightKind::kSun;
    sun.direction =
        normalized({random_.uniform(-1, 1), random_.uniform(-1, 1), random_.uniform(0.2F, 1.5F)});
    sun.radius = clear ? 0.006F : 0.35F;
    const Vec3 color = mix(Vec3{1, 0.98F, 0.92F}, Vec3{1.25F, 0.9F, 0.55F}, random_.uniform());
    sun.intensity = color * (clear ? random_.uniform(1, 3) : random_.uniform(0.1F, 0.8F));
    l.lights.push_back(sun);
  }

  void add_strip(float y0, float y1, float z, MaterialId material) {
    const ObjectId strip = stage_.world.add_object({{0, 0, z}}, material);
    stage_.world.add_quad(strip, {kStart - 15, y0, 0}, {kEnd + 15, y0, 0}, {kEnd + 15, y1, 0},
                          {kStart - 15, y1, 0});
  }

  void lay_ground() {
    add_strip(-60, 60, -0.02F,
              random_.chance(0.6F) ? kit_.palette.grass() : kit_.palette.asphalt());
    const MaterialId road = kit_.palette.asphalt();
    add_strip(-road_, road_, 0, road);
    const MaterialId paving = kit_.palette.stone();
    for (const float side : {-1.0F, 1.0F}) {
      const float inner = side * road_;
      const float outer = side * (road_ + walk_);
      add_box(stage_.world, {}, {kStart - 15, std::min(inner, outer), -0.1F},
              {kEnd + 15, std::max(inner, outer), kerb_}, paving);
      add_box(stage_.world, {}, {kStart - 15, std::min(inner, inner + side * 0.15F), -0.1F},
              {kEnd + 15, std::max(inner, inner + side * 0.15F), kerb_ + 0.005F},
              kit_.palette.stone());
    }
    paint_lines();
  }

  void paint_lines() {
    const MaterialId white = kit_.palette.road_paint();
    const float dash = random_.uniform(1.5F, 4);
    for (float x = kStart; x < kEnd && road_ > 3; x += 2 * dash) {
      add_box(stage_.world, {}, {x, -0.07F, -0.01F}, {x + dash, 0.07F, 0.004F}, white);
    }
    if (!random_.chance(0.5F)) return;
    const float x = random_.uniform(5, 25);  // a crossing
    for (float y = -road_ + 0.4F; y < road_ - 0.4F; y += 1) {
      add_box(stage_.world, {}, {x, y, -0.01F}, {x + 3, y + 0.5F, 0.005F}, white);
    }
  }

  void line_with_lots(float side) {
    const float front = road_ + walk_ + setback_;
    const float built = random_.uniform(0.25F, 1);
    float x = kStart;
    while (x < kEnd) {
      const float width = random_.uniform(5, 16);
      // The frame's x runs against the world's on the left side: start from the lot's far end.
      const Frame lot = beside(side, side > 0 ? x + width : x, front);
      if (random_.chance(built)) {
        const float house_width = width * (random_.chance(0.7F) ? 1 : 0.8F);
        const float height = random_.uniform(3, 17);
        build_house(kit_, lot, house_width, height, random_.uniform(6, 12));
      } else {
        plant_lot(lot, width);
      }
      if (setback_ > 1 && random_.chance(0.7F)) {
        build_fence(kit_, lot.moved({0, setback_ - 0.2F, 0}), width);
      }
      x += width + (random_.chance(0.3F) ? random_.uniform(1, 5) : 0);
    }
  }

  void plant_bush(const Frame& frame, Interval width_m, Interval height_m) {
    const float width = random_.uniform(width_m.low, width_m.high);
    build_bush(kit_, frame, width, random_.uniform(height_m.low, height_m.high));
  }

  void plant_lot(const Frame& lot, float width) {
    const int trees = kit_.count(1, 3);
    for (int i = 0; i < trees; ++i) {
      const Vec3 at{random_.uniform(0, width), -random_.uniform(0, 8), 0};
      build_tree(kit_, lot.moved(at), random_.uniform(4, 12));
    }
    const int bushes = kit_.count(0, 4);
    for (int i = 0; i < bushes; ++i) {
      const Vec3 at{random_.uniform(0, width), -random_.uniform(0, 4), 0};
      plant_bush(lot.moved(at), {0.6F, 2}, {0.5F, 1.8F});
    }
    const float hedge = random_.uniform(2, 7);
    add_box(stage_.world, lot, {0, -14, 0}, {width, -13.5F, hedge}, kit_.palette.leaf());
  }

  void line_with_things(float side) {
    const float spacing = random_.uniform(1.5F, 6);
    for (float x = -6; x < kEnd - 10; x += random_.uniform(0.5F, 1.5F) * spacing) {
      const float across = road_ + random_.uniform(0.3F, std::max(0.4F, walk_ - 0.3F));
      add_walk_thing(beside(side, x, across));
    }
  }

  void add_walk_thing(const Frame& frame) {
    const Frame turned = frame * turned_z(random_.uniform(0, 6.2832F));
    switch (random_.below(13)) {
      case 0:
      case 1:
      case 2:
        return build_person(kit_, turned, {0.5F, 0.4F, random_.uniform(1.2F, 1.9F)});
      case 3:
      case 4:
        return build_tree(kit_, frame, random_.uniform(3, 9));
      case 5:
        return build_street_lamp(kit_, frame);
      case 6:
        return build_sign(kit_, frame * turned_z(random_.chance(0.5F) ? 1.57F : -1.57F));
      case 7:
        return build_traffic_light(kit_, frame);
      case 8:
        return build_bin(kit_, turned);
      case 9:
        return build_bollard(kit_, frame);
      case 10:
        return build_bicycle(kit_, turned, {1.7F, 0.5F, 1.05F});
      case 11:
        return build_bench(kit_, frame, {1.5F, 0.5F, 0.85F});
      default:
        return plant_bush(frame, {0.5F, 1.2F}, {0.4F, 1.3F});
    }
  }

  void park_cars(float side) {
    const float density = random_.uniform(0.2F, 1);
    for (float x = random_.uniform(4, 9); x < kEnd - 10; x += random_.uniform(5.2F, 7)) {
      if (!random_.chance(density)) continue;
      const Frame spot = beside(side, x, road_ - 1.05F);
      const float heading = random_.chance(0.5F) ? 0 : 3.1416F;
      build_vehicle(kit_, spot * turned_z(heading + random_.uniform(-0.05F, 0.05F)));
    }
  }

  void drive_cars() {
    const int cars = kit_.count(0, 4);
    for (int i = 0; i < cars; ++i) {
      const bool oncoming = random_.chance(0.5F);
      const float y = (oncoming ? 0.45F : -0.45F) * std::max(0.0F, road_ - 2);
      const float x = random_.uniform(8, kEnd - 15);
      const float heading = (oncoming ? 3.1416F : 0.0F) + random_.uniform(-0.1F, 0.1F);
      build_vehicle(kit_, upright({x, y, 0}, heading));
    }
  }

  /// Buildings or trees where the street ends, so that the view does not run out of the world.
  void close_ends() {
    for (const float x : {kEnd, kStart}) {
      const Frame across = x > 0 ? Frame{{x, 30, 0}, {0, -1, 0}, {-1, 0, 0}, {0, 0, 1}}
                                 : Frame{{x, -30, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}};
      for (float y = 0; y < 60; y += 15) {
        build_house(kit_, across.moved({y, 0, 0}), 15, random_.uniform(5, 18), 8);
      }
    }
  }

  void add_shelters() {
    const float side = random_.chance(0.5F) ? 1.0F : -1.0F;
    const float x = random_.uniform(4, 30);
    build_shelter(kit_, beside(side, x, road_ + std::max(0.6F, walk_ - 0.2F)));
  }

  void hang_wires() {
    const float height = random_.uniform(5, 8);
    const float y = random_.chance(0.5F) ? road_ + 0.5F : -road_ - 0.5F;
    const int wires = kit_.count(1, 4);
    const float span = random_.uniform(18, 30);
    for (float x = -10; x < kEnd - span; x += span) {
      add_cylinder(stage_.world, upright({x, y, 0}, 0), 0.13F, 0.1F, height + 0.3F, 10,
                   kit_.palette.wood());
      for (int i = 0; i < wires; ++i) {
        std::array<Vec3, 10> points;
        for (std::size_t k = 0; k < points.size(); ++k) {
          const float t = static_cast<float>(k) / static_cast<float>(points.size() - 1);
          points[k] = {x + span * t, y + 0.25F * static_cast<float>(i),
                       height - 0.25F * static_cast<float>(i) - 2.4F * t * (1 - t)};
        }
        add_tube(stage_.world, {}, points, 0.015F, kit_.palette.dark());
      }
    }
  }

  Random& random_;
  Stage& stage_;
  Kit kit_;
  float road_;  ///< Half the width of the carriageway.
  float walk_;  ///< Width of the pavement on each side.
  float kerb_;
  float setback_;
};

}  // namespace

void build_street(Random& random, Stage& stage) { Street(random, stage).build(); }

}  // namespace promptdepth::scene
