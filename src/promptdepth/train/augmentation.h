#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/image/image.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// A picture and its depth, pixel by pixel.
struct ImageWithDepth {
  Image image;
  DepthMap depth;
};

/// A random part of the scene, turned, mirrored and shrunk to width × height. Depths are picked at
/// the nearest pixel, never mixed. Without `random`, the middle of the scene as large as fits.
ImageWithDepth cut_frame(const ImageWithDepth& scene, int width, int height,
                         const AugmentationRecipe& options, Random& random);
ImageWithDepth cut_middle(const ImageWithDepth& scene, int width, int height);

/// Random brightness, contrast, saturation and gamma; values stay in [0, 1].
void jitter_colors(Image& image, const AugmentationRecipe& options, Random& random);

}  // namespace promptdepth
