#include "promptdepth/capture/scannetpp_recording.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/scannetpp_cameras.h"
#include "promptdepth/capture/video.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "frame_";
constexpr const char* kDepthStream = "depth.bin";
constexpr const char* kCameras = "pose_intrinsic_imu.json";

using Cameras = std::map<std::string, ScanNetPPCamera>;

std::string name_of(std::int64_t number) { return fmt::format("{}{:06}", kPrefix, number); }

Cameras read_cameras(const fs::path& folder, ProblemList& problems) {
  try {
    return read_scannetpp_cameras(
        folder / kCameras, [](const std::string& name) { return name.starts_with(kPrefix); });
  } catch (const Error& error) {
    problems.add_remark(fmt::format("no cameras and poses: {}", error.what()));
    return {};
  }
}

/// One frame per picture of the video.
void list_video(Recording& recording, const Cameras& cameras) {
  const std::int64_t stated = VideoReader(recording.folder / recording.video).frame_count();
  const auto described = static_cast<std::int64_t>(cameras.size());
  if (stated != described && described > 0 && stated > 0) {
    recording.problems.add_remark(
        fmt::format("the video has {} pictures, pose_intrinsic_imu.json {}", stated, described));
  }
  // A container's count is an estimate; what is missing at the end is skipped when it is read.
  const std::int64_t count = described > 0 ? described : stated;
  for (std::int64_t number = 0; number < count; ++number) {
    recording.frames.push_back({.name = name_of(number), .number = number});
  }
}

void list_pictures(Recording& recording, const NumberedFiles& pictures) {
  for (const auto& [number, picture] : pictures) {
    recording.frames.push_back(
        {.name = name_of(number), .image = fs::path("rgb") / picture, .number = number});
  }
}

/// Depth files, unless there is the device's stream.
void add_depth(Recording& recording, const NumberedFiles& depths) {
  const NumberedFiles truths = numbered_files(recording.folder / "render_depth", kPrefix, {".png"});
  for (FrameRecord& frame : recording.frames) {
    const auto depth = depths.find(frame.number);
    if (depth != depths.end()) frame.depth = fs::path("depth") / depth->second;
    const auto truth = truths.find(frame.number);
    if (truth != truths.end()) frame.truth = fs::path("render_depth") / truth->second;
  }
  if (!recording.depth_stream.empty()) return;
  std::erase_if(recording.frames, [&](const FrameRecord& frame) {
    if (frame.depth.empty()) recording.problems.add("pictures without depth", frame.name);
    return frame.depth.empty();
  });
}

void add_cameras(Recording& recording, const Cameras& cameras) {
  for (FrameRecord& frame : recording.frames) {
    const auto camera = cameras.find(frame.name);
    if (camera == cameras.end()) continue;
    frame.intrinsics = camera->second.intrinsics;
    frame.world_from_camera = camera->second.world_from_camera;
    frame.time_s = camera->second.time_s;
  }
}

}  // namespace

std::optional<Recording> list_scannetpp(const fs::path& folder) {
  const NumberedFiles pictures = numbered_files(folder / "rgb", kPrefix, {".jpg", ".png"});
  const auto video = find_file(folder, "rgb", {".mkv", ".mp4"});
  const NumberedFiles depths = numbered_files(folder / "depth", kPrefix, {".png"});
  std::error_code error;
  const bool has_stream = fs::is_regular_file(folder / kDepthStream, error);
  const bool is_scannetpp = has_stream || fs::is_regular_file(folder / kCameras, error);
  const bool has_both = (!pictures.empty() || video) && (!depths.empty() || has_stream);
  if (!is_scannetpp || !has_both) return std::nullopt;

  Recording recording{.format = "ScanNet++ iPhone", .folder = folder};
  if (has_stream && depths.empty()) recording.depth_stream = kDepthStream;
  const Cameras cameras = read_cameras(folder, recording.problems);
  if (pictures.empty()) {
    recording.video = video->filename();
    list_video(recording, cameras);
  } else {
    list_pictures(recording, pictures);
  }
  add_depth(recording, depths);
  add_cameras(recording, cameras);
  recording.upright = upright_by_gravity(recording.frames, Eigen::Vector3d::UnitZ());
  return recording;
}

}  // namespace promptdepth
