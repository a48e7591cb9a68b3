#pragma once

#include <filesystem>
#include <string_view>

#include "promptdepth/image/orientation.h"

namespace promptdepth {

/// A pinhole camera without distortion, in pixels; pixel (0, 0) is the centre of the top left
/// pixel. A point (x, y, z) of the camera frame (x right, y down, z forward) is seen at (fx x / z +
/// cx, fy y / z + cy).
struct Intrinsics {
  double fx = 0.0;
  double fy = 0.0;
  double cx = 0.0;
  double cy = 0.0;
  int width = 0;  ///< The picture's size; 0 × 0 when it is not known.
  int height = 0;
};

/// The same camera with pictures of another size. Throws Error(kInvalidArgument) when the present
/// size is not known.
Intrinsics scale_intrinsics(const Intrinsics& intrinsics, int width, int height);

/// The camera of the picture turned by apply_orientation(). Mirroring the picture mirrors the
/// scene; the focal lengths stay positive. The size must be known.
Intrinsics apply_orientation(const Intrinsics& intrinsics, ExifOrientation orientation);

/// A guess for a picture of which nothing is known: a focal length of 0.8 long sides (64° across
/// them, about a 28 mm lens on 35 mm film: a phone's main camera), the principal point in the
/// middle.
Intrinsics guess_intrinsics(int width, int height);

/// Reads a camera from text: numbers separated by commas or white space, either fx, fy, cx, cy, or
/// a 3 × 3 matrix by rows, or width, height, fx, fy, cx, cy (ARKitScenes' .pincam); or a JSON
/// object with fx, fy, cx, cy (also fl_x, fl_y), or with a 3 × 3 matrix under K, camera_matrix,
/// intrinsic_matrix, intrinsics or intrinsic (nested rows, nine numbers by rows, or nine by columns
/// as Record3D writes them); there, width, height (also w, h) are optional. A camera that comes
/// without a size is taken to be of a picture of `width` × `height`; one with a size is scaled to
/// it. `where` names the source in errors. Throws Error(kInvalidData) for anything else and for
/// focal lengths that are not positive.
Intrinsics parse_intrinsics(std::string_view text, int width, int height, std::string_view where);

/// The same from "fx,fy,cx,cy" itself or from a file of that name.
Intrinsics load_intrinsics(std::string_view numbers_or_path, int width, int height);

}  // namespace promptdepth
