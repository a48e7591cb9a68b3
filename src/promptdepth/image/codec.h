#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"
#include "promptdepth/image/orientation.h"

namespace promptdepth {

struct ReadImageOptions {
  bool apply_exif = true;  ///< Turn the picture upright as its EXIF data say.
};

struct LoadedImage {
  Image image;
  /// The turn that `image` has been given: apply_orientation(prompt, orientation) makes a prompt
  /// that was stored beside the file fit. kUpright with apply_exif = false.
  ExifOrientation orientation = ExifOrientation::kUpright;
};

/// Reads JPEG, PNG, WebP or TIFF, recognised by content, of 8 or 16 bits; an integer sample s of
/// full scale f becomes exactly s / f in float32. Grey is repeated in all three channels. Alpha is
/// dropped: colours stay as they are stored, nothing is blended with a background. Colour profiles
/// are not applied. Throws Error(kIo) when the file cannot be read, Error(kInvalidData) when it is
/// not a whole picture of 1 to 2^28 pixels, Error(kUnsupported) for rarer variants of the formats.
LoadedImage read_image(const std::filesystem::path& path, const ReadImageOptions& options = {});

/// The same from memory; `where` names the source in errors.
LoadedImage decode_image(std::span<const std::byte> bytes, std::string_view where,
                         const ReadImageOptions& options = {});

struct WriteImageOptions {
  int jpeg_quality = 92;  ///< 1 to 100.
};

/// Writes .png or .jpg/.jpeg by the name's ending, 8 bits, values clamped to [0, 1] and rounded;
/// whole or not at all. Throws Error(kInvalidArgument) for another ending, Error(kIo) when the disk
/// refuses.
void write_image(const std::filesystem::path& path, const Image& image,
                 const WriteImageOptions& options = {});

}  // namespace promptdepth
