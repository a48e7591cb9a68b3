#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/image/image.h"

// What the tests of this module share.
namespace promptdepth {

/// Red grows to the right, green downwards, blue is constant.
inline Image smooth_image(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<float>(x) / static_cast<float>(width);
      image.at(x, y)[1] = static_cast<float>(y) / static_cast<float>(height);
      image.at(x, y)[2] = 0.5F;
    }
  }
  return image;
}

/// A bare EXIF block, little endian, with the one tag Orientation: a TIFF header, one directory of
/// one entry (tag 0x0112, type SHORT, count 1), no further directory.
inline std::string exif_block(int orientation) {
  return std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) +
         static_cast<char>(orientation) + std::string(7, '\0');
}

inline std::vector<std::byte> to_bytes(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::string to_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What the Error says that `call` throws.
template <typename Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace promptdepth
