#include "promptdepth/capture/nerfstudio.h"

#include <cmath>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/json_numbers.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kFile = "transforms.json";
constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr double kDepthUnit_m = 1e-3;

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

int side_of(const Json& object, const char* key) {
  const double side = json_number(object, key).value_or(0);
  return side >= 1 && side <= 1 << 28 ? static_cast<int>(side) : 0;
}

/// The camera that a frame, or the whole file, has of its own.
std::optional<Intrinsics> camera_of(const Json& object) {
  Intrinsics camera{.width = side_of(object, "w"), .height = side_of(object, "h")};
  if (camera.width == 0 || camera.height == 0) camera.width = camera.height = 0;
  if (const auto focal = json_number(object, "fl_x")) {
    camera.fx = *focal;
  } else if (const auto angle = json_number(object, "camera_angle_x"); angle && camera.width > 0) {
    camera.fx = 0.5 * camera.width / std::tan(0.5 * *angle);
  }
  camera.fy = json_number(object, "fl_y").value_or(camera.fx);
  const auto cx = json_number(object, "cx");
  const auto cy = json_number(object, "cy");
  if (!cx && camera.width == 0) return std::nullopt;
  camera.cx = cx.value_or(0.5 * (camera.width - 1));
  camera.cy = cy.value_or(0.5 * (camera.height - 1));
  const bool usable = camera.fx > 0 && camera.fy > 0 &&
                      std::isfinite(camera.fx + camera.fy + camera.cx + camera.cy);
  return usable ? std::optional(camera) : std::nullopt;
}

void note_distortion(const Json& object, ProblemList& problems) {
  for (const char* key : {"k1", "k2", "k3", "k4", "p1", "p2"}) {
    if (json_number(object, key).value_or(0) == 0) continue;
    problems.add_remark(fmt::format("the lens's distortion ({} and others) is not undone", key));
    return;
  }
}

/// The picture's path; older files leave its ending out.
fs::path picture_path(const fs::path& folder, const std::string& file) {
  std::error_code error;
  if (fs::path(file).has_extension() || fs::exists(folder / file, error)) return file;
  const auto found = find_file(folder, file, image_endings());
  return found ? found->lexically_relative(folder) : fs::path(file);
}

void add_frame(const Json& json, Recording& recording) {
  const std::string file = json.is_object() ? text_of(json, "file_path") : "";
  if (file.empty()) {
    recording.problems.add("frames without file_path", "");
    return;
  }
  const std::string depth = text_of(json, "depth_file_path");
  if (depth.empty()) {
    recording.problems.add("pictures without depth", file);
    return;
  }
  FrameRecord frame{.name = fs::path(file).stem().string(),
                    .image = picture_path(recording.folder, file),
                    .depth = depth,
                    .intrinsics = camera_of(json)};
  if (const auto matrix = json_numbers(json, "transform_matrix", 16)) {
    if (const auto pose = pose_from_matrix(*matrix)) {
      frame.world_from_camera = from_opengl_camera(*pose);
    }
  }
  recording.frames.push_back(std::move(frame));
}

}  // namespace

Recording parse_transforms(std::string_view text, const fs::path& folder) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("frames") || !json["frames"].is_array()) {
    fail(ErrorKind::kInvalidData,
         "expected a JSON object with the array 'frames' in '{}', found {}",
         (folder / kFile).string(), "none");
  }
  Recording recording{.format = "nerfstudio", .folder = folder};
  const double unit_m = json_number(json, "depth_unit_scale_factor").value_or(kDepthUnit_m);
  if (!(unit_m > 0) || !std::isfinite(unit_m)) {
    fail(ErrorKind::kInvalidData, "expected a depth_unit_scale_factor above 0 in '{}', found {}",
         (folder / kFile).string(), unit_m);
  }
  recording.depth_options.scale_m = unit_m;
  recording.intrinsics = camera_of(json);
  note_distortion(json, recording.problems);
  for (const Json& frame : json["frames"]) add_frame(frame, recording);
  return recording;
}

std::optional<Recording> list_nerfstudio(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_regular_file(folder / kFile, error)) return std::nullopt;
  return parse_transforms(read_text_file(folder / kFile, kMostBytes), folder);
}

}  // namespace promptdepth
