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

/// The pixels that `source_of(x, y)` names, as a frame of the given size.
template <typename SourceOf>
ImageWithDepth rearrange(const ImageWithDepth& from, int width, int height,
                         const SourceOf& source_of) {
  ImageWithDepth result{.image = Image(width, height), .depth = DepthMap(width, height)};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::pair<int, int> source = source_of(x, y);
      const float* rgb = from.image.at(source.first, source.second);
      std::copy(rgb, rgb + 3, result.image.at(x, y));
      result.depth.at(x, y) = from.depth.at(source.first, source.second);
    }
  }
  return result;
}

ImageWithDepth crop(const ImageWithDepth& from, const Rectangle& part) {
  return rearrange(from, part.width, part.height,
                   [&](int x, int y) { return std::pair(part.x + x, part.y + y); });
}

ImageWithDepth mirror(const ImageWithDepth& from) {
  const int width = from.image.width;
  return rearrange(from, width, from.image.height,
                   [&](int x, int y) { return std::pair(width - 1 - x, y); });
}

/// A quarter turn, clockwise.
ImageWithDepth turn(const ImageWithDepth& from) {
  const int height = from.image.height;
  return rearrange(from, height, from.image.width,
                   [&](int x, int y) { return std::pair(y, height - 1 - x); });
}

ImageWithDepth shrink(ImageWithDepth from, int width, int height) {
  if (from.image.width == width && from.image.height == height) return from;
  return {.image = resize_area(from.image, width, height),
          .depth = resize_nearest(from.depth, width, height)};
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
  PD_CHECK(width <= scene.image.width && height <= scene.image.height);
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

  ImageWithDepth frame = shrink(crop(scene, part), cut_width, cut_height);
  if (turned) frame = turn(frame);
  return random.chance(options.flip_share) ? mirror(frame) : frame;
}

ImageWithDepth cut_middle(const ImageWithDepth& scene, int width, int height) {
  const float zoom = greatest_zoom(scene.image, width, height);
  Rectangle part{.x = 0,
                 .y = 0,
                 .width = scaled(width, zoom, scene.image.width),
                 .height = scaled(height, zoom, scene.image.height)};
  part.x = (scene.image.width - part.width) / 2;
  part.y = (scene.image.height - part.height) / 2;
  return shrink(crop(scene, part), width, height);
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
