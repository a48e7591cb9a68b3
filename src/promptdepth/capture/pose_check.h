#pragma once

#include <Eigen/Geometry>
#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "promptdepth/capture/frame.h"

namespace promptdepth {

/// What a recording's poses might mean. Only the first is what Frame says.
enum class PoseReading {
  kAsRead,           ///< world_from_camera, y down, z forward.
  kOpenGl,           ///< The same with y up and z backward.
  kInverse,          ///< camera_from_world, y down, z forward.
  kInverseOfOpenGl,  ///< camera_from_world, y up and z backward.
};

/// How far the depths of overlapping frames disagree when one is projected into the other.
struct DepthDisagreement {
  double median_m = 0;      ///< Over pairs of frames, of the medians over a pair's points.
  double median_share = 0;  ///< The same of the disagreement over the depth.
  std::size_t pairs = 0;
};

enum class PoseVerdict {
  kNotKnown,  ///< No poses, cameras, or no frames that overlap from different places.
  kAgree,     ///< The depths agree: poses, intrinsics and depth fit together.
  kDoubtful,  ///< They agree roughly.
  kDisagree,  ///< Something does not fit together.
};

struct PoseCheckResult {
  PoseVerdict verdict = PoseVerdict::kNotKnown;
  DepthDisagreement disagreement = {};
  /// A reading under which the depths agree much better.
  std::optional<PoseReading> better_reading = std::nullopt;
  DepthDisagreement better = {};
};

/// Checks a recording's poses against its own depth: points of a frame, carried into another frame
/// by the two poses, should meet the surface that was measured there. Wrong axes, an inverse pose,
/// a wrong unit or wrong intrinsics make them miss. Frames are given in the recording's order; a
/// few are kept.
class PoseCheck {
 public:
  void add(const Frame& frame);

  PoseCheckResult result() const;

 private:
  static constexpr std::size_t kReadings = 4;

  /// A frame's points, and what it takes to look one up in it.
  struct View {
    DepthMap depth = {};  ///< What can be trusted of the prompt.
    Intrinsics intrinsics = {};
    Eigen::Isometry3d world_from_camera = Eigen::Isometry3d::Identity();
    std::vector<Eigen::Vector3d> points_in_camera = {};
  };

  void compare(const View& from, const View& to);

  std::deque<View> kept_;
  /// Per pair of frames and reading: metres and share of the depth.
  std::array<std::vector<double>, kReadings> medians_m_;
  std::array<std::vector<double>, kReadings> medians_share_;
};

}  // namespace promptdepth
