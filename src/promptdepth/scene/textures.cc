#include <algorithm>

#include "promptdepth/scene/material.h"
#include "promptdepth/scene/noise.h"

namespace promptdepth::scene {
namespace {

/// What a pattern is asked: a position in units of the pattern's features.
struct Query {
  const Material& material;
  Vec3 p;       ///< Object position times scale.
  float u = 0;  ///< Position in the face that the normal points out of; v is up on walls.
  float v = 0;
  float footprint = 0;  ///< Size of a pixel in the same units.
};

/// Weight of detail of size 1: fades as the pixel grows past it.
float visible(const Query& q, float detail = 1) {
  return clamp01(1.7F - 1.3F * q.footprint / detail);
}

Vec3 average(const Material& m) { return (m.first + m.second) * 0.5F; }

/// A coverage of [0, 1] for "distance below edge", one pixel soft.
float coverage(float signed_distance, float footprint) {
  return clamp01(0.5F - signed_distance / std::max(footprint, 1e-4F));
}

Vec3 noise(const Query& q) {
  const float t = fractal_noise(q.p, q.material.seed, 4, q.footprint);
  return mix(q.material.first, q.material.second, smooth(clamp01(2.2F * t - 0.6F)));
}

Vec3 speckle(const Query& q) {
  const int x = fast_floor(q.u + 0.3F * value_noise(q.v, q.u, q.material.seed));
  const int y = fast_floor(q.v + 0.3F * value_noise(q.u, q.v, q.material.seed + 1));
  const float grain = lattice_value(x, y, 7, q.material.seed);
  const Vec3 base =
      grain < 0.65F ? q.material.first : (grain < 0.85F ? q.material.second : q.material.third);
  const Vec3 mean = q.material.first * 0.65F + q.material.second * 0.2F + q.material.third * 0.15F;
  return mix(mean, base, visible(q));
}

Vec3 checker(const Query& q) {
  const bool odd = ((fast_floor(q.u) + fast_floor(q.v)) & 1) != 0;
  return mix(average(q.material), odd ? q.material.first : q.material.second, visible(q));
}

Vec3 stripes(const Query& q) {
  const bool vertical = (q.material.seed & 1U) != 0;
  const float t = fraction(0.5F * (vertical ? q.u : q.v));
  const float width = 0.15F + 0.35F * static_cast<float>(q.material.seed >> 8 & 0xffU) / 255.0F;
  const bool third = (q.material.seed & 2U) != 0 && t > 0.7F && t < 0.75F;
  const Vec3 mean = mix(q.material.second, q.material.first, width);
  const Vec3 color = third ? q.material.third : (t < width ? q.material.first : q.material.second);
  return mix(mean, color, visible(q));
}

Vec3 wood(const Query& q) {
  const bool along_v = (q.material.seed & 1U) != 0;
  const float across = along_v ? q.u : q.v;
  const float length = along_v ? q.v : q.u;
  const int board = (q.material.seed & 2U) != 0 ? fast_floor(across * 0.8F) : 0;
  const auto board_seed = lattice_hash(board, 3, 5, q.material.seed);
  const float shade = static_cast<float>(board_seed & 0xffU) / 255.0F;
  const float wobble = value_noise(0.15F * length, 0.8F * across, board_seed);
  const float ring = fraction(1.3F * across + 3 * wobble);
  const float grain = ring < 0.8F ? ring / 0.8F : (1 - ring) * 5;
  const float fiber = value_noise(0.4F * length, 9 * across, board_seed + 1);
  const float detail = 0.7F * grain * visible(q, 0.7F) + 0.3F * fiber * visible(q, 0.12F);
  const Vec3 color = mix(q.material.first, q.material.second, clamp01(0.25F * shade + detail));
  const float joint = fraction(across * 0.8F);
  const bool gap = (q.material.seed & 2U) != 0 && joint < 0.03F;
  return gap ? mix(color, color * 0.4F, visible(q, 0.1F)) : color;
}

Vec3 bricks(const Query& q) {
  const int row = fast_floor(q.v * 2);
  const float shifted = q.u + ((row & 1) != 0 ? 0.5F : 0.0F);
  const float du = fraction(shifted);
  const float dv = fraction(q.v * 2);
  const float tone = lattice_value(fast_floor(shifted), row, 1, q.material.seed);
  const float rough = value_noise(q.u * 9, q.v * 9, q.material.seed);
  const Vec3 brick = mix(q.material.first, q.material.second, tone) *
                     (0.8F + 0.4F * mix(0.5F, rough, visible(q, 0.1F)));
  const bool joint = du < 0.05F || dv < 0.11F;
  return mix(brick, joint ? q.material.third : brick, visible(q, 0.25F));
}

Vec3 tiles(const Query& q) {
  const float du = fraction(q.u);
  const float dv = fraction(q.v);
  const float tone = lattice_value(fast_floor(q.u), fast_floor(q.v), 2, q.material.seed);
  const Vec3 tile = mix(q.material.first, q.material.second, 0.4F * tone);
  const float edge = std::min({du, dv, 1 - du, 1 - dv});
  const float joint = coverage(edge - 0.02F, q.footprint);
  return mix(tile, q.material.third, joint * visible(q));
}

Vec3 marble(const Query& q) {
  const float warp = fractal_noise(q.p, q.material.seed, 4, q.footprint);
  const float phase = fraction(0.5F * (q.p.x + q.p.y + 0.7F * q.p.z) + 2.5F * warp);
  const float vein = std::fabs(2 * phase - 1);
  const float strength = vein * vein * vein * visible(q);
  return mix(q.material.first, q.material.second, strength);
}

Vec3 gradient(const Query& q) {
  const float t = (q.material.seed & 1U) != 0 ? q.v : q.u;
  const float wave = std::fabs(2 * fraction(0.5F * t) - 1);
  return mix(q.material.first, q.material.second, smooth(wave));
}

Vec3 text(const Query& q) {
  const int line = fast_floor(q.v);
  const float height = fraction(q.v);
  const float margin = lattice_value(line, 0, 3, q.material.seed);
  const bool blank_line = margin < 0.15F || height < 0.35F;
  const float letter_u = q.u * 1.8F;
  const int letter = fast_floor(letter_u);
  const bool space = lattice_value(letter, line, 4, q.material.seed) < 0.2F;
  const int bit_u = fast_floor(fraction(letter_u) * 3.5F);
  const int bit_v = fast_floor((height - 0.35F) * 6);
  const bool ink =
      bit_u < 3 && lattice_value(letter * 4 + bit_u, line * 8 + bit_v, 5, q.material.seed) < 0.6F;
  if (blank_line || space) return q.material.first;
  const Vec3 mean = mix(q.material.first, q.material.second, 0.5F);
  return mix(mean, ink ? q.material.second : q.material.first, visible(q, 0.25F));
}

/// One random shape of a poster: whether (u, v) lies in it.
bool inside_shape(float u, float v, int index, std::uint32_t seed) {
  const float cx = lattice_value(index, 0, 11, seed);
  const float cy = lattice_value(index, 1, 11, seed);
  const float size_u = 0.04F + 0.35F * lattice_value(index, 2, 11, seed);
  const float size_v = 0.04F + 0.35F * lattice_value(index, 3, 11, seed);
  const float du = (u - cx) / size_u;
  const float dv = (v - cy) / size_v;
  switch (lattice_hash(index, 4, 11, seed) % 4) {
    case 0:
      return du * du + dv * dv < 1;
    case 1:
      return std::fabs(du) < 1 && std::fabs(dv) < 1;
    case 2:
      return std::fabs(du + 0.6F * dv) < 0.5F && std::fabs(dv) < 1.5F;
    default:
      return std::fabs(du) + std::fabs(dv) < 1;
  }
}

Vec3 random_color(int index, std::uint32_t seed) {
  const float r = lattice_value(index, 5, 13, seed);
  const float g = lattice_value(index, 6, 13, seed);
  const float b = lattice_value(index, 7, 13, seed);
  return {r * r, g * g, b * b};
}

Vec3 poster(const Query& q) {
  const int cell_u = fast_floor(q.u);
  const int cell_v = fast_floor(q.v);
  const std::uint32_t seed = lattice_hash(cell_u, cell_v, 9, q.material.seed);
  const float u = fraction(q.u);
  const float v = fraction(q.v);
  Vec3 color = mix(q.material.first, q.material.second, v);
  for (int i = 0; i < 6; ++i) {
    if (!inside_shape(u, v, i, seed)) continue;
    const Vec3 shape = mix(random_color(i, seed), q.material.third, i < 2 ? 0.7F : 0.2F);
    color = mix(color, shape, 0.9F);
  }
  return mix(average(q.material), color, visible(q));
}

Vec3 weave(const Query& q) {
  const int x = fast_floor(q.u);
  const int y = fast_floor(q.v);
  const bool over = ((x + y) & 1) != 0;
  const float across = over ? fraction(q.u) : fraction(q.v);
  const float round = 4 * across * (1 - across);
  const Vec3 thread = over ? q.material.first : q.material.second;
  return mix(average(q.material) * 0.8F, thread * (0.5F + 0.6F * round), visible(q));
}

Vec3 dots(const Query& q) {
  const float du = fraction(q.u) - 0.5F;
  const float dv = fraction(q.v) - 0.5F;
  const float radius = 0.15F + 0.25F * static_cast<float>(q.material.seed & 0xffU) / 255.0F;
  const float d = std::sqrt(du * du + dv * dv) - radius;
  const float cover = mix(3.1F * radius * radius, coverage(d, q.footprint), visible(q));
  return mix(q.material.first, q.material.second, cover);
}

Vec3 patches(const Query& q) {
  const int x = fast_floor(q.u);
  const int y = fast_floor(q.v);
  float best = 9;
  float second = 9;
  std::uint32_t id = 0;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      const std::uint32_t h = lattice_hash(x + dx, y + dy, 21, q.material.seed);
      const float px = static_cast<float>(x + dx) + static_cast<float>(h & 0xffU) / 255.0F - q.u;
      const float py =
          static_cast<float>(y + dy) + static_cast<float>(h >> 8 & 0xffU) / 255.0F - q.v;
      const float d = px * px + py * py;
      if (d < best) {
        second = best;
        best = d;
        id = h;
      } else if (d < second) {
        second = d;
      }
    }
  }
  const float tone = static_cast<float>(id >> 16 & 0xffU) / 255.0F;
  const Vec3 cell = mix(q.material.first, q.material.second, tone);
  const bool joint = second - best < 0.06F && (q.material.seed & 1U) != 0;
  return mix(average(q.material), joint ? q.material.third : cell, visible(q, 0.5F));
}

