#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

#include "promptdepth/fusion/posed_depth.h"
#include "promptdepth/geometry/mesh.h"

namespace promptdepth {

/// What moves in a recording, shown frame by frame beside what stands still (spec 8.3): a folder
/// with one coloured point cloud per frame in the world's frame (NAME.ply), `frames.json` with
/// their names, times and camera poses, and `scene.glb`, an animation of all of them in the static
/// mesh. Files of an earlier run are written over; what frames.json does not name is not part of
/// it.
class MovingClouds {
 public:
  /// Makes the folder. The animation holds at most `most_animated_points`, evenly thinned, of about
  /// `expected_frames` frames; the PLY files hold all. Throws Error(kIo).
  MovingClouds(std::filesystem::path folder, std::size_t expected_frames,
               std::size_t most_animated_points = 2'000'000);

  /// Writes the cloud of a view that holds only what moves; `time_s` since any start.
  void add(const PosedDepth& moving, std::optional<double> time_s);

  /// Writes frames.json and the animation, in which the mesh stands still.
  void finish(const Mesh& still) const;

  std::size_t point_count() const { return point_count_; }

 private:
  struct Entry {
    std::string name;
    std::optional<double> time_s;
    Eigen::Isometry3d world_from_camera;
    std::size_t points = 0;
    PointCloud thinned;

    std::string file() const;
  };

  /// When each entry is shown, from 0; one more than there are entries. Recorded times where all
  /// have one and they grow, 30 a second otherwise.
  std::vector<double> times_s() const;

  std::filesystem::path folder_;
  std::size_t most_points_per_frame_;
  std::size_t point_count_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace promptdepth
