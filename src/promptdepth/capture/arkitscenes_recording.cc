#include "promptdepth/capture/arkitscenes_recording.h"

#include <string>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/arkitscenes.h"
#include "promptdepth/capture/csv.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/pose_track.h"
#include "promptdepth/capture/timed_files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr double kMostApart_s = 0.01;    // Less than a frame at 60 per second.
constexpr double kMostPoseGap_s = 0.25;  // Poses come 10 times a second.
constexpr const char* kTrajectory = "lowres_wide.traj";

TimedFiles timed_files(const fs::path& folder, std::string_view ending) {
  TimedFiles files;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return files;
  for (const std::string& name : files_in(folder)) {
    if (!name.ends_with(ending)) continue;
    const auto time = arkitscenes_time(name.substr(0, name.size() - ending.size()));
    if (time) files.emplace(*time, name);
  }
  return files;
}

/// All that belongs to one kind of pictures.
struct Files {
  std::string picture_folder;
  TimedFiles pictures = {};
  TimedFiles cameras = {};
  TimedFiles depths = {};
  TimedFiles confidences = {};
  TimedFiles truths = {};
};

std::optional<Files> find_files(const fs::path& folder) {
  const auto picture_folder = first_folder(folder, {"wide", "color", "lowres_wide"});
  if (!picture_folder) return std::nullopt;
  Files files{.picture_folder = picture_folder->filename().string()};
  files.pictures = timed_files(*picture_folder, ".png");
  files.cameras = timed_files(folder / (files.picture_folder + "_intrinsics"), ".pincam");
  files.depths = timed_files(folder / "lowres_depth", ".png");
  files.confidences = timed_files(folder / "confidence", ".png");
  files.truths = timed_files(folder / "highres_depth", ".png");
  if (files.pictures.empty() || files.depths.empty()) return std::nullopt;
  return files;
}

/// The path of the file that belongs to a picture; empty when there is none.
fs::path belonging(double time_s, const Files& files, const TimedFiles& others,
                   const std::string& folder) {
  const std::string* name = partner_at(time_s, files.pictures, others, kMostApart_s);
  return name != nullptr ? fs::path(folder) / *name : fs::path();
}

void add_poses(Recording& recording) {
  std::error_code error;
  if (!fs::is_regular_file(recording.folder / kTrajectory, error)) return;
  const PoseTrack track = parse_arkitscenes_trajectory(
      read_text_file(recording.folder / kTrajectory), recording.problems);
  for (FrameRecord& frame : recording.frames) {
    frame.world_from_camera = track.at(*frame.time_s, kMostPoseGap_s);
  }
}

/// The turn that the data set's table of videos gives, some folders above; nothing without it.
std::optional<ExifOrientation> listed_turn(const fs::path& folder) {
  const std::string id = folder.filename().string();
  std::error_code error;
  fs::path above = folder;
  for (int level = 0; level < 3; ++level) {
    above = above.parent_path();
    if (!fs::is_regular_file(above / "metadata.csv", error)) continue;
    try {
      const CsvTable table = CsvTable::read(above / "metadata.csv");
      for (std::size_t row = 0; row < table.row_count(); ++row) {
        if (table.text(row, "video_id") == id) {
          return upright_by_sky(table.text(row, "sky_direction"), id);
        }
      }
    } catch (const Error&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Recording> list_arkitscenes(const fs::path& folder) {
  const auto files = find_files(folder);
  if (!files) return std::nullopt;
  Recording recording{.format = "ARKitScenes", .folder = folder};
  for (const auto& [time_s, picture] : files->pictures) {
    FrameRecord frame{
        .name = fs::path(picture).stem().string(),
        .image = fs::path(files->picture_folder) / picture,
        .depth = belonging(time_s, *files, files->depths, "lowres_depth"),
        .confidence = belonging(time_s, *files, files->confidences, "confidence"),
        .truth = belonging(time_s, *files, files->truths, "highres_depth"),
        .camera = belonging(time_s, *files, files->cameras, files->picture_folder + "_intrinsics"),
        .time_s = time_s};
    if (frame.depth.empty()) {
      recording.problems.add("pictures without depth", picture);
      continue;
    }
    if (frame.camera.empty()) recording.problems.add("pictures without a camera", picture);
    recording.frames.push_back(std::move(frame));
  }
  add_poses(recording);
  // The world's z points up.
  recording.upright =
      listed_turn(folder).value_or(upright_by_gravity(recording.frames, Eigen::Vector3d::UnitZ()));
  return recording;
}

}  // namespace promptdepth
