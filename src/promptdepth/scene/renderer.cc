#include "promptdepth/scene/renderer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "promptdepth/scene/beyond.h"
#include "promptdepth/scene/discontinuity_buffer.h"

namespace promptdepth::scene {
namespace {

constexpr int kTile = 4;
constexpr std::size_t kTilePixels = 16;

/// Where in a pixel the colour is sampled, in pixels.
struct Offset {
  float x;
  float y;
};

/// At edges, beside the pixel's centre.
constexpr std::array<Offset, 3> kSubsamples{{{0.06F, -0.38F}, {-0.36F, 0.14F}, {0.3F, 0.24F}}};
constexpr std::size_t kEdgeSamples = kSubsamples.size() + 1;

/// Where only texture varies.
constexpr std::array<Offset, 2> kInteriorSamples{{{-0.25F, -0.2F}, {0.25F, 0.2F}}};
constexpr std::array<Offset, 1> kCenterSample{{{0, 0}}};

constexpr std::array<std::array<int, 2>, 8> kNeighbours{
    {{-1, -1}, {0, -1}, {1, -1}, {-1, 0}, {1, 0}, {-1, 1}, {0, 1}, {1, 1}}};

/// The pixels of one tile; fewer at the image's border.
struct Tile {
  std::array<int, 2 * kTilePixels> x;
  std::array<int, 2 * kTilePixels> y;
  std::size_t count = 0;

  void add(int px, int py) {
    x[count] = px;
    y[count++] = py;
  }
};

Tile tile_at(int left, int top, int right, int bottom) {
  Tile tile;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) tile.add(x, y);
  }
  return tile;
}

/// What the centre of a pixel sees, and the light there.
struct Pixel {
  Hit hit;
  Illumination light;
  Vec3 beyond;  ///< What it mirrors and lets through.
};

/// What one ray contributes to a pixel.
struct Shade {
  Vec3 radiance;
  float reflectance = 0;  ///< Diffuse.
};

class Renderer {
 public:
  Renderer(const RayCaster& caster, const Lighting& lighting, const Camera& camera)
      : caster_(caster),
        lighting_(lighting),
        camera_(camera),
        width_(camera.width),
        height_(camera.height),
        pixels_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

  RenderedView render() {
    const DepthMap empty(width_, height_);
    RenderedView view{
        width_, height_, std::vector<Vec3>(pixels_.size()), empty, {empty, empty, empty, empty}};
    for_each_tile(kTile, [&](const Tile& tile) { see_centers(tile, view.depth); });
    for_each_tile(2 * kTile, [&](const Tile& tile) { light_centers(tile, view.surfaces); });
    smooth_light();
    for_each_tile(kTile, [&](const Tile& tile) { resolve(tile, view); });
    return view;
  }

