#include "promptdepth/cli/predict_job.h"

#include <algorithm>
#include <map>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/geometry/point_cloud.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/file_ending.h"
#include "promptdepth/image/preview.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kPhotoEndings = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"};
const std::vector<std::string> kDepthEndings = {".png", ".npy", ".npz", ".exr",
                                                ".pfm", ".tif", ".tiff"};

using FilesByStem = std::map<std::string, std::vector<fs::path>>;

/// The files of a folder with one of the endings, by stem.
FilesByStem files_by_stem(const fs::path& folder, const std::vector<std::string>& endings) {
  FilesByStem files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error)
    fail(ErrorKind::kIo, "cannot read the folder '{}': {}", folder.string(), error.message());
  for (const fs::directory_entry& entry : entries) {
    if (!entry.is_regular_file(error)) continue;
    if (std::find(endings.begin(), endings.end(), file_ending(entry.path())) == endings.end())
      continue;
    files[entry.path().stem().string()].push_back(entry.path());
  }
  return files;
}

/// The one file that goes with `partner`; nullptr, and a sentence in `problems`, when there is none
/// or there are several.
const fs::path* find_one(const FilesByStem& files, const fs::path& partner, std::string_view kind,
                         std::vector<std::string>& problems) {
  const auto found = files.find(partner.stem().string());
  if (found == files.end()) {
    problems.push_back(fmt::format("'{}' has no {} of the same name", partner.string(), kind));
    return nullptr;
  }
  if (found->second.size() > 1) {
    problems.push_back(fmt::format("expected one {} named '{}', found '{}' and '{}'", kind,
                                   found->first, found->second[0].string(),
                                   found->second[1].string()));
    return nullptr;
  }
  return &found->second[0];
}

fs::path file_in(const fs::path& folder, const std::string& stem, std::string_view ending) {
  return folder.empty() ? fs::path() : folder / fmt::format("{}.{}", stem, ending);
}

PredictJob make_job(const PredictFolders& folders, const std::string& stem, const fs::path& image,
                    const fs::path& prompt) {
  PredictJob job;
  job.image = image;
  job.prompt = prompt;
  for (const std::string& format : folders.formats)
    job.outputs.push_back(file_in(folders.output, stem, format));
  job.preview = file_in(folders.previews, stem, "jpg");
  job.point_cloud = file_in(folders.point_clouds, stem, "ply");
  return job;
}

DepthMap read_prompt(const PredictJob& job, const PredictOptions& options,
                     ExifOrientation orientation) {
  DepthMap prompt = read_depth(job.prompt, {.scale_m = options.prompt_scale_m});
  if (!job.confidence.empty()) {
    prompt = apply_confidence(std::move(prompt), read_confidence(job.confidence),
                              options.min_confidence.value_or(kDefaultMinConfidence));
  }
  return apply_orientation(std::move(prompt), orientation);
}

/// Intrinsics of the upright photo at its own size.
Intrinsics photo_intrinsics(const PredictOptions& options, const Image& photo,
                            ExifOrientation orientation) {
  if (!options.intrinsics.empty()) {
    const bool turned = swaps_sides(orientation);
    const Intrinsics stored =
        load_intrinsics(options.intrinsics, turned ? photo.height : photo.width,
                        turned ? photo.width : photo.height);
    return apply_orientation(stored, orientation);
  }
  const Intrinsics guess = guess_intrinsics(photo.width, photo.height);
  log_warning(
      "no --intrinsics: the point cloud assumes a focal length of {:.0f} pixels for the {}x{} "
      "photo",
      guess.fx, photo.width, photo.height);
  return guess;
}

void write_point_cloud(const PredictJob& job, const PredictOptions& options, const Image& photo,
                       ExifOrientation orientation, const DepthMap& depth) {
  const Intrinsics intrinsics =
      scale_intrinsics(photo_intrinsics(options, photo, orientation), depth.width, depth.height);
  write_ply(job.point_cloud,
            unproject(depth, resize_area(photo, depth.width, depth.height), intrinsics));
}

}  // namespace

bool PredictJob::is_done() const {
  const std::vector<fs::path> all = results();
  return std::all_of(all.begin(), all.end(), [](const fs::path& path) { return fs::exists(path); });
}

std::vector<fs::path> PredictJob::results() const {
  std::vector<fs::path> results = outputs;
  if (!preview.empty()) results.push_back(preview);
  if (!point_cloud.empty()) results.push_back(point_cloud);
  return results;
}

std::vector<PredictJob> match_folders(const PredictFolders& folders,
                                      std::vector<std::string>& problems) {
  const auto photos = files_by_stem(folders.images, kPhotoEndings);
  const auto prompts = files_by_stem(folders.prompts, kDepthEndings);
  const bool wants_confidence = !folders.confidences.empty();
  const auto confidences =
      wants_confidence ? files_by_stem(folders.confidences, kDepthEndings) : FilesByStem();
  std::vector<PredictJob> jobs;
  for (const auto& [stem, files] : photos) {
    const fs::path* photo = find_one(photos, files[0], "photo", problems);
    const fs::path* prompt = photo ? find_one(prompts, *photo, "prompt", problems) : nullptr;
    if (prompt == nullptr) continue;
    PredictJob job = make_job(folders, stem, *photo, *prompt);
    if (wants_confidence) {
      const fs::path* confidence = find_one(confidences, *photo, "confidence map", problems);
      if (confidence == nullptr) continue;
      job.confidence = *confidence;
    }
    jobs.push_back(std::move(job));
  }
  for (const auto& [stem, files] : prompts) {
    if (!photos.contains(stem)) find_one(photos, files[0], "photo", problems);
  }
  if (jobs.empty()) {
    fail(ErrorKind::kInvalidData,
         "expected photos in '{}' and prompts in '{}' with the same names, found {} and {} files",
         folders.images.string(), folders.prompts.string(), photos.size(), prompts.size());
  }
  return jobs;
}

void check_results(const PredictJob& job) {
  for (const fs::path& result : job.results()) {
    for (const fs::path& input : {job.image, job.prompt, job.confidence}) {
      std::error_code error;  // Files that are not there are not the same.
      if (fs::equivalent(result, input, error)) {
        fail(ErrorKind::kInvalidArgument, "expected results beside the inputs, found '{}' as both",
             input.string());
      }
    }
  }
}

void run_job(const Estimator& estimator, const PredictJob& job, const PredictOptions& options) {
  const LoadedImage photo = read_image(job.image, {.apply_exif = options.apply_exif});
  const DepthMap prompt = read_prompt(job, options, photo.orientation);
  const DepthMap depth = estimator.estimate(photo.image, prompt);
  for (const fs::path& output : job.outputs) write_depth(output, depth);
  if (!job.preview.empty()) {
    write_image(job.preview, draw_preview(photo.image, clean_depth(prompt), depth,
                                          {.color_map = options.color_map}));
  }
  if (!job.point_cloud.empty())
    write_point_cloud(job, options, photo.image, photo.orientation, depth);
}

}  // namespace promptdepth
