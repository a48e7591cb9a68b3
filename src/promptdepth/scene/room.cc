#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "promptdepth/scene/stage.h"
#include "promptdepth/scene/walls.h"
#include "promptdepth/scene/wild.h"

namespace promptdepth::scene {
namespace {

/// A rectangle of the floor that is taken.
struct Footprint {
  float x0, y0, x1, y1;
  bool overlaps(const Footprint& o) const {
    return x0 < o.x1 && o.x0 < x1 && y0 < o.y1 && o.y0 < y1;
  }
};

Footprint footprint_of(const Frame& frame, Vec3 size) {
  const float hx = 0.5F * (std::fabs(frame.x.x) * size.x + std::fabs(frame.y.x) * size.y);
  const float hy = 0.5F * (std::fabs(frame.x.y) * size.x + std::fabs(frame.y.y) * size.y);
  return {frame.origin.x - hx, frame.origin.y - hy, frame.origin.x + hx, frame.origin.y + hy};
}

const Furniture& pick_furniture(Random& random) {
  const auto all = room_furniture();
  float total = 0;
  for (const Furniture& f : all) total += f.weight;
  float at = random.uniform(0, total);
  for (const Furniture& f : all) {
    at -= f.weight;
    if (at < 0) return f;
  }
  return all.back();
}

class Room {
 public:
  Room(Random& random, Stage& stage) : random_(random), stage_(stage), kit_(stage.world, random) {
    size_ = {random.uniform(2.4F, 5.5F), random.uniform(2.6F, 6), random.uniform(2.2F, 3.4F)};
    if (random.chance(0.15F)) size_.y += random.uniform(1, 4);
    if (random.chance(0.1F)) size_.x = random.uniform(1.6F, 2.4F);
    if (random.chance(0.07F)) {  // a hall
      size_ = {random.uniform(6, 12), random.uniform(6, 14), random.uniform(2.8F, 5)};
    }
    walls_ = {{{{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, size_.x, size_.z},
               {{{size_.x, 0, 0}, {0, 1, 0}, {-1, 0, 0}, {0, 0, 1}}, size_.y, size_.z},
               {{{size_.x, size_.y, 0}, {-1, 0, 0}, {0, -1, 0}, {0, 0, 1}}, size_.x, size_.z},
               {{{0, size_.y, 0}, {0, -1, 0}, {1, 0, 0}, {0, 0, 1}}, size_.y, size_.z}}};
  }

  void build() {
    set_mood();
    build_shell();
    hang_lamps();
    const bool wild = random_.chance(0.12F);
    if (wild || random_.chance(0.08F)) {
      build_wild_things(kit_, {0, 0, 0}, size_, wild ? kit_.count(25, 90) : kit_.count(3, 12));
    }
    add_structures();
    furnish(wild ? kit_.count(0, 6) : furniture_count());
    if (stage_.lighting.lights.empty() || random_.chance(0.06F)) add_headlight();
    stage_.low = {0.25F, 0.25F, 0.5F};
    stage_.high = size_ - Vec3{0.25F, 0.25F, 0.3F};
  }

 private:
  void set_mood() {
    const float level =
        random_.chance(0.12F) ? random_.uniform(0.04F, 0.12F) : random_.uniform(0.15F, 0.7F);
    const Vec3 tint = mix(Vec3{0.9F, 0.97F, 1.1F}, Vec3{1.12F, 1, 0.82F}, random_.uniform());
    stage_.lighting.ambient_above = tint * level;
    stage_.lighting.ambient_below = tint * (level * random_.uniform(0.5F, 1));
    stage_.lighting.occlusion_distance_m = random_.uniform(0.4F, 1.6F);
  }

  void build_shell() {
    const MaterialId trim = kit_.palette.paint();
    MaterialId material = kit_.palette.wall();
    for (const Wall& wall : walls_) {
      if (random_.chance(0.3F)) material = kit_.palette.wall();
      const std::vector<Opening> openings = plan_openings(kit_, wall, kit_.count(0, 3));
      build_wall(kit_, wall, openings, material, trim, stage_.lighting);
      dress_wall(kit_, wall, openings, trim);
    }
    const ObjectId floor = stage_.world.add_object({}, kit_.palette.floor());
    stage_.world.add_quad(floor, {0, 0, 0}, {size_.x, 0, 0}, {size_.x, size_.y, 0},
                          {0, size_.y, 0});
    const ObjectId ceiling = stage_.world.add_object(
        {{0, 0, size_.z}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, kit_.palette.ceiling());
    stage_.world.add_quad(ceiling, {0, 0, 0}, {size_.x, 0, 0}, {size_.x, size_.y, 0},
                          {0, size_.y, 0});
    if (random_.chance(0.5F)) lay_rug();
  }

  void lay_rug() {
    const Vec3 half{random_.uniform(0.4F, 1.3F), random_.uniform(0.3F, 1), 0};
    const Vec3 at{random_.uniform(0.8F, size_.x - 0.8F), random_.uniform(0.8F, size_.y - 0.8F),
                  0.002F};
    const Frame frame = upright(at, random_.uniform(0, 3.1416F));
    if (random_.chance(0.2F)) {
      add_cylinder(stage_.world, frame, half.x, half.x, 0.008F, 28, kit_.palette.fabric());
    } else {
      add_box(stage_.world, frame, -half, half + Vec3{0, 0, 0.008F}, kit_.palette.fabric());
    }
  }

  void hang_lamps() {
    const int lamps = random_.chance(0.15F) ? 0 : kit_.count(1, 2);
    for (int i = 0; i < lamps && stage_.lighting.lights.size() < 3; ++i) {
      const Vec3 at{random_.uniform(0.2F, 0.8F) * size_.x, random_.uniform(0.2F, 0.8F) * size_.y,
                    size_.z};
      const Vec3 color = mix(Vec3{1.15F, 0.95F, 0.65F}, Vec3{0.95F, 1, 1.05F}, random_.uniform());
      if (random_.chance(0.35F)) {
        add_panel(at, color);
      } else {
        add_pendant(at, color);
      }
    }
  }

  void add_panel(Vec3 at, Vec3 color) {
    const Vec3 half{random_.uniform(0.1F, 0.6F), random_.uniform(0.1F, 0.3F), 0};
    const float radiance = random_.uniform(2, 9);
    add_box(stage_.world, {at, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, -half - Vec3{0, 0, 0.05F}, half,
            kit_.palette.glowing(color, radiance));
    stage_.lighting.lights.push_back({LightKind::kRectangle,
                                      at - Vec3{0, 0, 0.06F},
                                      {half.x, 0, 0},
                                      {0, half.y, 0},
                                      {0, 0, -1},
                                      0,
                                      0,
                                      color * (radiance * 4 * half.x * half.y + 0.8F)});
  }

  void add_pendant(Vec3 at, Vec3 color) {
    const float drop = random_.uniform(0.05F, 0.9F);
    const float r = random_.uniform(0.06F, 0.28F);
    const Frame frame = upright(at - Vec3{0, 0, drop}, 0);
    const MaterialId glow = kit_.palette.glowing(color, random_.uniform(1, 6));
    add_rod(stage_.world, frame, {0, 0, 0}, {0, 0, drop}, 0.004F, kit_.palette.dark());
    if (random_.chance(0.5F)) {
      add_ellipsoid(stage_.world, frame.moved({0, 0, -r}), {r, r, r * random_.uniform(0.4F, 1)}, 18,
                    glow);
    } else {
      add_lathe(stage_.world, frame,
                std::array<ProfilePoint, 4>{
                    {{r, -1.2F * r}, {0.9F * r, -0.8F * r}, {0.4F * r, -0.2F * r}, {0.02F, 0}}},
                20, kit_.palette.plastic());
      add_ellipsoid(stage_.world, frame.moved({0, 0, -0.8F * r}), {0.3F * r, 0.3F * r, 0.3F * r},
                    10, glow);
    }
    Light light;
    light.position = frame.origin - Vec3{0, 0, r};
    light.radius = 0.8F * r;
    light.clearance_m = 1.6F * r;
    light.intensity = color * random_.uniform(1, 5);
    stage_.lighting.lights.push_back(light);
  }

  /// As from a flash or a window behind the photographer.
  void add_headlight() {
    Light light;
    light.position = {random_.uniform(0.2F, 0.8F) * size_.x, random_.uniform(0.2F, 0.8F) * size_.y,
                      random_.uniform(1, size_.z - 0.2F)};
    light.radius = random_.uniform(0.01F, 0.3F);
    light.clearance_m = 0.4F;
    light.intensity = Vec3{1, 1, 1} * random_.uniform(0.5F, 4);
    stage_.lighting.lights.push_back(light);
  }

  /// From nearly empty rooms to crammed ones.
  int furniture_count() {
    if (random_.chance(0.12F)) return kit_.count(1, 5);
    return random_.chance(0.15F) ? kit_.count(20, 38) : kit_.count(7, 22);
  }

  void furnish(int things) {
    for (int i = 0; i < things; ++i) {
      const Furniture& item = pick_furniture(random_);
      for (int attempt = 0; attempt < 6; ++attempt) {
        if (try_to_place(item)) break;
      }
    }
    if (random_.chance(0.6F)) {
      const Frame middle = upright({0.5F * size_.x, 0.5F * size_.y, 0}, 0);
      build_floor_clutter(kit_, middle, size_ * 0.9F);
    }
  }

  bool try_to_place(const Furniture& item) {
    const Vec3 size{random_.uniform(item.smallest.x, item.largest.x),
                    random_.uniform(item.smallest.y, item.largest.y),
                    std::min(random_.uniform(item.smallest.z, item.largest.z), size_.z - 0.05F)};
    const Frame frame = item.placement == Placement::kWall ? against_wall(size) : anywhere(size);
    const Footprint print = footprint_of(frame, size);
    if (print.x0 < -0.01F || print.y0 < -0.01F || print.x1 > size_.x + 0.01F ||
        print.y1 > size_.y + 0.01F) {
      return false;
    }
    if (std::any_of(taken_.begin(), taken_.end(),
                    [&](const Footprint& other) { return other.overlaps(print); })) {
      return false;
    }
    taken_.push_back(print);
    item.build(kit_, frame, size);
    return true;
  }

  Frame against_wall(Vec3 size) {
    const Wall& wall = walls_[random_.below(4)];
    const float x =
        random_.uniform(0.5F * size.x, std::max(0.51F * size.x, wall.length - 0.5F * size.x));
    return wall.frame.moved({x, 0.5F * size.y + random_.uniform(0.005F, 0.06F), 0});
  }

  Frame anywhere(Vec3 size) {
    const float yaw = random_.chance(0.3F)
                          ? 0.5F * std::numbers::pi_v<float> * static_cast<float>(random_.below(4))
                          : random_.uniform(0, 6.2832F);
    const float r = 0.5F * std::max(size.x, size.y);
    return upright({random_.uniform(r, std::max(r, size_.x - r)),
                    random_.uniform(r, std::max(r, size_.y - r)), 0},
                   yaw);
  }

  /// Beams, columns and steps.
  void add_structures() {
    if (random_.chance(0.15F)) {
      const MaterialId wood = kit_.palette.wood();
      const float h = random_.uniform(0.08F, 0.25F);
      for (float y = 0.5F; y < size_.y; y += random_.uniform(0.6F, 1.5F)) {
        add_box(stage_.world, {}, {0, y, size_.z - h}, {size_.x, y + 0.6F * h, size_.z}, wood);
      }
    }
    if (random_.chance(0.12F)) {
      const Frame at = upright(
          {random_.uniform(0.3F, 0.7F) * size_.x, random_.uniform(0.3F, 0.7F) * size_.y, 0}, 0);
      const float r = random_.uniform(0.05F, 0.2F);
      add_cylinder(stage_.world, at, r, r, size_.z, 20, kit_.palette.stone());
    }
    if (random_.chance(0.1F)) add_stairs();
    if (random_.chance(0.15F)) add_partition();
    if (random_.chance(0.08F)) add_slope();
  }

  /// A wall or counter that stands out from a wall into the room.
  void add_partition() {
    const Wall& wall = walls_[random_.below(4)];
    const float x = random_.uniform(0.3F, 0.7F) * wall.length;
    const float reach = random_.uniform(0.6F, 2.2F);
    const float half = random_.uniform(0.03F, 0.12F);
    const float height = random_.chance(0.5F) ? size_.z : random_.uniform(0.9F, 1.6F);
    add_box(stage_.world, wall.frame, {x - half, 0, 0}, {x + half, reach, height},
            kit_.palette.wall());
    taken_.push_back(
        footprint_of(wall.frame.moved({x, 0.5F * reach, 0}), {2 * half, reach, height}));
  }

  /// A sloping ceiling along one wall, as under a roof.
  void add_slope() {
    const Wall& wall = walls_[random_.below(4)];
    const float low = random_.uniform(0.9F, 1.7F);
    const float reach = random_.uniform(0.8F, 2);
    const ObjectId slope = stage_.world.add_object(wall.frame, kit_.palette.ceiling());
    stage_.world.add_quad(slope, {0, 0, low}, {wall.length, 0, low},
                          {wall.length, reach, wall.height}, {0, reach, wall.height});
  }

  void add_stairs() {
    const MaterialId material = random_.chance(0.5F) ? kit_.palette.wood() : kit_.palette.stone();
    const Wall& wall = walls_[random_.below(4)];
    const int steps = kit_.count(3, 12);
    const float width = random_.uniform(0.7F, 1);
    const bool open = random_.chance(0.5F);
    for (int i = 0; i < steps; ++i) {
      const float x = 0.1F + 0.27F * static_cast<float>(i);
      const float z = 0.18F * static_cast<float>(i);
      if (x + 0.3F > wall.length || z + 0.18F > size_.z) break;
      add_box(stage_.world, wall.frame, {x, 0, open ? z + 0.14F : 0}, {x + 0.28F, width, z + 0.18F},
              material);
    }
  }

  Random& random_;
  Stage& stage_;
  Kit kit_;
  Vec3 size_;
  std::array<Wall, 4> walls_;
  std::vector<Footprint> taken_;
};

}  // namespace

void build_room(Random& random, Stage& stage) { Room(random, stage).build(); }

}  // namespace promptdepth::scene
