#include "promptdepth/scene/renderer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace promptdepth::scene {
namespace {

constexpr int kTile = 4;
constexpr std::size_t kTilePixels = 16;

/// Where in a pixel the colour is sampled beside its centre (a rotated grid), in pixels.
struct Offset {
  float x;
  float y;
};
constexpr std::array<Offset, 4> kSubsamples{
    {{-0.125F, -0.375F}, {0.375F, -0.125F}, {0.125F, 0.375F}, {-0.375F, 0.125F}}};

/// The same where only texture varies.
constexpr std::array<Offset, 2> kInteriorSamples{{{-0.25F, -0.2F}, {0.25F, 0.2F}}};

constexpr std::array<std::array<int, 2>, 8> kNeighbours{
    {{-1, -1}, {0, -1}, {1, -1}, {-1, 0}, {1, 0}, {-1, 1}, {0, 1}, {1, 1}}};

/// The pixels of one 4×4 tile; fewer at the image's border.
struct Tile {
  std::array<int, kTilePixels> x{};
  std::array<int, kTilePixels> y{};
  std::size_t count = 0;
};

Tile tile_at(int left, int top, int width, int height) {
  Tile tile;
  for (int y = top; y < std::min(top + kTile, height); ++y) {
    for (int x = left; x < std::min(left + kTile, width); ++x) {
      tile.x[tile.count] = x;
      tile.y[tile.count++] = y;
    }
  }
  return tile;
}

/// What the centre of a pixel sees, and the light there.
struct Pixel {
  Vec3 point;
  Vec3 normal;
  Vec3 plane_normal;
  float distance = 0;
  ObjectId object = kNoObject;
  Illumination light;
  Vec3 reflection;
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
    RenderedView view{width_, height_, std::vector<Vec3>(pixels_.size()),
                      DepthMap(width_, height_)};
    for_each_tile([&](const Tile& tile) { see_centers(tile, view.depth); });
    smooth_light();
    for_each_tile([&](const Tile& tile) { resolve(tile, view.radiance); });
    return view;
  }