/// `first` is the sky, `second` the hills, `third` the ground; one picture spans u in [0, 1].
Vec3 landscape(const Query& q) {
  const std::uint32_t seed = q.material.seed;
  const float horizon = 0.3F + 0.3F * lattice_value(1, 2, 3, seed);
  const float hills = horizon + 0.35F * (value_noise(4 * q.u, 0.5F, seed) - 0.3F) +
                      0.1F * value_noise(19 * q.u, 0.5F, seed + 1);
  const float height = q.v;
  if (height > hills) {
    const float cloud = fractal_noise({3 * q.u, 6 * q.v, 0}, seed + 2, 3, 3 * q.footprint);
    return mix(q.material.first, Vec3{1, 1, 1}, smooth(clamp01(3 * cloud - 1.3F)));
  }
  const float leaf = fractal_noise({22 * q.u, 22 * q.v, 1}, seed + 3, 2, 22 * q.footprint);
  const Vec3 cover = height > horizon ? q.material.second : q.material.third;
  return cover * (0.4F + 1.2F * leaf);
}

Vec3 panels(const Query& q) {
  const float aspect = (q.material.seed & 2U) != 0 ? 0.35F : 3.0F;
  const float du = fraction(q.u);
  const float dv = fraction(q.v * aspect);
  const float edge = std::min(std::min(du, 1 - du), std::min(dv, 1 - dv) / aspect);
  const float tone = lattice_value(fast_floor(q.u), fast_floor(q.v * aspect), 6, q.material.seed);
  const Vec3 board = mix(q.material.first, q.material.second, 0.3F * tone);
  const float gap = coverage(edge - 0.015F, q.footprint) * visible(q);
  return mix(board, q.material.third * 0.5F, gap);
}

