#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/image/image.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// A picture and what is known of its depth.
struct ImageWithDepth {
  Image image;
  DepthMap depth;              ///< Annotated, pixel by pixel; 0 where there is none.
  DepthMap pseudo_depth = {};  ///< A second truth with better edges, pixel by pixel, or empty.
  DepthMap prompt = {};        ///< What a real sensor measured, at its resolution, or empty.
  /// Where there is no depth nobody looked, as opposed to the sky, where there is nothing to see:
  /// a sensor may well have measured there.
  bool has_gaps = false;
};

/// A random part of the scene, turned, mirrored and shrunk to width × height. Depths are picked at
/// the nearest pixel, never mixed. Where the scene has a prompt, the part is drawn in whole pixels
/// of the prompt, which is cut and turned as the picture is, but not resized. Without `random`, the
/// middle of the scene as large as fits. Throws Error(kInvalidData) when the scene is smaller than
/// the frame.
ImageWithDepth cut_frame(const ImageWithDepth& scene, int width, int height,
                         const AugmentationRecipe& options, Random& random);
ImageWithDepth cut_middle(const ImageWithDepth& scene, int width, int height);

/// Random brightness, contrast, saturation and gamma; values stay in [0, 1].
void jitter_colors(Image& image, const AugmentationRecipe& options, Random& random);

}  // namespace promptdepth
