#include "promptdepth/image/depth_io.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/exr.h"
#include "promptdepth/image/file_ending.h"
#include "promptdepth/image/npy.h"
#include "promptdepth/image/pfm.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/quantize.h"
#include "promptdepth/image/raster.h"
#include "promptdepth/image/tiff.h"

namespace promptdepth {
namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{2} << 30;
constexpr double kIntegerScale_m = 0.001;

/// A map as stored, and whether its values were integers.
struct StoredMap {
  DepthMap map;
  bool is_integer = false;
};

bool starts_with(std::span<const std::byte> bytes, std::string_view magic) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())
      .starts_with(magic);
}

StoredMap from_array(NpyArray array, std::string_view where) {
  std::vector<std::int64_t> sides = std::move(array.shape);
  while (sides.size() > 2 && sides.back() == 1) sides.pop_back();
  while (sides.size() > 2 && sides.front() == 1) sides.erase(sides.begin());
  if (sides.size() != 2) {
    fail(ErrorKind::kInvalidData, "expected an array of height x width in {}, found {} dimensions",
         where, sides.size());
  }
  check_picture_size(static_cast<std::uint64_t>(sides[1]), static_cast<std::uint64_t>(sides[0]),
                     where);
  StoredMap stored;
  stored.map.width = static_cast<int>(sides[1]);
  stored.map.height = static_cast<int>(sides[0]);
  stored.map.values = std::move(array.values);
  stored.is_integer = array.is_integer;
  return stored;
}

StoredMap from_raster(Raster raster, std::string_view where) {
  if (raster.channels != 1) {
    fail(ErrorKind::kInvalidData, "expected a depth map of one channel in {}, found {} channels",
         where, raster.channels);
  }
  StoredMap stored;
  stored.map.width = raster.width;
  stored.map.height = raster.height;
  stored.map.values = std::move(raster.samples);
  stored.is_integer = raster.full_scale != 0.0F;
  return stored;
}

StoredMap decode_stored(std::span<const std::byte> bytes, std::string_view where) {
  if (starts_with(bytes, "\x93NUMPY")) return from_array(read_npy(bytes, where), where);
  if (starts_with(bytes, "PK")) return from_array(read_npz(bytes, "depth", where), where);
  if (starts_with(bytes, "Pf")) return {decode_pfm(bytes, where), false};
  if (is_png(bytes)) return from_raster(decode_png(bytes, where), where);
  if (is_tiff(bytes)) return from_raster(decode_tiff(bytes, where), where);
  if (is_exr(bytes)) return {decode_exr(bytes, where), false};
  fail(ErrorKind::kInvalidData,
       "expected a depth map as PNG, TIFF, NPY, NPZ, EXR or PFM in {}, found {} bytes of something "
       "else",
       where, bytes.size());
}

std::vector<std::byte> encode_as_png(const DepthMap& depth) {
  return encode_png_grey16(depth.width, depth.height, quantize_millimetres(depth));
}

std::vector<std::byte> encode_as_npy(const DepthMap& depth) {
  const std::array<std::int64_t, 2> shape{depth.height, depth.width};
  return encode_npy(shape, depth.values);
}

struct Encoder {
  std::string_view ending;
  std::vector<std::byte> (*encode)(const DepthMap&);
};

constexpr std::array kEncoders{
    Encoder{".png", encode_as_png},
    Encoder{".exr", encode_exr},
    Encoder{".npy", encode_as_npy},
    Encoder{".pfm", encode_pfm},
};

const Encoder& encoder_for(std::string_view ending, std::string_view name) {
  const auto* found = std::find_if(kEncoders.begin(), kEncoders.end(),
                                   [&](const Encoder& e) { return e.ending == ending; });
  if (found == kEncoders.end()) {
    fail(ErrorKind::kInvalidArgument,
         "expected a depth map's name to end in .png, .exr, .npy or .pfm, found '{}'", name);
  }
  return *found;
}

DepthMap with_holes_as_zero(DepthMap depth) {
  for (float& value : depth.values) {
    if (!std::isfinite(value) || value < 0.0F) value = 0.0F;
  }
  return depth;
}

}  // namespace

DepthMap decode_depth(std::span<const std::byte> bytes, std::string_view where,
                      const ReadDepthOptions& options) {
  StoredMap stored = decode_stored(bytes, where);
  const double scale_m = options.scale_m.value_or(stored.is_integer ? kIntegerScale_m : 1.0);
  if (scale_m != 1.0) {
    for (float& value : stored.map.values) value = static_cast<float>(value * scale_m);
  }
  return std::move(stored.map);
}

DepthMap read_depth(const std::filesystem::path& path, const ReadDepthOptions& options) {
  return decode_depth(read_file(path, kMaxFileBytes), fmt::format("'{}'", path.string()), options);
}

DepthMap read_confidence(const std::filesystem::path& path) {
  return read_depth(path, {.scale_m = 1.0});
}

std::vector<std::byte> encode_depth(const DepthMap& depth, std::string_view ending) {
  return encoder_for(ending, ending).encode(with_holes_as_zero(depth));
}

void check_depth_ending(const std::filesystem::path& path) {
  encoder_for(file_ending(path), path.string());
}

void write_depth(const std::filesystem::path& path, const DepthMap& depth) {
  const Encoder& encoder = encoder_for(file_ending(path), path.string());
  write_file_atomically(path, encoder.encode(with_holes_as_zero(depth)));
}

void write_confidence(const std::filesystem::path& path, const DepthMap& confidence) {
  if (file_ending(path) != ".png") {
    write_depth(path, confidence);
    return;
  }
  DepthMap as_metres = confidence;  // PNG holds millimetres
  for (float& value : as_metres.values) value *= 0.001F;
  write_depth(path, as_metres);
}

}  // namespace promptdepth
