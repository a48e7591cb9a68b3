#include "promptdepth/capture/threedmatch.h"

#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr float kMaxDepth_m = 65.0F;
constexpr Intrinsics kSevenScenes{
    .fx = 585, .fy = 585, .cx = 320, .cy = 240, .width = 640, .height = 480};

void find_camera(Recording& recording) {
  constexpr const char* kName = "camera-intrinsics.txt";
  for (const fs::path place : {".", ".."}) {
    std::error_code error;
    if (fs::is_regular_file(recording.folder / place / kName, error)) {
      recording.camera = place / kName;
      return;
    }
  }
  recording.intrinsics = kSevenScenes;
  recording.problems.add_remark(
      "no camera-intrinsics.txt: the camera is taken to be that of 7-Scenes");
}

}  // namespace

std::optional<Recording> list_threedmatch(const fs::path& folder) {
  const std::vector<std::string> names = files_in(folder);
  const NumberedFiles images = numbered(names, "frame-", {".color.png", ".color.jpg"});
  const NumberedFiles depths = numbered(names, "frame-", {".depth.png"});
  if (images.empty() || depths.empty()) return std::nullopt;

  Recording recording{.format = "3DMatch", .folder = folder, .max_depth_m = kMaxDepth_m};
  find_camera(recording);
  note_missing(images, depths, "pictures without depth", recording.problems);
  note_missing(depths, images, "depth maps without a picture", recording.problems);
  const NumberedFiles poses = numbered(names, "frame-", {".pose.txt"});
  for (const auto& [number, image] : images) {
    const auto depth = depths.find(number);
    if (depth == depths.end()) continue;
    FrameRecord frame{.name = image.substr(0, image.find('.')),
                      .image = image,
                      .depth = depth->second,
                      .number = number};
    const auto pose = poses.find(number);
    if (pose != poses.end()) frame.world_from_camera = read_pose_matrix(folder / pose->second);
    recording.frames.push_back(std::move(frame));
  }
  return recording;
}

}  // namespace promptdepth
