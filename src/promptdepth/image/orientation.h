#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// How a stored picture must be turned to stand upright: the values of the EXIF tag Orientation
/// (EXIF 2.32, 4.6.4 A, tag 0x0112).
enum class ExifOrientation : std::uint8_t {
  kUpright = 1,      ///< As stored.
  kMirrored = 2,     ///< Mirror left and right.
  kRotated180 = 3,   ///< Turn by 180°.
  kFlipped = 4,      ///< Mirror top and bottom.
  kTransposed = 5,   ///< Mirror in the diagonal from top left.
  kRotated90 = 6,    ///< Turn by 90° clockwise.
  kTransversed = 7,  ///< Mirror in the diagonal from top right.
  kRotated270 = 8,   ///< Turn by 90° counter-clockwise.
};

/// Whether width and height change places.
constexpr bool swaps_sides(ExifOrientation orientation) {
  return orientation >= ExifOrientation::kTransposed;
}

/// The orientation that undoes this one.
constexpr ExifOrientation inverse(ExifOrientation orientation) {
  if (orientation == ExifOrientation::kRotated90) return ExifOrientation::kRotated270;
  if (orientation == ExifOrientation::kRotated270) return ExifOrientation::kRotated90;
  return orientation;
}

/// The picture turned as `orientation` demands; no value changes.
Image apply_orientation(Image image, ExifOrientation orientation);
DepthMap apply_orientation(DepthMap map, ExifOrientation orientation);

/// The tag Orientation of a JPEG file or of a bare EXIF block (with or without its leading
/// "Exif\0\0"); kUpright where there is none or it makes no sense.
ExifOrientation exif_orientation(std::span<const std::byte> jpeg_or_exif);

/// kUpright for values outside 1 to 8.
ExifOrientation orientation_from_tag(int value);

}  // namespace promptdepth
