#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/estimator/estimator.h"
#include "promptdepth/image/colormap.h"

namespace promptdepth {

/// Where a confidence map comes without a threshold, pixels below this are holes: the least that a
/// phone trusts (it writes 0, 1, 2).
inline constexpr float kDefaultMinConfidence = 1.0F;

/// What `predict` does with every pair of files.
struct PredictOptions {
  std::optional<double> prompt_scale_m;  ///< Metres per stored unit; unset: by the file's kind.
  std::optional<float> min_confidence;
  std::string
      intrinsics;  ///< "fx,fy,cx,cy" or a file, of the photo at its own size; empty: a guess.
  bool apply_exif = true;
  ColorMap color_map = ColorMap::kSpectral;
};

/// One photo with its prompt and where its results go.
struct PredictJob {
  std::filesystem::path image;
  std::filesystem::path prompt;
  std::filesystem::path confidence;            ///< Empty for none.
  std::vector<std::filesystem::path> outputs;  ///< Depth maps, each in the format of its ending.
  std::filesystem::path preview;               ///< Empty for none.
  std::filesystem::path point_cloud;           ///< Empty for none.

  /// Every file to write.
  std::vector<std::filesystem::path> results() const;

  /// True when every result is there already.
  bool is_done() const;
};

/// Where the results of a folder go.
struct PredictFolders {
  std::filesystem::path images;
  std::filesystem::path prompts;
  std::filesystem::path confidences;  ///< Empty for none.
  std::filesystem::path output;
  std::vector<std::string> formats = {"png"};  ///< Endings of depth maps, without the dot.
  std::filesystem::path previews;              ///< Empty for none.
  std::filesystem::path point_clouds;          ///< Empty for none.
};

/// Pairs the photos of a folder with the prompts (and confidence maps) of the same stem, in order
/// of name. What cannot be paired, or not with one file alone, is left out and said in `problems`,
/// a sentence each. Throws Error(kInvalidData) when nothing matches.
std::vector<PredictJob> match_folders(const PredictFolders& folders,
                                      std::vector<std::string>& problems);

/// Throws Error(kInvalidArgument) when a result would be written over an input.
void check_results(const PredictJob& job);

/// Reads, estimates and writes one pair.
void run_job(const Estimator& estimator, const PredictJob& job, const PredictOptions& options);

}  // namespace promptdepth
