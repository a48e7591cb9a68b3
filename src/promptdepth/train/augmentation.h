#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/train/image_with_depth.h"
#include "promptdepth/train/recipe.h"

namespace promptdepth {

/// A random part of the scene, turned, mirrored and shrunk to width × height. Depths are picked at
/// the nearest pixel, never mixed; surfaces and intrinsics go along. Where the scene has a prompt,
/// the part is drawn in whole pixels of the prompt, which is cut and turned as the picture is, but
/// not resized. Without `random`, the middle of the scene as large as fits. Throws
/// Error(kInvalidData) when the scene is smaller than the frame.
ImageWithDepth cut_frame(const ImageWithDepth& scene, int width, int height,
                         const AugmentationRecipe& options, Random& random);
ImageWithDepth cut_middle(const ImageWithDepth& scene, int width, int height);

/// The whole frame in another size, as cut_frame() shrinks its parts; the prompt stays as it is.
ImageWithDepth resize_frame(ImageWithDepth frame, int width, int height);

/// Random brightness, contrast, saturation and gamma; values stay in [0, 1].
void jitter_colors(Image& image, const AugmentationRecipe& options, Random& random);

}  // namespace promptdepth
