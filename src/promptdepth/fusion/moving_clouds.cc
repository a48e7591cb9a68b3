#include "promptdepth/fusion/moving_clouds.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "promptdepth/base/files.h"
#include "promptdepth/geometry/glb.h"
#include "promptdepth/geometry/point_cloud.h"

namespace promptdepth {
namespace {

using Json = nlohmann::json;

constexpr double kFrame_s = 1.0 / 30;

PointCloud cloud_in_world(const PosedDepth& view) {
  PointCloud cloud = view.color.empty() ? unproject(view.depth, view.intrinsics)
                                        : unproject(view.depth, view.color, view.intrinsics);
  for (Vec3f& point : cloud.positions_m) {
    point = (view.world_from_camera * point.cast<double>()).cast<float>();
  }
  return cloud;
}

/// At most `count` points, evenly taken.
PointCloud thin(const PointCloud& cloud, std::size_t count) {
  const std::size_t step = (cloud.positions_m.size() + count - 1) / count;
  PointCloud thinned;
  for (std::size_t i = 0; i < cloud.positions_m.size(); i += step) {
    thinned.positions_m.push_back(cloud.positions_m[i]);
    if (!cloud.colors.empty()) thinned.colors.push_back(cloud.colors[i]);
  }
  return thinned;
}

Json rows_of(const Eigen::Isometry3d& pose) {
  Json rows = Json::array();
  for (int row = 0; row < 4; ++row) {
    Json numbers = Json::array();
    for (int column = 0; column < 4; ++column) numbers.push_back(pose.matrix()(row, column));
    rows.push_back(numbers);
  }
  return rows;
}

}  // namespace

MovingClouds::MovingClouds(std::filesystem::path folder, std::size_t expected_frames,
                           std::size_t most_animated_points)
    : folder_(std::move(folder)),
      most_points_per_frame_(std::max<std::size_t>(
          1, most_animated_points / std::max<std::size_t>(1, expected_frames))) {
  make_folders(folder_);
}

std::string MovingClouds::Entry::file() const {
  std::string safe = name;
  std::replace(safe.begin(), safe.end(), '/', '_');  // Of no other folder.
  return safe + ".ply";
}

void MovingClouds::add(const PosedDepth& moving, std::optional<double> time_s) {
  const PointCloud cloud = cloud_in_world(moving);
  point_count_ += cloud.positions_m.size();
  entries_.push_back({.name = moving.name,
                      .time_s = time_s,
                      .world_from_camera = moving.world_from_camera,
                      .points = cloud.positions_m.size(),
                      .thinned = thin(cloud, most_points_per_frame_)});
  write_ply(folder_ / entries_.back().file(), cloud);
}

std::vector<double> MovingClouds::times_s() const {
  bool recorded = true;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    recorded =
        recorded && entries_[i].time_s && (i == 0 || *entries_[i].time_s > *entries_[i - 1].time_s);
  }
  std::vector<double> times;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    times.push_back(recorded ? *entries_[i].time_s - *entries_[0].time_s
                             : kFrame_s * static_cast<double>(i));
  }
  times.push_back(times.empty() ? 0.0 : times.back() + kFrame_s);
  return times;
}

void MovingClouds::finish(const Mesh& still) const {
  const std::vector<double> times = times_s();
  Json frames = Json::array();
  GlbBuilder animation;
  bool anything = !still.vertices.positions_m.empty();
  if (anything) animation.add_node(animation.add_mesh(still));
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    frames.push_back(Json{{"name", entry.name},
                          {"file", entry.file()},
                          {"points", entry.points},
                          {"world_from_camera", rows_of(entry.world_from_camera)}});
    if (entry.time_s) frames.back()["time_s"] = *entry.time_s;
    if (entry.points == 0) continue;
    anything = true;
    animation.add_timed_node(animation.add_mesh({.vertices = entry.thinned, .triangles = {}}),
                             times[i], times[i + 1]);
  }
  write_file_atomically(folder_ / "frames.json", std::string_view(frames.dump(1) + "\n"));
  if (anything) write_file_atomically(folder_ / "scene.glb", animation.encode());
}

}  // namespace promptdepth
