#include "promptdepth/capture/hypersim.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/csv.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr double kUsualHalfFov = 0.5773502691896257;  // tan(30°)
constexpr double kGamma = 1 / 2.2;
constexpr double kPercentile = 0.9;
constexpr double kWantedBrightness = 0.8;
constexpr double kLeastBrightness = 1e-4;

constexpr std::string_view kColorEnding = ".color.hdf5";

/// A frame's place: "ai_001_001", "cam_00", "frame.0000".
struct Place {
  std::string scene;
  std::string camera;
  std::string frame;
};

std::optional<fs::path> find_table(const fs::path& root, const char* name) {
  for (const char* folder : {".", "evermotion_dataset/analysis", "contrib/mikeroberts3000"}) {
    std::error_code error;
    const fs::path path = (root / folder / name).lexically_normal();
    if (fs::is_regular_file(path, error)) return path;
  }
  return std::nullopt;
}

/// "scene/camera/number" of the public frames of a split; nothing when there is no table.
std::optional<std::set<std::string>> frames_of_split(const fs::path& root, std::string_view split) {
  const auto path = find_table(root, "metadata_images_split_scene_v1.csv");
  if (!path) return std::nullopt;
  const CsvTable table = CsvTable::read(*path);
  std::set<std::string> frames;
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    const std::string& open = table.text(row, "included_in_public_release");
    if (open != "True" && open != "true" && open != "1") continue;
    if (table.text(row, "split_partition_name") != split) continue;
    frames.insert(fmt::format("{}/{}/{}", table.text(row, "scene_name"),
                              table.text(row, "camera_name"),
                              static_cast<int>(table.number(row, "frame_id"))));
  }
  return frames;
}

std::map<std::string, HypersimCamera> read_cameras(const fs::path& root) {
  const auto path = find_table(root, "metadata_camera_parameters.csv");
  if (!path) return {};
  const CsvTable table = CsvTable::read(*path);
  std::map<std::string, HypersimCamera> cameras;
  for (std::size_t row = 0; row < table.row_count(); ++row) {
    HypersimCamera& camera = cameras[table.text(row, "scene_name")];
    for (std::size_t i = 0; i < camera.size(); ++i) {
      camera[i] = table.number(row, fmt::format("M_cam_from_uv_{}{}", i / 3, i % 3));
    }
  }
  return cameras;
}

class Hypersim : public DataSet {
 public:
  Hypersim(fs::path root, std::string_view split) : root_(std::move(root)) {
    require_folder(root_, "Hypersim");
    cameras_ = read_cameras(root_);
    if (cameras_.empty()) {
      add_problem(
          fmt::format("no metadata_camera_parameters.csv in '{}': all cameras are taken to "
                      "cover 60° without a shift",
                      root_.string()));
    }
    const auto wanted = frames_of_split(root_, split);
    if (!wanted) {
      add_problem(
          fmt::format("no metadata_images_split_scene_v1.csv in '{}': all frames are used, "
                      "those of other splits and of broken scenes too",
                      root_.string()));
    }
    for (const std::string& scene : folders_in(root_)) {
      if (scene.rfind("ai_", 0) == 0) list_scene(scene, wanted);
    }
    if (places_.empty()) {
      fail(ErrorKind::kInvalidData,
           "expected frames of Hypersim's split '{}' in '{}' "
           "(ai_*/images/scene_cam_*_final_hdf5/frame.*.color.hdf5), found none",
           split, root_.string());
    }
  }

  std::size_t size() const override { return places_.size(); }

  std::string frame_name(std::size_t index) const override {
    const Place& place = places_.at(index);
    return fmt::format("{}/{}/{}", place.scene, place.camera, place.frame);
  }

