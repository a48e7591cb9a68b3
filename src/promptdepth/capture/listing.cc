#include "promptdepth/capture/listing.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

/// Ratios of sides that differ by less are of the same view: 1 pixel in 100.
constexpr double kRatioTolerance = 0.011;

template <typename Wanted>
std::vector<std::string> entries_in(const fs::path& folder, const Wanted& wanted) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (wanted(*entry, ignored)) names.push_back(entry->path().filename().string());
  }
  if (error) {
    fail(ErrorKind::kIo, "cannot list the folder '{}': {}", folder.string(), error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::vector<std::string> folders_in(const fs::path& folder) {
  return entries_in(folder, [](const fs::directory_entry& entry, std::error_code& error) {
    return entry.is_directory(error);
  });
}

std::vector<std::string> files_in(const fs::path& folder) {
  return entries_in(folder, [](const fs::directory_entry& entry, std::error_code& error) {
    return entry.is_regular_file(error);
  });
}

std::optional<fs::path> find_file(const fs::path& folder, std::string_view stem,
                                  const std::vector<std::string>& endings) {
  for (const std::string& ending : endings) {
    fs::path path = folder / (std::string(stem) + ending);
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path;
  }
  return std::nullopt;
}

std::optional<fs::path> first_folder(const fs::path& parent,
                                     const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::error_code error;
    if (fs::is_directory(parent / name, error)) return parent / name;
  }
  return std::nullopt;
}

void require_folder(const fs::path& folder, std::string_view what) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  fail(ErrorKind::kIo, "expected {} in the folder '{}', found no such folder", what,
       folder.string());
}

const std::vector<std::string>& image_endings() {
  static const std::vector<std::string> endings = {".png", ".jpg",  ".jpeg", ".PNG",
                                                   ".JPG", ".webp", ".tif",  ".tiff"};
  return endings;
}

const std::vector<std::string>& depth_endings() {
  static const std::vector<std::string> endings = {".png", ".exr", ".npy", ".npz",
                                                   ".pfm", ".tif", ".tiff"};
  return endings;
}

DepthMap read_depth_of(const Image& image, const fs::path& path) {
  DepthMap depth = clean_depth(read_depth(path));
  require_same_view(depth, image, path.string());
  return resize_nearest(depth, image.width, image.height);
}

void require_some_depth(const Frame& frame) {
  if (count_valid(frame.depth) + count_valid(frame.pseudo_depth) > 0) return;
  fail(ErrorKind::kInvalidData, "expected true depth in frame '{}', found none in any pixel",
       frame.name);
}

void require_same_view(const DepthMap& map, const Image& image, std::string_view where) {
  const double map_ratio = static_cast<double>(map.width) / map.height;
  const double image_ratio = static_cast<double>(image.width) / image.height;
  // A side of a small map may have been rounded to whole pixels.
  const double rounding = 1.0 / std::min(map.width, map.height);
  if (std::abs(map_ratio / image_ratio - 1) <= std::max(kRatioTolerance, rounding)) return;
  fail(ErrorKind::kInvalidData,
       "expected a depth map with the sides' ratio of its {}×{} image, found {}×{} in '{}'",
       image.width, image.height, map.width, map.height, where);
}

}  // namespace promptdepth
