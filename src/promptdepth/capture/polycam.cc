#include "promptdepth/capture/polycam.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/json_numbers.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/numbered_files.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCameraBytes = 1 << 16;
constexpr float kConfidenceStep = 127;

/// Pictures and cameras, as recorded or optimised.
struct Keyframes {
  fs::path image_folder;
  fs::path camera_folder;
  NumberedFiles images = {};
  NumberedFiles cameras = {};
};

/// The optimised ones, if the app has made them.
Keyframes find_keyframes(const fs::path& folder) {
  for (const std::string prefix : {"corrected_", ""}) {
    const fs::path base = "keyframes";
    Keyframes found{.image_folder = base / (prefix + "images"),
                    .camera_folder = base / (prefix + "cameras")};
    found.images = numbered_files(folder / found.image_folder, "", {".jpg", ".png"});
    found.cameras = numbered_files(folder / found.camera_folder, "", {".json"});
    if (!found.images.empty() && !found.cameras.empty()) return found;
  }
  return {};
}

void add_camera(const fs::path& path, FrameRecord& frame) {
  const nlohmann::json json = read_json_object(path, kMostCameraBytes);
  std::vector<double> rows;
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 4; ++column) {
      const std::string key = fmt::format("t_{}{}", row, column);
      if (const auto number = json_number(json, key.c_str())) rows.push_back(*number);
    }
  }
  if (const auto pose = pose_from_matrix(rows)) frame.world_from_camera = from_opengl_camera(*pose);
}

}  // namespace

std::optional<Recording> list_polycam(const fs::path& folder) {
  const Keyframes keyframes = find_keyframes(folder);
  const NumberedFiles depths = numbered_files(folder / "keyframes/depth", "", {".png"});
  if (keyframes.images.empty() || depths.empty()) return std::nullopt;

  Recording recording{
      .format = "Polycam", .folder = folder, .confidence_per_level = kConfidenceStep};
  const NumberedFiles confidences = numbered_files(folder / "keyframes/confidence", "", {".png"});
  note_missing(keyframes.images, depths, "pictures without depth", recording.problems);
  note_missing(keyframes.images, keyframes.cameras, "pictures without a camera",
               recording.problems);
  for (const auto& [time_us, image] : keyframes.images) {
    const auto depth = depths.find(time_us);
    if (depth == depths.end()) continue;
    FrameRecord frame{.name = fs::path(image).stem().string(),
                      .image = keyframes.image_folder / image,
                      .depth = fs::path("keyframes/depth") / depth->second,
                      .time_s = 1e-6 * static_cast<double>(time_us)};
    const auto confidence = confidences.find(time_us);
    if (confidence != confidences.end()) {
      frame.confidence = fs::path("keyframes/confidence") / confidence->second;
    }
    const auto camera = keyframes.cameras.find(time_us);
    if (camera != keyframes.cameras.end()) {
      frame.camera = keyframes.camera_folder / camera->second;
      try {
        add_camera(folder / frame.camera, frame);
      } catch (const Error&) {
        recording.problems.add("broken cameras", frame.camera.string());
        frame.camera.clear();
      }
    }
    recording.frames.push_back(std::move(frame));
  }
  recording.upright = upright_by_gravity(recording.frames, Eigen::Vector3d::UnitY());
  return recording;
}

}  // namespace promptdepth