  Frame read(std::size_t index) const override {
    const Place& place = places_.at(index);
    const Hdf5Array linear = read_hdf5(file_of(place, "final", "color"));
    const Hdf5Array distance = read_hdf5(file_of(place, "geometry", "depth_meters"));
    require_shapes(place, linear, distance);
    Frame frame{.name = frame_name(index)};
    frame.image = read_image_of(place, linear);
    const HypersimCamera camera = camera_of(place, frame.image);
    frame.depth = planar_depth(distance, camera);
    require_some_depth(frame);
    frame.intrinsics = hypersim_intrinsics(camera, frame.image.width, frame.image.height);
    return frame;
  }

 private:
  void list_scene(const std::string& scene, const std::optional<std::set<std::string>>& wanted) {
    const fs::path images = root_ / scene / "images";
    std::error_code error;
    if (!fs::is_directory(images, error)) {
      add_problem(fmt::format("no folder '{}'", images.string()));
      return;
    }
    for (const std::string& folder : folders_in(images)) {
      // scene_cam_00_final_hdf5
      if (folder.rfind("scene_cam_", 0) != 0 || !folder.ends_with("_final_hdf5")) continue;
      const std::string camera = folder.substr(6, folder.find("_final") - 6);
      for (const std::string& file : files_in(images / folder)) {
        if (file.rfind("frame.", 0) != 0 || !file.ends_with(kColorEnding)) continue;
        const std::string frame = file.substr(0, file.size() - kColorEnding.size());
        const std::string number = std::to_string(std::atoi(frame.c_str() + 6));
        if (wanted && wanted->count(fmt::format("{}/{}/{}", scene, camera, number)) == 0) continue;
        places_.push_back({.scene = scene, .camera = camera, .frame = frame});
      }
    }
  }

  fs::path file_of(const Place& place, const char* folder, const char* what) const {
    return root_ / place.scene / "images" / fmt::format("scene_{}_{}_hdf5", place.camera, folder) /
           fmt::format("{}.{}.hdf5", place.frame, what);
  }

  void require_shapes(const Place& place, const Hdf5Array& linear,
                      const Hdf5Array& distance) const {
    const auto& color = linear.shape;
    if (color.size() != 3 || color[2] != 3) {
      fail(ErrorKind::kInvalidData, "expected height×width×3 values in '{}', found {}",
           file_of(place, "final", "color").string(), fmt::join(color, "×"));
    }
    if (distance.shape.size() != 2 || distance.shape[0] != color[0] ||
        distance.shape[1] != color[1]) {
      fail(ErrorKind::kInvalidData, "expected {}×{} values in '{}', found {}", color[0], color[1],
           file_of(place, "geometry", "depth_meters").string(), fmt::join(distance.shape, "×"));
    }
  }

  Image read_image_of(const Place& place, const Hdf5Array& linear) const {
    const fs::path path = file_of(place, "geometry", "render_entity_id");
    std::error_code error;
    if (!fs::exists(path, error)) return tone_map(linear, nullptr);
    const Hdf5Array entities = read_hdf5(path);
    if (entities.values.size() * 3 != linear.values.size()) {
      fail(ErrorKind::kInvalidData, "expected {}×{} values in '{}', found {}", linear.shape[0],
           linear.shape[1], path.string(), fmt::join(entities.shape, "×"));
    }
    return tone_map(linear, &entities);
  }

  HypersimCamera camera_of(const Place& place, const Image& image) const {
    const auto found = cameras_.find(place.scene);
    if (found != cameras_.end()) return found->second;
    if (cameras_.empty()) return usual_hypersim_camera(image.width, image.height);
    fail(ErrorKind::kInvalidData,
         "expected a camera for scene '{}' in metadata_camera_parameters.csv, found none",
         place.scene);
  }

  fs::path root_;
  std::map<std::string, HypersimCamera> cameras_;
  std::vector<Place> places_;
};

/// The value below which `share` of the values lie, between two linearly.
double percentile(std::vector<float>& values, double share) {
  const double rank = share * static_cast<double>(values.size() - 1);
  const auto below = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), below, values.end());
  if (below + 1 == values.end()) return *below;
  const float above = *std::min_element(below + 1, values.end());
  return *below + (rank - std::floor(rank)) * (above - *below);
}