 private:
  /// Tiles of `columns` × 4 pixels.
  template <typename Body>
  void for_each_tile(int columns, const Body& body) const {
    for (int top = 0; top < height_; top += kTile) {
      for (int left = 0; left < width_; left += columns) {
        body(tile_at(left, top, std::min(left + columns, width_), std::min(top + kTile, height_)));
      }
    }
  }

  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }

  Pixel& pixel(int x, int y) { return pixels_[index(x, y)]; }
  const Pixel& pixel(int x, int y) const { return pixels_[index(x, y)]; }

  Ray ray(int x, int y, Offset offset) const {
    return camera_.ray(static_cast<float>(x) + offset.x, static_cast<float>(y) + offset.y);
  }

  Surfel surfel(const Hit& hit, int x, int y) const {
    return {hit.point,
            hit.normal,
            hit.plane_normal,
            normalized(camera_.world_from_camera.origin - hit.point),
            hit.distance,
            hit.object,
            (y & 3) * 4 + ((x >> 1) & 3)};
  }

  void see_centers(const Tile& tile, DepthMap& depth) {
    for (std::size_t i = 0; i < tile.count; ++i) rays_[i] = ray(tile.x[i], tile.y[i], {0, 0});
    cast(tile.count);
    for (std::size_t i = 0; i < tile.count; ++i) {
      pixel(tile.x[i], tile.y[i]).hit = hits_[i];
      if (hits_[i].found()) depth.at(tile.x[i], tile.y[i]) = hits_[i].distance;
    }
  }

  /// The first `count` of rays_.
  void cast(std::size_t count) {
    caster_.intersect(std::span(rays_).first(count), std::span(hits_).first(count));
  }

  /// Lights the pixels of a chequerboard; what reflects or lets light through is looked up
  /// everywhere.
  void light_centers(const Tile& tile, SurfaceMap& surfaces) {
    std::array<Pixel*, kTilePixels> pixels{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < tile.count; ++i) {
      Pixel& p = pixel(tile.x[i], tile.y[i]);
      if (!p.hit.found()) continue;
      const Surfel at = surfel(p.hit, tile.x[i], tile.y[i]);
      look_beyond_at(tile.x[i], tile.y[i], at, surfaces);
      if (((tile.x[i] + tile.y[i]) & 1) != 0) continue;
      pixels[count] = &p;
      surfels_[count++] = at;
    }
    std::array<Illumination, kTilePixels> lit;
    illuminate(caster_, lighting_, std::span(surfels_).first(count), std::span(lit).first(count));
    for (std::size_t i = 0; i < count; ++i) pixels[i]->light = lit[i];
  }

  void look_beyond_at(int x, int y, const Surfel& at, SurfaceMap& surfaces) {
    const Material& material = caster_.world().material_of(at.object);
    if (material.mirror == 0 && material.transparency == 0) return;
    const Beyond beyond =
        look_beyond(caster_, lighting_, ray(x, y, {0, 0}), at, camera_.pixel_angle());
    pixel(x, y).beyond = beyond.radiance;
    surfaces.mirror.at(x, y) = material.mirror;
    surfaces.transparency.at(x, y) = material.transparency;
    surfaces.beyond.at(x, y) = beyond.distance;
  }

  /// Averages the sixteen strata around each pixel.
  void smooth_light() {
    DiscontinuityBuffer buffer(width_, height_);
    std::vector<DiscontinuityBuffer::Average> averages;
    set_row(0, buffer);
    for (int y = 0; y < height_; ++y) {
      if (y + 1 < height_) set_row(y + 1, buffer);
      buffer.average_row(y, averages);
      for (int x = 0; x < width_; ++x) {
        const auto& average = averages[static_cast<std::size_t>(x)];
        Pixel& p = pixel(x, y);
        if (!p.hit.found()) continue;
        p.light = average.count > 0 ? average.light : lit_alone(p.hit, x, y);
      }
    }
  }

  void set_row(int y, DiscontinuityBuffer& buffer) const {
    for (int x = 0; x < width_; ++x) buffer.set(x, y, pixel(x, y).hit, pixel(x, y).light);
  }

  Illumination lit_alone(const Hit& hit, int x, int y) const {
    const Surfel at = surfel(hit, x, y);
    Illumination light;
    illuminate(caster_, lighting_, std::span(&at, 1), std::span(&light, 1));
    return light;
  }

  /// The pixel whose centre lies on the same surface as a subsample, if any is near.
  const Pixel* pixel_of(const Hit& hit, int x, int y) const {
    const auto matches = [&](int nx, int ny) {
      if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) return false;
      const Hit& center = pixel(nx, ny).hit;
      return center.object == hit.object && dot(center.normal, hit.normal) > 0.7F;
    };
    if (matches(x, y)) return &pixel(x, y);
    for (const auto& [dx, dy] : kNeighbours) {
      if (matches(x + dx, y + dy)) return &pixel(x + dx, y + dy);
    }
    return nullptr;
  }

  Shade shade(Vec3 direction, const Hit& hit, int x, int y) const {
    if (!hit.found()) return {sky_color(lighting_, direction), 0};
    const Surfel at = surfel(hit, x, y);
    Illumination light;
    Vec3 beyond;
    if (const Pixel* near = pixel_of(hit, x, y)) {
      light = near->light;
      beyond = near->beyond;
    } else {
      light = lit_alone(hit, x, y);
    }
    const Object& object = caster_.world().objects()[at.object];
    const Vec3 color =
        albedo(caster_.world().material_of(at.object), object.frame.local_point(at.point),
               object.frame.local_direction(at.normal), footprint(at));
    return combine(color, at.object, light, beyond);
  }

  /// The size of what a pixel sees of the surface, along its shorter side at the most slanting.
  float footprint(const Surfel& at) const {
    const float slant = std::max(0.25F, dot(at.normal, at.to_eye));
    return at.distance * camera_.pixel_angle() / slant;
  }

  Shade combine(Vec3 color, ObjectId object, const Illumination& light, Vec3 beyond) const {
    const Material& material = caster_.world().material_of(object);
    const float scattered = std::max(0.0F, 1 - material.mirror - material.transparency);
    const Vec3 own = color * (light.diffuse * scattered + Vec3{1, 1, 1} * material.emission);
    return {own + light.specular + beyond, std::min(1.0F, luminance(color)) * scattered};
  }

  /// Whether all around the pixel lies one nearly flat surface, so that rays beside its centre
  /// meet the centre's plane.
  bool is_interior(int x, int y) const {
    if (x == 0 || y == 0 || x == width_ - 1 || y == height_ - 1) return false;
    const Hit& center = pixel(x, y).hit;
    if (!center.found()) return false;
    return std::all_of(kNeighbours.begin(), kNeighbours.end(), [&](const auto& step) {
      const Hit& neighbour = pixel(x + step[0], y + step[1]).hit;
      return neighbour.object == center.object && dot(neighbour.normal, center.normal) > 0.97F &&
             dot(neighbour.plane_normal, center.plane_normal) > 0.9F;
    });
  }

  /// Where texture does not vary, the centre stands for the pixel.
  std::span<const Offset> interior_samples(const Hit& center) const {
    const bool plain = caster_.world().material_of(center.object).pattern == Pattern::kPlain;
    return plain ? std::span<const Offset>(kCenterSample)
                 : std::span<const Offset>(kInteriorSamples);
  }

  /// Only the pattern changes from sample to sample.
  void add_interior(int x, int y, RenderedView& view) const {
    const Pixel& center = pixel(x, y);
    const Hit& hit = center.hit;
    const Surfel at = surfel(hit, x, y);
    const Object& object = caster_.world().objects()[hit.object];
    const Material& material = caster_.world().materials()[object.material];
    const Vec3 normal = object.frame.local_direction(hit.normal);
    const float size = footprint(at);
    const auto offsets = interior_samples(hit);
    Vec3 color;
    for (const Offset offset : offsets) {
      const Ray beside = ray(x, y, offset);
      const float distance = dot(hit.point - beside.origin, hit.plane_normal) /
                             dot(beside.direction, hit.plane_normal);
      const Vec3 point = object.frame.local_point(beside.origin + beside.direction * distance);
      color += pattern_albedo(material, point, normal, size);
    }
    color *= grime_factor(material, object.frame.local_point(hit.point), size) /
             static_cast<float>(offsets.size());
    add(combine(color, hit.object, center.light, center.beyond), 1, x, y, view);
  }

  void add(const Shade& shade, std::size_t samples, int x, int y, RenderedView& view) const {
    const float weight = 1 / static_cast<float>(samples);
    view.radiance[index(x, y)] += shade.radiance * weight;
    view.surfaces.reflectance.at(x, y) += shade.reflectance * weight;
  }

  void resolve(const Tile& tile, RenderedView& view) {
    Tile edges;
    for (std::size_t i = 0; i < tile.count; ++i) {
      if (is_interior(tile.x[i], tile.y[i])) {
        add_interior(tile.x[i], tile.y[i], view);
      } else {
        edges.add(tile.x[i], tile.y[i]);
      }
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < edges.count; ++i) {
      for (const Offset offset : kSubsamples) rays_[count++] = ray(edges.x[i], edges.y[i], offset);
    }
    cast(count);
    for (std::size_t k = 0; k < count; ++k) {
      const int x = edges.x[k / kSubsamples.size()];
      const int y = edges.y[k / kSubsamples.size()];
      add(shade(rays_[k].direction, hits_[k], x, y), kEdgeSamples, x, y, view);
    }
    for (std::size_t i = 0; i < edges.count; ++i) {
      const int x = edges.x[i];
      const int y = edges.y[i];
      add(shade(ray(x, y, {0, 0}).direction, pixel(x, y).hit, x, y), kEdgeSamples, x, y, view);
    }
  }

  const RayCaster& caster_;
  const Lighting& lighting_;
  const Camera& camera_;
  int width_;
  int height_;
  std::vector<Pixel> pixels_;
  // Of the tile at hand; members, so that no tile sets up its own.
  std::array<Ray, kTilePixels * kSubsamples.size()> rays_;
  std::array<Hit, kTilePixels * kSubsamples.size()> hits_;
  std::array<Surfel, kTilePixels> surfels_;
};

}  // namespace

RenderedView render_view(const RayCaster& caster, const Lighting& lighting, const Camera& camera) {
  return Renderer(caster, lighting, camera).render();
}

}  // namespace promptdepth::scene
