#include "promptdepth/train/augmentation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

struct Rectangle {
  int x;
  int y;
  int width;
  int height;
};

void copy_pixel(const Image& from, std::pair<int, int> source, Image& to, int x, int y) {
  const float* rgb = from.at(source.first, source.second);
  std::copy(rgb, rgb + 3, to.at(x, y));
}

void copy_pixel(const DepthMap& from, std::pair<int, int> source, DepthMap& to, int x, int y) {
  to.at(x, y) = from.at(source.first, source.second);
}

/// The pixels that `source_of(x, y)` names, as a map of the given size.
template <typename Map, typename SourceOf>
Map rearrange(const Map& from, int width, int height, const SourceOf& source_of) {
  Map result(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) copy_pixel(from, source_of(x, y), result, x, y);
  }
  return result;
}

template <typename Map>
Map crop(const Map& from, const Rectangle& part) {
  return rearrange(from, part.width, part.height,
                   [&](int x, int y) { return std::pair(part.x + x, part.y + y); });
}

template <typename Map>
Map mirror(const Map& from) {
  return rearrange(from, from.width, from.height,
                   [&](int x, int y) { return std::pair(from.width - 1 - x, y); });
}

/// A quarter turn, clockwise.
template <typename Map>
Map turn(const Map& from) {
  return rearrange(from, from.height, from.width,
                   [&](int x, int y) { return std::pair(y, from.height - 1 - x); });
}

/// The scene with every map that it has changed by `change`.
template <typename Change>
ImageWithDepth with_each(const ImageWithDepth& scene, const Change& change) {
  const auto changed = [&](const DepthMap& map) { return map.empty() ? map : change(map); };
  return {.image = change(scene.image),
          .depth = changed(scene.depth),
          .pseudo_depth = changed(scene.pseudo_depth),
          .prompt = changed(scene.prompt),
          .has_gaps = scene.has_gaps};
}

/// The pixels between two borders, given in parts of `from`, among `to` pixels; at least one.
std::pair<int, int> scaled_span(int begin, int size, int from, int to) {
  const auto border = [&](int at) {
    return static_cast<int>(std::lround(static_cast<double>(at) * to / from));
  };
  const int first = std::min(border(begin), to - 1);
  return {first, std::max(border(begin + size) - first, 1)};
}

/// The rectangle of the same view in a map of another size, to the nearest pixel.
Rectangle scaled_part(const Rectangle& part, int from_width, int from_height, int to_width,
                      int to_height) {
  const auto [x, width] = scaled_span(part.x, part.width, from_width, to_width);
  const auto [y, height] = scaled_span(part.y, part.height, from_height, to_height);
  return {.x = x, .y = y, .width = width, .height = height};
}

/// The part of every map; with a prompt, the nearest part that is made of whole pixels of it.
ImageWithDepth crop_all(const ImageWithDepth& scene, Rectangle part) {
  ImageWithDepth result;
  result.has_gaps = scene.has_gaps;
  const int width = scene.image.width;
  const int height = scene.image.height;
  if (!scene.prompt.empty()) {
    const DepthMap& prompt = scene.prompt;
    const Rectangle of_prompt = scaled_part(part, width, height, prompt.width, prompt.height);
    result.prompt = crop(prompt, of_prompt);
    part = scaled_part(of_prompt, prompt.width, prompt.height, width, height);
  }
  result.image = crop(scene.image, part);
  result.depth = crop(scene.depth, part);
  if (!scene.pseudo_depth.empty()) result.pseudo_depth = crop(scene.pseudo_depth, part);
  return result;
}

/// The prompt keeps its resolution.
ImageWithDepth shrink(ImageWithDepth from, int width, int height) {
  if (from.image.width == width && from.image.height == height) return from;
  from.image = resize_area(from.image, width, height);
  from.depth = resize_nearest(from.depth, width, height);
  if (!from.pseudo_depth.empty()) {
    from.pseudo_depth = resize_nearest(from.pseudo_depth, width, height);
  }
  return from;
}

void require_room(const Image& scene, int width, int height) {
  if (width <= scene.width && height <= scene.height) return;
  fail(ErrorKind::kInvalidData,
       "expected a frame of at least {}×{} pixels to cut from, found {}×{}", width, height,
       scene.width, scene.height);
}

/// The largest factor by which a part larger than width × height still fits the scene.
float greatest_zoom(const Image& scene, int width, int height) {
  return std::min(static_cast<float>(scene.width) / static_cast<float>(width),
                  static_cast<float>(scene.height) / static_cast<float>(height));
}

int scaled(int size, float zoom, int limit) {
  return std::min(limit, static_cast<int>(std::lround(static_cast<float>(size) * zoom)));
}

}  // namespace

ImageWithDepth cut_frame(const ImageWithDepth& scene, int width, int height,
                         const AugmentationRecipe& options, Random& random) {
  require_room(scene.image, width, height);
  const bool fits_turned = height <= scene.image.width && width <= scene.image.height;
  const bool turned = random.chance(options.turn_share) && fits_turned;
  const int cut_width = turned ? height : width;
  const int cut_height = turned ? width : height;

  const bool resized = random.chance(options.resize_share);
  const float zoom =
      resized ? random.uniform(1, greatest_zoom(scene.image, cut_width, cut_height)) : 1;
  Rectangle part{.x = 0,
                 .y = 0,
                 .width = scaled(cut_width, zoom, scene.image.width),
                 .height = scaled(cut_height, zoom, scene.image.height)};
  const auto below = [&](int count) {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
  };
  part.x = below(scene.image.width - part.width + 1);
  part.y = below(scene.image.height - part.height + 1);

  ImageWithDepth frame = shrink(crop_all(scene, part), cut_width, cut_height);
  if (turned) frame = with_each(frame, [](const auto& map) { return turn(map); });
  if (!random.chance(options.flip_share)) return frame;
  return with_each(frame, [](const auto& map) { return mirror(map); });
}

ImageWithDepth cut_middle(const ImageWithDepth& scene, int width, int height) {
  require_room(scene.image, width, height);
  const float zoom = greatest_zoom(scene.image, width, height);
  Rectangle part{.x = 0,
                 .y = 0,
                 .width = scaled(width, zoom, scene.image.width),
                 .height = scaled(height, zoom, scene.image.height)};
  part.x = (scene.image.width - part.width) / 2;
  part.y = (scene.image.height - part.height) / 2;
  return shrink(crop_all(scene, part), width, height);
}

void jitter_colors(Image& image, const AugmentationRecipe& options, Random& random) {
  const float brightness = random.uniform(1 - options.brightness, 1 + options.brightness);
  const float contrast = random.uniform(1 - options.contrast, 1 + options.contrast);
  const float exponent = std::exp(random.uniform(-options.gamma, options.gamma));
  const float jittered = random.uniform(1 - options.saturation, 1 + options.saturation);
  const float saturation = random.chance(options.grey_share) ? 0 : jittered;
  for (std::size_t i = 0; i < image.rgb.size(); i += 3) {
    float* rgb = image.rgb.data() + i;
    const float luma = 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2];
    for (int c = 0; c < 3; ++c) {
      const float colour = luma + saturation * (rgb[c] - luma);
      const float lit = (colour * brightness - 0.5F) * contrast + 0.5F;
      rgb[c] = std::pow(std::clamp(lit, 0.0F, 1.0F), exponent);
    }
  }
}

}  // namespace promptdepth
