#include "promptdepth/capture/scannetpp.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/capture/depth_stream.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/capture/scannetpp_cameras.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostListBytes = std::size_t{1} << 24;
constexpr std::string_view kFramePrefix = "frame_";

struct Place {
  std::size_t scene = 0;
  std::string stem;  ///< "frame_000123"
};

/// A scene's files; what is costly to open is opened when it is first asked for.
struct Scene {
  std::string id;
  fs::path folder;
  std::set<std::string> stems;

  std::mutex mutex = {};
  std::unique_ptr<DepthStream> stream = {};
  std::optional<std::map<std::string, ScanNetPPCamera>> cameras = {};
};

std::vector<std::string> scenes_of_split(const fs::path& root, std::string_view split) {
  std::istringstream lines(
      read_text_file(root / "splits" / (std::string(split) + ".txt"), kMostListBytes));
  std::vector<std::string> scenes;
  for (std::string scene; lines >> scene;) scenes.push_back(scene);
  return scenes;
}

class ScanNetPP : public DataSet {
 public:
  ScanNetPP(const fs::path& root, std::string_view split) : data_(root / "data") {
    require_folder(data_, "ScanNet++");
    for (const std::string& scene : listed_scenes(root, split)) {
      std::error_code error;
      if (!fs::is_directory(data_ / scene, error)) {
        ++absent_count_;
        continue;
      }
      list_scene(scene);
    }
    if (absent_count_ > 0) {
      add_problem(fmt::format("{} scenes of the split '{}' are not in '{}'", absent_count_, split,
                              data_.string()));
    }
    if (places_.empty()) {
      fail(ErrorKind::kInvalidData,
           "expected frames of ScanNet++ in '{}' (SCENE/iphone/rgb/frame_*.jpg with "
           "SCENE/iphone/render_depth/frame_*.png), found none",
           data_.string());
    }
  }

  std::size_t size() const override { return places_.size(); }

  std::string frame_name(std::size_t index) const override {
    const Place& place = places_.at(index);
    return scenes_[place.scene]->id + '/' + place.stem;
  }

  Frame read(std::size_t index) const override {
    const Place& place = places_.at(index);
    Scene& scene = *scenes_[place.scene];
    Frame frame{.name = frame_name(index)};
    frame.image = read_image(*find_image(scene.folder, place.stem), {.apply_exif = false}).image;
    frame.depth = read_if_there(frame.image, scene.folder / "render_depth", place.stem);
    frame.pseudo_depth = read_if_there(frame.image, scene.folder / "zipnerf_depth", place.stem);
    require_some_depth(frame);
    if (frame.depth.empty()) frame.depth = DepthMap(frame.image.width, frame.image.height);
    frame.prompt = clean_depth(device_depth(scene, place.stem));
    require_same_view(frame.prompt, frame.image, "the device's depth of " + frame.name);
    add_camera(scene, place.stem, frame);
    return frame;
  }

 private:
  std::vector<std::string> listed_scenes(const fs::path& root, std::string_view split) {
    std::error_code error;
    const fs::path list = root / "splits" / (std::string(split) + ".txt");
    if (fs::is_regular_file(list, error)) return scenes_of_split(root, split);
    add_problem(fmt::format("no '{}': all scenes are used", list.string()));
    return folders_in(data_);
  }

  void list_scene(const std::string& id) {
    const fs::path folder = data_ / id / "iphone";
    const auto image_folder = first_folder(folder, {"rgb"});
    if (!image_folder) {
      add_problem(
          fmt::format("no folder '{}' (the toolkit's prepare_iphone_data extracts it from "
                      "the video)",
                      (folder / "rgb").string()));
      return;
    }
    std::set<std::string> with_depth;
    for (const char* name : {"render_depth", "zipnerf_depth"}) {
      const auto depth_folder = first_folder(folder, {name});
      if (!depth_folder) continue;
      for (const std::string& file : files_in(*depth_folder)) {
        if (file.ends_with(".png")) with_depth.insert(file.substr(0, file.size() - 4));
      }
    }
    auto scene = std::make_unique<Scene>();
    scene->id = id;
    scene->folder = folder;
    for (const std::string& stem : with_depth) {
      if (find_image(folder, stem)) {
        scene->stems.insert(stem);
      } else {
        add_problem(fmt::format("no picture for the depth of frame '{}/{}'", id, stem));
      }
    }
    if (scene->stems.empty()) {
      add_problem(fmt::format("no pictures with depth (render_depth, zipnerf_depth) in '{}'",
                              folder.string()));
      return;
    }
    for (const std::string& stem : scene->stems) {
      places_.push_back({.scene = scenes_.size(), .stem = stem});
    }
    scenes_.push_back(std::move(scene));
  }

  static std::optional<fs::path> find_image(const fs::path& folder, const std::string& stem) {
    return find_file(folder / "rgb", stem, {".jpg", ".png"});
  }

  static DepthMap read_if_there(const Image& image, const fs::path& folder,
                                const std::string& stem) {
    const auto path = find_file(folder, stem, {".png"});
    return path ? read_depth_of(image, *path) : DepthMap{};
  }

  static DepthMap device_depth(Scene& scene, const std::string& stem) {
    if (const auto path = find_file(scene.folder / "depth", stem, {".png"})) {
      return read_depth(*path);
    }
    std::int64_t number = -1;
    std::from_chars(stem.data() + std::min(kFramePrefix.size(), stem.size()),
                    stem.data() + stem.size(), number);
    DepthStream* stream = nullptr;
    {
      const std::lock_guard lock(scene.mutex);
      if (!scene.stream) scene.stream = DepthStream::open(scene.folder / "depth.bin");
      stream = scene.stream.get();
    }
    return stream->read(number);
  }

  static void add_camera(Scene& scene, const std::string& stem, Frame& frame) {
    const std::lock_guard lock(scene.mutex);
    if (!scene.cameras) {
      scene.cameras = read_scannetpp_cameras(
          scene.folder / "pose_intrinsic_imu.json",
          [&](const std::string& name) { return scene.stems.contains(name); });
    }
    const auto found = scene.cameras->find(stem);
    if (found == scene.cameras->end()) return;
    frame.intrinsics = found->second.intrinsics;
    if (frame.intrinsics) {
      frame.intrinsics->width = frame.image.width;
      frame.intrinsics->height = frame.image.height;
    }
    frame.world_from_camera = found->second.world_from_camera;
    frame.time_s = found->second.time_s;
  }

  fs::path data_;
  std::vector<std::unique_ptr<Scene>> scenes_;
  std::vector<Place> places_;
  std::size_t absent_count_ = 0;
};

}  // namespace

std::unique_ptr<DataSet> open_scannetpp(const fs::path& root, std::string_view split) {
  return std::make_unique<ScanNetPP>(root, split);
}

}  // namespace promptdepth
