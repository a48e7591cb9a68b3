#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace promptdepth {

/// A numeric NumPy array of any rank, row-major (C order), its elements rounded to float32.
struct NpyArray {
  std::vector<std::int64_t> shape;  ///< Empty for a scalar, which holds one value.
  std::vector<float> values;
  bool is_integer = false;  ///< The file held integers or booleans.
};

/// Parses an .npy file, versions 1 to 3: floats of 16, 32 and 64 bits, integers of 8 to 64 bits,
/// booleans; either byte order; C or Fortran order. `where` names the source in errors. Throws
/// Error(kInvalidData) for anything malformed, before memory is taken for it, and
/// Error(kUnsupported) for other element types (objects, strings, complex numbers, records).
/// Format: numpy.lib.format, "Format Version 1.0" to "3.0".
NpyArray read_npy(std::span<const std::byte> bytes, std::string_view where);
NpyArray read_npy(const std::filesystem::path& path);

/// The array `key` of an .npz archive, or its only array when it holds just one. Throws Error when
/// neither is there or the archive is malformed.
NpyArray read_npz(std::span<const std::byte> bytes, std::string_view key, std::string_view where);
NpyArray read_npz(const std::filesystem::path& path, std::string_view key);

/// float32, little endian, C order, version 1.0. The product of `shape` must be values.size().
std::vector<std::byte> encode_npy(std::span<const std::int64_t> shape,
                                  std::span<const float> values);
void write_npy(const std::filesystem::path& path, const NpyArray& array);

}  // namespace promptdepth
