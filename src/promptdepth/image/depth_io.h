#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "promptdepth/image/image.h"

namespace promptdepth {

struct ReadDepthOptions {
  /// Metres per stored unit. Unset: 0.001 for integers (the custom of 16-bit PNG), 1 for floating
  /// point.
  std::optional<double> scale_m = std::nullopt;
};

/// Reads a one-channel depth map, recognised by content: PNG or TIFF (8 or 16 bits, or float), NPY,
/// NPZ (the array `depth`, or its only one), EXR (channel Z, Y or R, or its only one) or PFM.
/// Arrays may have leading or trailing dimensions of 1. The result is the stored value times the
/// scale and nothing else: NaN, infinite and negative values are left to prompt/clean.h,
/// orientation to the caller. Throws Error(kIo) when the file cannot be read, Error(kInvalidData)
/// when it is not one of these, holds colours, or has no or more than 2^28 pixels.
DepthMap read_depth(const std::filesystem::path& path, const ReadDepthOptions& options = {});

/// The same from memory; `where` names the source in errors.
DepthMap decode_depth(std::span<const std::byte> bytes, std::string_view where,
                      const ReadDepthOptions& options = {});

/// Reads a confidence map in any of these formats; values as stored (phones write 0, 1, 2).
DepthMap read_confidence(const std::filesystem::path& path);

/// Writes depth in metres by the name's ending: .png (16 bits, millimetres, rounded, 65535 for all
/// that is farther than 65.535 m), .exr (float channel Z), .npy (float32) or .pfm; whole or not at
/// all. What is not a positive finite number is written as 0, no measurement. Throws
/// Error(kInvalidArgument) for another ending, Error(kIo) when the disk refuses.
void write_depth(const std::filesystem::path& path, const DepthMap& depth);

/// Writes a confidence map that read_confidence() reads back, in the formats of write_depth(); PNG
/// holds whole numbers from 0 to 65535.
void write_confidence(const std::filesystem::path& path, const DepthMap& confidence);

/// Throws as write_depth() does for an ending it does not know; for checking a request before the
/// work is done.
void check_depth_ending(const std::filesystem::path& path);

/// The content of such a file; `ending` such as ".png".
std::vector<std::byte> encode_depth(const DepthMap& depth, std::string_view ending);

}  // namespace promptdepth
