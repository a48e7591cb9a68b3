#include "promptdepth/cli/predict_job.h"

#include <algorithm>
#include <map>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/geometry/point_cloud.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/preview.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kPhotoEndings = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"};
const std::vector<std::string> kDepthEndings = {".png", ".npy", ".npz", ".exr",
                                                ".pfm", ".tif", ".tiff"};

std::string lower_case_ending(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return ending;
}

/// The files of a folder with one of the endings, by stem.
std::map<std::string, fs::path> files_by_stem(const fs::path& folder,
                                              const std::vector<std::string>& endings) {
  std::map<std::string, fs::path> files;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error)
    fail(ErrorKind::kIo, "cannot read the folder '{}': {}", folder.string(), error.message());
  for (const fs::directory_entry& entry : entries) {
    const std::string ending = lower_case_ending(entry.path());
    if (!entry.is_regular_file() ||
        std::find(endings.begin(), endings.end(), ending) == endings.end())
      continue;
    const auto [other, inserted] = files.emplace(entry.path().stem().string(), entry.path());
    if (!inserted) {
      fail(ErrorKind::kInvalidData, "'{}': expected one file named '{}', found {} and {}",
           folder.string(), other->first, other->second.filename().string(),
           entry.path().filename().string());
    }
  }
  return files;
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
                              options.min_confidence.value_or(0.0F));
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
  std::vector<fs::path> results = outputs;
  if (!preview.empty()) results.push_back(preview);
  if (!point_cloud.empty()) results.push_back(point_cloud);
  return std::all_of(results.begin(), results.end(),
                     [](const fs::path& path) { return fs::exists(path); });
}

std::vector<PredictJob> match_folders(const PredictFolders& folders,
                                      std::vector<fs::path>& unmatched) {
  const auto photos = files_by_stem(folders.images, kPhotoEndings);
  const auto prompts = files_by_stem(folders.prompts, kDepthEndings);
  const bool wants_confidence = !folders.confidences.empty();
  const auto confidences = wants_confidence ? files_by_stem(folders.confidences, kDepthEndings)
                                            : std::map<std::string, fs::path>();
  std::vector<PredictJob> jobs;
  for (const auto& [stem, photo] : photos) {
    const auto prompt = prompts.find(stem);
    const auto confidence = confidences.find(stem);
    if (prompt == prompts.end() || (wants_confidence && confidence == confidences.end())) {
      unmatched.push_back(photo);
      continue;
    }
    jobs.push_back(make_job(folders, stem, photo, prompt->second));
    if (wants_confidence) jobs.back().confidence = confidence->second;
  }
  if (jobs.empty()) {
    fail(ErrorKind::kInvalidData,
         "expected photos in '{}' and prompts in '{}' with the same names, found {} and {} files",
         folders.images.string(), folders.prompts.string(), photos.size(), prompts.size());
  }
  return jobs;
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