Vec3 pattern_color(const Query& q) {
  switch (q.material.pattern) {
    case Pattern::kPlain:
      return q.material.first;
    case Pattern::kNoise:
      return noise(q);
    case Pattern::kSpeckle:
      return speckle(q);
    case Pattern::kChecker:
      return checker(q);
    case Pattern::kStripes:
      return stripes(q);
    case Pattern::kWood:
      return wood(q);
    case Pattern::kBricks:
      return bricks(q);
    case Pattern::kTiles:
      return tiles(q);
    case Pattern::kMarble:
      return marble(q);
    case Pattern::kGradient:
      return gradient(q);
    case Pattern::kText:
      return text(q);
    case Pattern::kPoster:
      return poster(q);
    case Pattern::kWeave:
      return weave(q);
    case Pattern::kDots:
      return dots(q);
    case Pattern::kPatches:
      return patches(q);
    case Pattern::kLandscape:
      return landscape(q);
    case Pattern::kPanels:
      return panels(q);
  }
  return q.material.first;
}

}  // namespace

Vec3 albedo(const Material& material, Vec3 point, Vec3 normal, float footprint_m) {
  return pattern_albedo(material, point, normal, footprint_m) *
         grime_factor(material, point, footprint_m);
}

float grime_factor(const Material& material, Vec3 point, float footprint_m) {
  if (material.grime == 0) return 1;
  const float dirt = fractal_noise(point * 2.3F, material.seed + 77, 3, footprint_m * 2.3F);
  return 1 + material.grime * (2 * dirt - 1);
}

Vec3 pattern_albedo(const Material& material, Vec3 point, Vec3 normal, float footprint_m) {
  Query q{material, point * material.scale, 0, 0, footprint_m * material.scale};
  // Fixed shifts keep a pattern's joints off the middle of the object.
  const float shift =
      material.pattern == Pattern::kLandscape || material.pattern == Pattern::kPoster
          ? 0.5F
          : 0.37F + static_cast<float>(material.seed % 97U);
  const Vec3 n{std::fabs(normal.x), std::fabs(normal.y), std::fabs(normal.z)};
  if (n.z >= n.x && n.z >= n.y) {
    q.u = q.p.x + shift;
    q.v = q.p.y + shift;
  } else {
    q.u = (n.x > n.y ? q.p.y : q.p.x) + shift;
    q.v = q.p.z + shift;
  }
  return pattern_color(q);
}

}  // namespace promptdepth::scene
