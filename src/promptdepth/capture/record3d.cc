#include "promptdepth/capture/record3d.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/json_numbers.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kMostBytes = std::size_t{1} << 28;

std::optional<Intrinsics> camera_of(const Json& metadata) {
  const auto k = json_numbers(metadata, "K", 9);
  const auto width = json_number(metadata, "w");
  const auto height = json_number(metadata, "h");
  const bool sized =
      width && height && *width >= 1 && *height >= 1 && *width < 1e6 && *height < 1e6;
  if (!k || !sized || !((*k)[0] > 0 && (*k)[4] > 0)) return std::nullopt;
  return Intrinsics{.fx = (*k)[0],
                    .fy = (*k)[4],
                    .cx = (*k)[6],
                    .cy = (*k)[7],
                    .width = static_cast<int>(*width),
                    .height = static_cast<int>(*height)};
}

/// Of every frame; nothing for those that are none.
std::vector<std::optional<Eigen::Isometry3d>> poses_of(const Json& metadata) {
  std::vector<std::optional<Eigen::Isometry3d>> poses;
  const auto found = metadata.find("poses");
  if (found == metadata.end() || !found->is_array()) return poses;
  for (const Json& row : *found) {
    const auto n = json_numbers(Json{{"pose", row}}, "pose", 7);
    auto pose =
        n ? pose_from_quaternion({(*n)[4], (*n)[5], (*n)[6]}, (*n)[0], (*n)[1], (*n)[2], (*n)[3])
          : std::nullopt;
    if (pose) pose = from_opengl_camera(*pose);
    poses.push_back(pose);
  }
  return poses;
}

void add_metadata(const Json& metadata, Recording& recording) {
  recording.intrinsics = camera_of(metadata);
  if (!recording.intrinsics) recording.problems.add_remark("no camera in the metadata");
  const auto poses = poses_of(metadata);
  const double fps = json_number(metadata, "fps").value_or(0);
  for (FrameRecord& frame : recording.frames) {
    const auto number = static_cast<std::size_t>(frame.number);
    if (number < poses.size()) frame.world_from_camera = poses[number];
    if (fps > 0) frame.time_s = static_cast<double>(number) / fps;
  }
}

}  // namespace

std::optional<Recording> list_record3d(const fs::path& folder) {
  const auto metadata = find_file(folder, "metadata", {".json", ""});
  const NumberedFiles images = numbered_files(folder / "rgb", "", {".jpg", ".png"});
  const NumberedFiles depths = numbered_files(folder / "depth", "", {".exr"});
  if (!metadata || images.empty() || depths.empty()) return std::nullopt;

  Recording recording{.format = "Record3D", .folder = folder};
  note_missing(images, depths, "pictures without depth", recording.problems);
  note_missing(depths, images, "depth maps without a picture", recording.problems);
  const auto confidence_folder = first_folder(folder, {"confidence", "conf"});
  const NumberedFiles confidences = confidence_folder
                                        ? numbered_files(*confidence_folder, "", {".exr", ".png"})
                                        : NumberedFiles{};
  for (const auto& [number, image] : images) {
    const auto depth = depths.find(number);
    if (depth == depths.end()) continue;
    FrameRecord frame{.name = fs::path(image).stem().string(),
                      .image = fs::path("rgb") / image,
                      .depth = fs::path("depth") / depth->second,
                      .number = number};
    const auto confidence = confidences.find(number);
    if (confidence != confidences.end()) {
      frame.confidence = confidence_folder->filename() / confidence->second;
    }
    recording.frames.push_back(std::move(frame));
  }
  add_metadata(read_json_object(*metadata, kMostBytes), recording);
  recording.upright = upright_by_gravity(recording.frames, Eigen::Vector3d::UnitY());
  return recording;
}

}  // namespace promptdepth
