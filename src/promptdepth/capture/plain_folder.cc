#include "promptdepth/capture/plain_folder.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/json_numbers.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/pose.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr double kSceneFramesPerSecond = 30;
constexpr std::size_t kMostCameraBytes = 1 << 16;

/// Relative paths by the files' names without their endings.
using FilesByName = std::map<std::string, fs::path>;

/// The files of a folder, which is named from `root`, with one of `endings`, and before it
/// `suffix`.
FilesByName files_by_name(const fs::path& root, const fs::path& folder,
                          const std::vector<std::string>& endings, std::string_view suffix = "") {
  FilesByName files;
  for (const std::string& file : files_in(root / folder)) {
    const fs::path path(file);
    if (std::find(endings.begin(), endings.end(), path.extension()) == endings.end()) continue;
    std::string name = path.stem().string();
    if (!name.ends_with(suffix) || name.size() == suffix.size()) continue;
    name.resize(name.size() - suffix.size());
    files.emplace(std::move(name), folder / file);
  }
  return files;
}

/// The same of the first of the folders that exists; none when none does.
FilesByName files_of(const fs::path& root, const std::vector<std::string>& folders,
                     const std::vector<std::string>& endings) {
  const auto folder = first_folder(root, folders);
  return folder ? files_by_name(root, folder->filename(), endings) : FilesByName{};
}

fs::path path_of(const FilesByName& files, const std::string& name) {
  const auto found = files.find(name);
  return found != files.end() ? found->second : fs::path();
}

/// What belongs to the pictures, by kind.
struct Kinds {
  FilesByName images;
  FilesByName prompts;
  FilesByName truths;
  FilesByName confidences;
  FilesByName cameras;
  FilesByName poses;
};

Kinds in_folders(const fs::path& root) {
  Kinds kinds;
  kinds.images = files_of(root, {"image", "images", "rgb", "color"}, image_endings());
  kinds.prompts = files_of(root, {"prompt", "prompts"}, depth_endings());
  FilesByName depths = files_of(root, {"depth", "depths"}, depth_endings());
  (kinds.prompts.empty() ? kinds.prompts : kinds.truths) = std::move(depths);
  kinds.confidences = files_of(root, {"confidence"}, depth_endings());
  kinds.cameras = files_of(root, {"intrinsics"}, {".json", ".txt"});
  kinds.poses = files_of(root, {"pose", "poses"}, {".txt"});
  return kinds;
}

Kinds side_by_side(const fs::path& root) {
  Kinds kinds;
  for (const char* suffix : {"_prompt", ".prompt", "_depth", ".depth"}) {
    FilesByName found = files_by_name(root, "", depth_endings(), suffix);
    if (found.empty()) continue;
    kinds.prompts = std::move(found);
    kinds.images = files_by_name(root, "", image_endings());
    break;
  }
  std::erase_if(kinds.images, [&](const auto& image) {
    return std::any_of(kinds.prompts.begin(), kinds.prompts.end(),
                       [&](const auto& prompt) { return prompt.second == image.second; });
  });
  return kinds;
}

void add_frames(const Kinds& kinds, Recording& recording) {
  for (const auto& [name, image] : kinds.images) {
    FrameRecord frame{.name = name,
                      .image = image,
                      .depth = path_of(kinds.prompts, name),
                      .confidence = path_of(kinds.confidences, name),
                      .truth = path_of(kinds.truths, name),
                      .camera = path_of(kinds.cameras, name)};
    if (frame.depth.empty()) {
      recording.problems.add("pictures without depth", name);
      continue;
    }
    const fs::path pose = path_of(kinds.poses, name);
    if (!pose.empty()) frame.world_from_camera = read_pose_matrix(recording.folder / pose);
    recording.frames.push_back(std::move(frame));
  }
}

void add_scene_camera(FrameRecord& frame, const fs::path& root) {
  try {
    const nlohmann::json json = read_json_object(root / frame.camera, kMostCameraBytes);
    const auto pose = json_numbers(json, "world_from_camera", 16);
    if (pose) frame.world_from_camera = pose_from_matrix(*pose);
  } catch (const Error&) {
    frame.world_from_camera.reset();
  }
}

}  // namespace

std::optional<Recording> list_plain_folder(const fs::path& folder) {
  Kinds kinds = in_folders(folder);
  if (kinds.images.empty() || kinds.prompts.empty()) kinds = side_by_side(folder);
  if (kinds.images.empty() || kinds.prompts.empty()) return std::nullopt;
  Recording recording{.format = "folder", .folder = folder};
  add_frames(kinds, recording);
  if (const auto camera = find_file(folder, "intrinsics", {".json", ".txt"})) {
    recording.camera = camera->filename();
  }
  return recording;
}

std::optional<Recording> list_scene_frames(const fs::path& folder) {
  Recording recording{.format = "promptdepth scene", .folder = folder};
  for (const std::string& name : folders_in(folder)) {
    const fs::path base = name;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    std::error_code ignored;
    const bool is_frame = error == std::errc() && end == name.data() + name.size() &&
                          fs::is_regular_file(folder / base / "image.png", ignored) &&
                          fs::is_regular_file(folder / base / "prompt.png", ignored) &&
                          fs::is_regular_file(folder / base / "intrinsics.json", ignored);
    if (!is_frame) continue;
    FrameRecord frame{.name = name,
                      .image = base / "image.png",
                      .depth = base / "prompt.png",
                      .camera = base / "intrinsics.json",
                      .number = number,
                      .time_s = static_cast<double>(number) / kSceneFramesPerSecond};
    if (fs::is_regular_file(folder / base / "depth.npy", ignored)) frame.truth = base / "depth.npy";
    add_scene_camera(frame, folder);
    recording.frames.push_back(std::move(frame));
  }
  return recording.frames.empty() ? std::nullopt : std::optional(std::move(recording));
}

}  // namespace promptdepth
