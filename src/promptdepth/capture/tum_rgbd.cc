#include "promptdepth/capture/tum_rgbd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/base/files.h"
#include "promptdepth/capture/pose.h"
#include "promptdepth/capture/pose_track.h"
#include "promptdepth/capture/text_lines.h"
#include "promptdepth/capture/timed_files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr double kMostApart_s = 0.02;
constexpr double kMostPoseGap_s = 0.05;  // Motion capture has one each 0.01 s.
constexpr double kDepthUnit_m = 1.0 / 5000;

struct KnownCamera {
  std::string_view name;
  Intrinsics intrinsics;
};

/// https://cvg.cit.tum.de/data/datasets/rgbd-dataset/file_formats
constexpr std::array kCameras{KnownCamera{"freiburg1", {517.3, 516.5, 318.6, 255.3, 640, 480}},
                              KnownCamera{"freiburg2", {520.9, 521.0, 325.1, 249.7, 640, 480}},
                              KnownCamera{"freiburg3", {535.4, 539.2, 320.1, 247.6, 640, 480}},
                              KnownCamera{"", {525.0, 525.0, 319.5, 239.5, 640, 480}}};

TimedFiles read_list(const fs::path& path, ProblemList& problems) {
  TimedFiles files;
  const std::string text = read_text_file(path);
  for (const std::string_view line : lines_of(text)) {
    const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
    const std::size_t name = line.find_first_not_of(" \t", blank);
    const auto time = parse_numbers(line.substr(0, blank), 1);
    if (time && time->size() == 1 && std::isfinite(time->front()) &&
        name != std::string_view::npos) {
      files.emplace(time->front(), std::string(line.substr(name)));
    } else {
      problems.add("lines of " + path.filename().string() + " left out",
                   fmt::format("'{}'", line.substr(0, 60)));
    }
  }
  return files;
}

void pair_up(const TimedFiles& pictures, const TimedFiles& depths, Recording& recording) {
  for (const auto& [time_s, picture] : pictures) {
    const std::string* depth = partner_at(time_s, pictures, depths, kMostApart_s);
    if (depth == nullptr) {
      recording.problems.add("pictures without depth", picture);
      continue;
    }
    recording.frames.push_back({.name = fs::path(picture).stem().string(),
                                .image = picture,
                                .depth = *depth,
                                .time_s = time_s});
  }
}

void add_poses(Recording& recording) {
  const fs::path path = recording.folder / "groundtruth.txt";
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return;
  const PoseTrack track = parse_tum_trajectory(read_text_file(path), recording.problems);
  for (FrameRecord& frame : recording.frames) {
    frame.world_from_camera = track.at(*frame.time_s, kMostPoseGap_s);
  }
}

Intrinsics camera_of(const std::string& folder, ProblemList& problems) {
  const auto* camera = std::find_if(kCameras.begin(), kCameras.end(), [&](const KnownCamera& c) {
    return folder.find(c.name) != std::string::npos;
  });
  problems.add_remark(camera->name.empty()
                          ? "no camera in the folder: ROS's default is taken"
                          : fmt::format("the camera is taken to be that of {}", camera->name));
  return camera->intrinsics;
}

}  // namespace

std::optional<Recording> list_tum_rgbd(const fs::path& folder) {
  std::error_code error;
  for (const char* list : {"rgb.txt", "depth.txt"}) {
    if (!fs::is_regular_file(folder / list, error)) return std::nullopt;
  }
  Recording recording{.format = "TUM RGB-D", .folder = folder};
  recording.depth_options.scale_m = kDepthUnit_m;
  recording.intrinsics = camera_of(folder.string(), recording.problems);
  const TimedFiles pictures = read_list(folder / "rgb.txt", recording.problems);
  const TimedFiles depths = read_list(folder / "depth.txt", recording.problems);
  pair_up(pictures, depths, recording);
  add_poses(recording);
  return recording;
}

}  // namespace promptdepth
