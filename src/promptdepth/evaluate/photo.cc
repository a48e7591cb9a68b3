#include "promptdepth/evaluate/photo.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/evaluate/score_table.h"
#include "promptdepth/evaluate/simulated_prompt.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct PhotoWithTruth {
  fs::path photo;
  fs::path truth;
};

std::map<std::string, fs::path> files_by_stem(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().stem().string()] = entry.path();
  }
  return files;
}

std::vector<PhotoWithTruth> find_pairs(const PhotoOptions& options) {
  for (const fs::path& path : {options.photo, options.truth}) {
    if (!fs::exists(path)) {
      fail(ErrorKind::kInvalidArgument, "expected a file or folder, found no '{}'", path.string());
    }
  }
  if (fs::is_directory(options.photo) != fs::is_directory(options.truth)) {
    fail(ErrorKind::kInvalidArgument, "expected two files or two folders, found '{}' and '{}'",
         options.photo.string(), options.truth.string());
  }
  if (!fs::is_directory(options.photo)) return {{options.photo, options.truth}};
  const std::map<std::string, fs::path> truths = files_by_stem(options.truth);
  std::vector<PhotoWithTruth> pairs;
  for (const auto& [stem, photo] : files_by_stem(options.photo)) {
    const auto truth = truths.find(stem);
    if (truth == truths.end()) {
      fail(ErrorKind::kInvalidArgument, "expected a truth for '{}', found no '{}' with any ending",
           photo.string(), (options.truth / stem).string());
    }
    pairs.push_back({photo, truth->second});
  }
  if (pairs.empty()) {
    fail(ErrorKind::kInvalidArgument, "expected photos in '{}', found none",
         options.photo.string());
  }
  return pairs;
}

class PhotoProtocol final : public Protocol {
 public:
  explicit PhotoProtocol(PhotoOptions options)
      : options_(std::move(options)), kinds_(chosen_kinds(options_.kinds)) {
    options_.validate();
    pairs_ = find_pairs(options_);
  }

  std::string name() const override { return "photo"; }

  Settings settings() const override {
    Settings settings = {{"photo", options_.photo.string()}, {"truth", options_.truth.string()}};
    if (options_.disparity) {
      settings.emplace_back(
          "disparity", fmt::format("{},{},{}", options_.disparity->focal_px,
                                   options_.disparity->baseline_m, options_.disparity->offset_px));
    }
    return settings;
  }

  std::vector<CaseKind> kinds() const override {
    std::vector<CaseKind> kinds;
    for (const PromptKind& kind : kinds_) kinds.push_back({kind.name, kind.description});
    return kinds;
  }

  std::int64_t view_count() const override {
    return static_cast<std::int64_t>(pairs_.size()) * options_.seeds;
  }

  std::string view_name(std::int64_t index) const override {
    return fmt::format("{}-seed-{:03}", csv_cell(pair(index).photo.stem().string()), seed(index));
  }

  std::vector<std::string> kinds_of(std::int64_t) const override {
    std::vector<std::string> names;
    for (const PromptKind& kind : kinds_) names.push_back(kind.name);
    return names;
  }

  View view(std::int64_t index) const override {
    View view{.image = read_image(pair(index).photo).image};
    // Disparity is in pixels whatever numbers it is stored as.
    DepthMap truth = options_.disparity
                         ? depth_from_disparity(read_depth(pair(index).truth, {.scale_m = 1.0}),
                                                *options_.disparity)
                         : clean_depth(read_depth(pair(index).truth));
    view.truth = resize_nearest(truth, view.image.width, view.image.height);
    if (count_valid(view.truth) == 0) {
      fail(ErrorKind::kInvalidData, "'{}': expected some true depth, found none",
           pair(index).truth.string());
    }
    return view;
  }

  DepthMap prompt(std::int64_t index, const View& view, const std::string& kind) const override {
    return simulated_prompt(view, prompt_kind(kind), static_cast<std::uint64_t>(index),
                            /*bridge_missing_truth=*/true);
  }

 private:
  const PhotoWithTruth& pair(std::int64_t index) const {
    return pairs_[static_cast<std::size_t>(index / options_.seeds)];
  }
  std::int64_t seed(std::int64_t index) const { return index % options_.seeds; }

  PhotoOptions options_;
  std::vector<PromptKind> kinds_;
  std::vector<PhotoWithTruth> pairs_;
};

}  // namespace

void PhotoOptions::validate() const {
  if (seeds < 1 || seeds > 1000) {
    fail(ErrorKind::kInvalidArgument, "expected 1 to 1000 seeds, found {}", seeds);
  }
  if (disparity && !(disparity->focal_px > 0 && disparity->baseline_m > 0 &&
                     std::isfinite(disparity->offset_px))) {
    fail(ErrorKind::kInvalidArgument,
         "expected a focal length and a baseline above 0 and a finite offset for disparity, found "
         "{}, {} and {}",
         disparity->focal_px, disparity->baseline_m, disparity->offset_px);
  }
}

DepthMap depth_from_disparity(DepthMap disparity, const DisparityCalibration& calibration) {
  const double numerator = calibration.focal_px * calibration.baseline_m;
  for (float& value : disparity.values) {
    const double z = numerator / (static_cast<double>(value) + calibration.offset_px);
    value = std::isfinite(value) && std::isfinite(z) && z > 0 ? static_cast<float>(z) : 0;
  }
  return disparity;
}

std::unique_ptr<Protocol> photo_protocol(const PhotoOptions& options) {
  return std::make_unique<PhotoProtocol>(options);
}

}  // namespace promptdepth
