#include <algorithm>
#include <array>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

void add_bottle(Kit& kit, const Frame& frame, float s) {
  const float r = s * kit.pick(0.15F, 0.3F);
  const float neck = r * kit.pick(0.25F, 0.5F);
  const std::array<ProfilePoint, 8> profile{{{0, 0},
                                             {r, 0.01F * s},
                                             {r, 0.55F * s},
                                             {0.9F * r, 0.65F * s},
                                             {neck, 0.8F * s},
                                             {neck, s},
                                             {0.8F * neck, s},
                                             {0, s}}};
  add_lathe(kit.world, frame, profile, 14, kit.palette.vessel());
}

void add_cup(Kit& kit, const Frame& frame, float s) {
  const float r = s * kit.pick(0.35F, 0.5F);
  const float h = s * kit.pick(0.7F, 1.1F);
  const float base = r * kit.pick(0.6F, 1);
  const MaterialId material = kit.palette.vessel();
  const std::array<ProfilePoint, 6> profile{
      {{0, 0}, {base, 0}, {r, h}, {0.9F * r, h}, {0.9F * base, 0.1F * h}, {0, 0.1F * h}}};
  add_lathe(kit.world, frame, profile, 16, material);
  if (kit.chance(0.5F)) {
    add_torus(kit.world, frame * Frame{{r, 0, 0.5F * h}, {1, 0, 0}, {0, 0, 1}, {0, -1, 0}},
              0.28F * h, 0.05F * h, 12, material);
  }
}

void add_bowl(Kit& kit, const Frame& frame, float s) {
  const float r = s * kit.pick(0.6F, 1);
  const float h = r * kit.pick(0.4F, 0.8F);
  const std::array<ProfilePoint, 7> profile{{{0, 0},
                                             {0.5F * r, 0},
                                             {0.85F * r, 0.5F * h},
                                             {r, h},
                                             {0.95F * r, h},
                                             {0.75F * r, 0.5F * h},
                                             {0, 0.12F * h}}};
  add_lathe(kit.world, frame, profile, 18, kit.palette.vessel());
  const int fruits = kit.count(0, 5);
  for (int i = 0; i < fruits; ++i) {
    const float fruit = 0.28F * r;
    const float angle = 1.3F * static_cast<float>(i);
    const Vec3 at{0.4F * r * portable::cos(angle), 0.4F * r * portable::sin(angle), 0.8F * h};
    const Vec3 half{fruit, fruit, fruit * kit.pick(0.8F, 1.2F)};
    add_ellipsoid(kit.world, frame.moved(at), half, 10, kit.palette.plastic());
  }
}

void add_vase(Kit& kit, const Frame& frame, float s) {
  std::array<ProfilePoint, 9> profile;
  const float a = kit.pick(0.2F, 0.45F);
  const float phase = kit.pick(0, 6);
  for (std::size_t i = 0; i < profile.size(); ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(profile.size() - 1);
    profile[i] = {s * a * (0.65F + 0.35F * portable::sin(phase + 4.5F * t)), s * t};
  }
  profile[0].radius = 0;
  add_lathe(kit.world, frame, profile, 16, kit.palette.vessel());
  if (!kit.chance(0.5F)) return;
  const MaterialId stem = kit.palette.leaf();
  const int stems = kit.count(2, 6);
  for (int i = 0; i < stems; ++i) {
    const Vec3 tip{s * kit.pick(-0.5F, 0.5F), s * kit.pick(-0.5F, 0.5F), s * kit.pick(1.4F, 2.2F)};
    add_rod(kit.world, frame, {0, 0, 0.8F * s}, tip, 0.003F, stem);
    add_ellipsoid(kit.world, frame.moved(tip), Vec3{0.1F, 0.1F, 0.08F} * s, 8,
                  kit.palette.plastic());
  }
}

void add_book_stack(Kit& kit, const Frame& frame, float s) {
  float z = 0;
  const int books = kit.count(1, 6);
  for (int i = 0; i < books; ++i) {
    const float thick = kit.pick(0.01F, 0.045F);
    const Frame turned = frame * turned_z(kit.pick(-0.4F, 0.4F));
    const float x = 0.5F * s * kit.pick(0.7F, 1.1F);
    const float y = 0.7F * x;
    const MaterialId cover = kit.chance(0.5F) ? kit.palette.paper() : kit.palette.paint();
    add_box(kit.world, turned, {-x, -y, z}, {x, y, z + thick}, cover);
    z += thick;
  }
}

void add_toy(Kit& kit, const Frame& frame, float s) {
  const MaterialId main = kit.palette.plastic();
  const float body = 0.3F * s;
  add_ellipsoid(kit.world, frame.moved({0, 0, body}), {body, 0.8F * body, body}, 12, main);
  add_ellipsoid(kit.world, frame.moved({0, 0, 2.5F * body}),
                {0.7F * body, 0.7F * body, 0.7F * body}, 12,
                kit.chance(0.5F) ? main : kit.palette.plastic());
  for (const float side : {-1.0F, 1.0F}) {
    add_rod(kit.world, frame, {side * body, 0, 1.2F * body},
            {side * 1.6F * body, 0.4F * body, body}, 0.22F * body, main);
    add_ellipsoid(kit.world, frame.moved({side * 0.45F * body, 0, 3.2F * body}),
                  {0.2F * body, 0.1F * body, 0.3F * body}, 8, main);
  }
}

void add_ball(Kit& kit, const Frame& frame, float s) {
  const ObjectId ball = kit.world.add_object(frame.moved({0, 0, 0.5F * s}), kit.palette.anything());
  kit.world.add_sphere(ball, 0.5F * s);
}

