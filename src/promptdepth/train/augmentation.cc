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

Image crop(const Image& from, const Rectangle& part) {
  Image result(part.width, part.height);
  for (int y = 0; y < part.height; ++y) {
    std::copy_n(from.at(part.x, part.y + y), std::ptrdiff_t{3} * part.width, result.at(0, y));
  }
  return result;
}

DepthMap crop(const DepthMap& from, const Rectangle& part) {
  DepthMap result(part.width, part.height);
  for (int y = 0; y < part.height; ++y) {
    std::copy_n(from.values.begin() + std::ptrdiff_t{part.y + y} * from.width + part.x, part.width,
                result.values.begin() + std::ptrdiff_t{y} * part.width);
  }
  return result;
}

/// The maps that cover the picture pixel by pixel, each changed by `change` unless it is empty.
template <typename Change>
void change_maps(ImageWithDepth& scene, const Change& change) {
  for (DepthMap* map :
       {&scene.depth, &scene.pseudo_depth, &scene.surfaces.reflectance, &scene.surfaces.mirror,
        &scene.surfaces.transparency, &scene.surfaces.beyond}) {
    if (!map->empty()) *map = change(*map);
  }
}

/// The whole scene turned or mirrored.
ImageWithDepth turned(ImageWithDepth scene, ExifOrientation orientation) {
  scene.image = apply_orientation(std::move(scene.image), orientation);
  scene.prompt = apply_orientation(std::move(scene.prompt), orientation);
  change_maps(scene, [&](const DepthMap& map) { return apply_orientation(map, orientation); });
  if (scene.intrinsics) scene.intrinsics = apply_orientation(*scene.intrinsics, orientation);
  return scene;
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

/// The camera of a part of the picture.
Intrinsics crop(Intrinsics camera, const Rectangle& part) {
  camera.cx -= part.x;
  camera.cy -= part.y;
  camera.width = part.width;
  camera.height = part.height;
  return camera;
}

/// The part of every map; with a prompt, the nearest part that is made of whole pixels of it.
ImageWithDepth crop_all(ImageWithDepth scene, Rectangle part) {
  const int width = scene.image.width;
  const int height = scene.image.height;
  if (!scene.prompt.empty()) {
    const DepthMap& prompt = scene.prompt;
    const Rectangle of_prompt = scaled_part(part, width, height, prompt.width, prompt.height);
    part = scaled_part(of_prompt, prompt.width, prompt.height, width, height);
    scene.prompt = crop(prompt, of_prompt);
  }
  scene.image = crop(scene.image, part);
  change_maps(scene, [&](const DepthMap& map) { return crop(map, part); });
  if (scene.intrinsics) scene.intrinsics = crop(*scene.intrinsics, part);
  return scene;
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

ImageWithDepth resize_frame(ImageWithDepth frame, int width, int height) {
  if (frame.image.width == width && frame.image.height == height) return frame;
  frame.image = resize_area(frame.image, width, height);
  change_maps(frame, [&](const DepthMap& map) { return resize_nearest(map, width, height); });
  if (frame.intrinsics) frame.intrinsics = scale_intrinsics(*frame.intrinsics, width, height);
  return frame;
}

ImageWithDepth cut_frame(const ImageWithDepth& scene, int width, int height,
                         const AugmentationRecipe& options, Random& random) {
  require_room(scene.image, width, height);
  const bool fits_turned = height <= scene.image.width && width <= scene.image.height;
  const bool is_turned = random.chance(options.turn_share) && fits_turned;
  const int cut_width = is_turned ? height : width;
  const int cut_height = is_turned ? width : height;

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

  ImageWithDepth frame = resize_frame(crop_all(scene, part), cut_width, cut_height);
  if (is_turned) frame = turned(std::move(frame), ExifOrientation::kRotated90);
  if (!random.chance(options.flip_share)) return frame;
  return turned(std::move(frame), ExifOrientation::kMirrored);
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
  return resize_frame(crop_all(scene, part), width, height);
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