float brightness(const float* rgb) { return 0.3F * rgb[0] + 0.59F * rgb[1] + 0.11F * rgb[2]; }

/// What linear colours are multiplied with before the gamma.
double exposure(const Hdf5Array& linear, const Hdf5Array* entities) {
  std::vector<float> values;
  for (std::size_t i = 0; i < linear.values.size() / 3; ++i) {
    if (entities != nullptr && entities->values[i] == -1) continue;
    const float value = brightness(linear.values.data() + 3 * i);
    if (std::isfinite(value)) values.push_back(value);
  }
  if (values.empty()) return 1;
  const double present = percentile(values, kPercentile);
  return present < kLeastBrightness ? 0 : std::pow(kWantedBrightness, 1 / kGamma) / present;
}

}  // namespace

std::unique_ptr<DataSet> open_hypersim(const fs::path& root, std::string_view split) {
  if (split != "train" && split != "val" && split != "test") {
    fail(ErrorKind::kInvalidArgument,
         "expected Hypersim's split \"train\", \"val\" or \"test\", found \"{}\"", split);
  }
  if (!has_hdf5()) {
    fail(ErrorKind::kUnsupported,
         "Hypersim in '{}' needs HDF5, which this build is without "
         "(install libhdf5-dev and build again)",
         root.string());
  }
  return std::make_unique<Hypersim>(root, split);
}

HypersimCamera usual_hypersim_camera(int width, int height) {
  return {kUsualHalfFov, 0, 0, 0, kUsualHalfFov * height / width, 0, 0, 0, -1};
}

DepthMap planar_depth(const Hdf5Array& distance_m, const HypersimCamera& camera) {
  PD_CHECK(distance_m.shape.size() == 2);
  DepthMap depth(static_cast<int>(distance_m.shape[1]), static_cast<int>(distance_m.shape[0]));
  depth.values = distance_m.values;
  for (int y = 0; y < depth.height; ++y) {
    const double v = 1 - (2 * y + 1.0) / depth.height;
    for (int x = 0; x < depth.width; ++x) {
      const double u = (2 * x + 1.0) / depth.width - 1;
      const double ray[] = {camera[0] * u + camera[1] * v + camera[2],
                            camera[3] * u + camera[4] * v + camera[5],
                            camera[6] * u + camera[7] * v + camera[8]};
      depth.at(x, y) *= static_cast<float>(std::abs(ray[2]) / std::hypot(ray[0], ray[1], ray[2]));
    }
  }
  return clean_depth(std::move(depth));
}

std::optional<Intrinsics> hypersim_intrinsics(const HypersimCamera& camera, int width, int height) {
  constexpr double kTilt = 1e-6;
  const double tilt = std::max(
      {std::abs(camera[1]), std::abs(camera[3]), std::abs(camera[6]), std::abs(camera[7])});
  if (tilt > kTilt || camera[0] <= 0 || camera[4] <= 0 || camera[8] >= 0) return std::nullopt;
  const double across = camera[0] / -camera[8];
  const double up = camera[4] / -camera[8];
  return Intrinsics{.fx = width / (2 * across),
                    .fy = height / (2 * up),
                    .cx = (width - 1) / 2.0 - width * (camera[2] / camera[0]) / 2,
                    .cy = (height - 1) / 2.0 + height * (camera[5] / camera[4]) / 2,
                    .width = width,
                    .height = height};
}

Image tone_map(const Hdf5Array& linear, const Hdf5Array* entities) {
  PD_CHECK(linear.shape.size() == 3 && linear.shape[2] == 3);
  const double scale = exposure(linear, entities);
  Image image(static_cast<int>(linear.shape[1]), static_cast<int>(linear.shape[0]));
  std::transform(linear.values.begin(), linear.values.end(), image.rgb.begin(), [&](float value) {
    if (!std::isfinite(value)) return value > 0 ? 1.0F : 0.0F;
    const double lit = std::pow(std::max(scale * value, 0.0), kGamma);
    return static_cast<float>(std::min(lit, 1.0));
  });
  return image;
}

}  // namespace promptdepth