void add_frame_picture(Kit& kit, const Frame& frame, float s) {
  const Frame leaning = frame * turned_x(0.2F);
  const float w = 0.5F * s * kit.pick(0.6F, 1);
  add_box(kit.world, leaning, {-w, -0.01F, 0}, {w, 0, s}, kit.palette.wood());
  add_box(kit.world, leaning, {-0.85F * w, 0, 0.1F * s}, {0.85F * w, 0.002F, 0.9F * s},
          kit.palette.picture());
}

void add_crumpled(Kit& kit, const Frame& frame, float s) {
  const float phase = kit.pick(0, 6);
  const float k = kit.pick(2, 5);
  add_surface(
      kit.world, frame.moved({0, 0, 0.3F * s}), 16, 10, true,
      [&](float u, float v) {
        const float latitude = (v - 0.5F) * 3.14159F;
        const float angle = 6.28318F * u;
        const float bump = 1 +
                           0.2F * portable::sin(k * angle + phase) * portable::cos(3 * latitude) +
                           0.15F * portable::sin(2 * angle + 5 * v + phase);
        const float r = 0.5F * s * bump * portable::cos(latitude);
        return Vec3{r * portable::cos(angle), r * portable::sin(angle),
                    0.35F * s * bump * portable::sin(latitude)};
      },
      kit.palette.fabric());
}

void add_candle(Kit& kit, const Frame& frame, float s) {
  add_cylinder(kit.world, frame, 0.2F * s, 0.18F * s, 0.1F * s, 12, kit.palette.metal());
  add_rod(kit.world, frame, {0, 0, 0.1F * s}, {0, 0, 1.2F * s}, 0.07F * s, kit.palette.paint());
}

void add_pens(Kit& kit, const Frame& frame, float s) {
  add_cup(kit, frame, 0.7F * s);
  const int pens = kit.count(2, 6);
  for (int i = 0; i < pens; ++i) {
    const Vec3 tip{s * kit.pick(-0.3F, 0.3F), s * kit.pick(-0.3F, 0.3F), s * kit.pick(0.8F, 1.3F)};
    add_rod(kit.world, frame, {0, 0, 0.1F * s}, tip, 0.004F, kit.palette.plastic());
  }
}

void add_block(Kit& kit, const Frame& frame, float s) {
  const Vec3 half{0.5F * s * kit.pick(0.3F, 1), 0.5F * s * kit.pick(0.3F, 1), 0};
  const float height = s * kit.pick(0.2F, 1.1F);
  const float bevel = kit.pick(0, 0.02F);
  add_bevelled_box(kit.world, frame, {-half.x, -half.y, 0}, {half.x, half.y, height}, bevel,
                   kit.palette.anything());
}

void add_ring(Kit& kit, const Frame& frame, float s) {
  const Frame leaning = frame.moved({0, 0, 0.15F * s}) * turned_x(kit.pick(0, 1.5F));
  const float thickness = s * kit.pick(0.03F, 0.13F);
  add_torus(kit.world, leaning, 0.4F * s, thickness, 20, kit.palette.anything());
}

using SmallBuilder = void (*)(Kit&, const Frame&, float);
constexpr std::array<SmallBuilder, 14> kSmallThings{
    add_bottle, add_bottle,        add_cup,      add_bowl,   add_vase, add_book_stack, add_toy,
    add_ball,   add_frame_picture, add_crumpled, add_candle, add_pens, add_block,      add_ring};

}  // namespace

void build_small_thing(Kit& kit, const Frame& frame, float size_m) {
  kSmallThings[kit.random.below(kSmallThings.size())](kit, frame, size_m);
}

void scatter(Kit& kit, const Frame& frame, float width, float depth, int things, float size_m) {
  for (int i = 0; i < things; ++i) {
    const Vec3 place{0.5F * width * kit.pick(-1, 1), 0.5F * depth * kit.pick(-1, 1), 0};
    const Frame turned = frame.moved(place) * turned_z(kit.pick(0, 6.28F));
    build_small_thing(kit, turned, size_m * kit.pick(0.5F, 1.2F));
  }
}

void build_book_row(Kit& kit, const Frame& frame, float width, float depth, float height) {
  std::array<MaterialId, 6> covers;
  for (MaterialId& cover : covers) {
    cover = kit.chance(0.35F) ? kit.palette.paper() : kit.palette.paint();
  }
  const float tall = height * kit.pick(0.6F, 0.95F);
  float x = -0.5F * width;
  while (x < 0.5F * width) {
    const float thick = std::min(kit.pick(0.012F, 0.055F), 0.5F * width - x + 0.001F);
    const float top = tall * kit.pick(0.75F, 1);
    const float front = 0.5F * depth - kit.pick(0.01F, 0.05F);
    const Frame leaning = kit.chance(0.06F) ? frame.moved({x, 0, 0}) * turned_y(kit.pick(0, 0.25F))
                                            : frame.moved({x, 0, 0});
    add_box(kit.world, leaning, {0.0005F, -0.3F * depth, 0}, {thick - 0.0005F, front, top},
            covers[kit.random.below(covers.size())]);
    x += thick + (kit.chance(0.05F) ? kit.pick(0.02F, 0.1F) : 0);
  }
}

void build_floor_clutter(Kit& kit, const Frame& frame, Vec3 size) {
  const int things = kit.count(1, 6);
  scatter(kit, frame, size.x, size.y, things, kit.pick(0.15F, 0.4F));
}

}  // namespace promptdepth::scene