 private:
  template <typename Body>
  void for_each_tile(const Body& body) const {
    for (int top = 0; top < height_; top += kTile) {
      for (int left = 0; left < width_; left += kTile) {
        body(tile_at(left, top, width_, height_));
      }
    }
  }

  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }

  void cast(const Tile& tile, Offset offset, std::array<Ray, kTilePixels>& rays,
            std::array<Hit, kTilePixels>& hits) const {
    for (std::size_t i = 0; i < tile.count; ++i) {
      rays[i] = camera_.ray(static_cast<float>(tile.x[i]) + offset.x,
                            static_cast<float>(tile.y[i]) + offset.y);
    }
    caster_.intersect(std::span(rays).first(tile.count), std::span(hits).first(tile.count));
  }

  Surfel surfel(const Ray& ray, const Hit& hit, int stratum) const {
    return {hit.point,    hit.normal, hit.plane_normal, normalized(-ray.direction),
            hit.distance, hit.object, stratum};
  }

  void see_centers(const Tile& tile, DepthMap& depth) {
    std::array<Ray, kTilePixels> rays;
    std::array<Hit, kTilePixels> hits;
    cast(tile, {0, 0}, rays, hits);
    std::array<Surfel, kTilePixels> surfels;
    std::array<std::size_t, kTilePixels> where{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < tile.count; ++i) {
      if (!hits[i].found()) continue;
      depth.at(tile.x[i], tile.y[i]) = hits[i].distance;
      where[count] = index(tile.x[i], tile.y[i]);
      surfels[count++] = surfel(rays[i], hits[i], (tile.y[i] & 3) * 4 + (tile.x[i] & 3));
    }
    std::array<Illumination, kTilePixels> lit;
    illuminate(caster_, lighting_, std::span(surfels).first(count), std::span(lit).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      pixels_[where[i]] = {surfels[i].point,      surfels[i].normal, surfels[i].plane_normal,
                           surfels[i].distance,   surfels[i].object, lit[i],
                           reflection(surfels[i])};
    }
  }

  /// What a mirroring surface shows: the albedo of the thing in it, simply lit.
  Vec3 reflection(const Surfel& at) const {
    const Material& material = caster_.world().material_of(at.object);
    if (material.mirror == 0) return {};
    const Vec3 direction = at.normal * (2 * dot(at.normal, at.to_eye)) - at.to_eye;
    const Ray ray{at.point + at.plane_normal * 2e-3F, direction};
    const Hit hit = caster_.intersect(ray);
    if (!hit.found()) return sky_color(lighting_, direction) * material.mirror;
    const Surfel seen = surfel(ray, hit, 0);
    const Material& other = caster_.world().material_of(hit.object);
    const Vec3 color = texture(seen, (at.distance + hit.distance) * camera_.pixel_angle());
    const float grazing = 1 - std::max(0.0F, dot(at.normal, at.to_eye));
    const float fresnel = material.mirror + (1 - material.mirror) * 0.5F * grazing * grazing *
                                                grazing * grazing * grazing;
    return color * (unshadowed_diffuse(lighting_, seen) + Vec3{1, 1, 1} * other.emission) * fresnel;
  }

  Vec3 texture(const Surfel& at, float footprint_m) const {
    const Object& object = caster_.world().objects()[at.object];
    return albedo(caster_.world().materials()[object.material], object.frame.local_point(at.point),
                  object.frame.local_direction(at.normal), footprint_m);
  }

  bool same_surface(const Pixel& a, const Pixel& b) const {
    return a.object == b.object && dot(a.normal, b.normal) > 0.95F &&
           std::fabs(dot(a.normal, b.point - a.point)) < 0.01F + 0.01F * a.distance;
  }

  /// Averages the sixteen strata of each pixel's neighbourhood, within one surface.
  void smooth_light() {
    std::vector<Vec3> diffuse(pixels_.size());
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) diffuse[index(x, y)] = smoothed(x, y);
    }
    for (std::size_t i = 0; i < pixels_.size(); ++i) pixels_[i].light.diffuse = diffuse[i];
  }

  Vec3 smoothed(int x, int y) const {
    const Pixel& center = pixels_[index(x, y)];
    if (center.object == kNoObject) return {};
    Vec3 sum;
    float weight = 0;
    for (int ny = std::max(0, y - 2); ny < std::min(height_, y + 2); ++ny) {
      for (int nx = std::max(0, x - 2); nx < std::min(width_, x + 2); ++nx) {
        const Pixel& neighbour = pixels_[index(nx, ny)];
        if (!same_surface(center, neighbour)) continue;
        sum += neighbour.light.diffuse;
        weight += 1;
      }
    }
    return sum * (1 / weight);
  }

  /// The light at a subsample: that of the nearest pixel centre on the same surface, if any.
  const Pixel* pixel_of(const Hit& hit, int x, int y) const {
    const auto matches = [&](int nx, int ny) {
      if (nx < 0 || ny < 0 || nx >= width_ || ny >= height_) return false;
      const Pixel& p = pixels_[index(nx, ny)];
      return p.object == hit.object && dot(p.normal, hit.normal) > 0.7F;
    };
    if (matches(x, y)) return &pixels_[index(x, y)];
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (matches(x + dx, y + dy)) return &pixels_[index(x + dx, y + dy)];
      }
    }
    return nullptr;
  }

  Vec3 shade(const Ray& ray, const Hit& hit, int x, int y) const {
    if (!hit.found()) return sky_color(lighting_, ray.direction);
    const Surfel at = surfel(ray, hit, (y & 3) * 4 + (x & 3));
    Illumination light;
    Vec3 mirrored;
    if (const Pixel* pixel = pixel_of(hit, x, y)) {
      light = pixel->light;
      mirrored = pixel->reflection;
    } else {
      illuminate(caster_, lighting_, std::span(&at, 1), std::span(&light, 1));
    }
    const float slant = std::max(0.25F, dot(at.normal, at.to_eye));
    const Vec3 color = texture(at, hit.distance * camera_.pixel_angle() / slant);
    const Material& material = caster_.world().material_of(hit.object);
    return color * (light.diffuse * (1 - material.mirror) + Vec3{1, 1, 1} * material.emission) +
           light.specular + mirrored;
  }

  /// Whether all around the pixel lies one nearly flat surface, so that rays beside its centre
  /// meet the centre's plane.
  bool is_interior(int x, int y) const {
    if (x == 0 || y == 0 || x == width_ - 1 || y == height_ - 1) return false;
    const Pixel& center = pixels_[index(x, y)];
    if (center.object == kNoObject) return false;
    for (const auto& [dx, dy] : kNeighbours) {
      const Pixel& neighbour = pixels_[index(x + dx, y + dy)];
      if (neighbour.object != center.object || dot(neighbour.normal, center.normal) < 0.97F ||
          dot(neighbour.plane_normal, center.plane_normal) < 0.9F) {
        return false;
      }
    }
    return true;
  }

  Vec3 interior_color(int x, int y) const {
    const Pixel& center = pixels_[index(x, y)];
    Vec3 sum;
    for (const Offset offset : kInteriorSamples) {
      const Ray ray =
          camera_.ray(static_cast<float>(x) + offset.x, static_cast<float>(y) + offset.y);
      Hit hit{0, center.object, {}, center.normal, center.plane_normal};
      hit.distance = dot(center.point - ray.origin, center.plane_normal) /
                     dot(ray.direction, center.plane_normal);
      hit.point = ray.origin + ray.direction * hit.distance;
      sum += shade(ray, hit, x, y);
    }
    return sum * (1.0F / kInteriorSamples.size());
  }

  void resolve(const Tile& tile, std::vector<Vec3>& radiance) const {
    Tile edges;
    for (std::size_t i = 0; i < tile.count; ++i) {
      if (is_interior(tile.x[i], tile.y[i])) {
        radiance[index(tile.x[i], tile.y[i])] = interior_color(tile.x[i], tile.y[i]);
      } else {
        edges.x[edges.count] = tile.x[i];
        edges.y[edges.count++] = tile.y[i];
      }
    }
    std::array<Ray, kTilePixels> rays;
    std::array<Hit, kTilePixels> hits;
    for (const Offset offset : kSubsamples) {
      cast(edges, offset, rays, hits);
      for (std::size_t i = 0; i < edges.count; ++i) {
        radiance[index(edges.x[i], edges.y[i])] +=
            shade(rays[i], hits[i], edges.x[i], edges.y[i]) * (1.0F / kSubsamples.size());
      }
    }
  }

  const RayCaster& caster_;
  const Lighting& lighting_;
  const Camera& camera_;
  int width_;
  int height_;
  std::vector<Pixel> pixels_;
};

}  // namespace

RenderedView render_view(const RayCaster& caster, const Lighting& lighting, const Camera& camera) {
  return Renderer(caster, lighting, camera).render();
}

}  // namespace promptdepth::scene
