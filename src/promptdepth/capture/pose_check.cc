#include "promptdepth/capture/pose_check.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

using Eigen::Isometry3d;
using Eigen::Vector3d;

constexpr std::size_t kKeptFrames = 12;
constexpr std::size_t kMostPairs = 20'000;
constexpr std::size_t kPointsPerFrame = 1500;
constexpr std::size_t kLeastPoints = 50;  ///< That meet a measured pixel in a pair.
constexpr double kLeastOverlap = 0.3;     ///< Share of the points inside the other picture.

// Frames closer than this tell little of their poses.
constexpr double kLeastWay_m = 0.08;
constexpr double kLeastTurn_rad = 0.08;

// Measured on phones: right poses leave 0.3 to 1.5 % of the depth, wrong axes 3 % and more.
constexpr double kAgreeShare = 0.02;
constexpr double kDoubtfulShare = 0.04;
constexpr double kMuchBetter = 0.5;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// camera_b_from_camera_a under a reading.
Isometry3d relative_pose(const Isometry3d& a, const Isometry3d& b, PoseReading reading) {
  const bool inverse = reading == PoseReading::kInverse || reading == PoseReading::kInverseOfOpenGl;
  const bool opengl = reading == PoseReading::kOpenGl || reading == PoseReading::kInverseOfOpenGl;
  Isometry3d b_from_a = inverse ? b * a.inverse() : b.inverse() * a;
  if (!opengl) return b_from_a;
  const Isometry3d flip(Eigen::DiagonalMatrix<double, 3>(1, -1, -1).toDenseMatrix());
  return flip * b_from_a * flip;
}

bool is_elsewhere(const Isometry3d& a, const Isometry3d& b) {
  const Isometry3d b_from_a = b.inverse() * a;
  return b_from_a.translation().norm() >= kLeastWay_m ||
         Eigen::AngleAxisd(b_from_a.linear()).angle() >= kLeastTurn_rad;
}

DepthMap trusted(const Frame& frame) {
  constexpr float kHigh = 2;
  if (frame.confidence.empty()) return frame.prompt;
  return apply_confidence(frame.prompt, frame.confidence, kHigh);
}

/// Measured pixels, evenly spread over their order.
std::vector<Vector3d> sample_points(const DepthMap& depth, const Intrinsics& k) {
  const std::size_t count = count_valid(depth);
  const std::size_t step = std::max<std::size_t>(1, count / kPointsPerFrame);
  std::vector<Vector3d> points;
  std::size_t seen = 0;
  for (int y = 0; y < depth.height; ++y) {
    for (int x = 0; x < depth.width; ++x) {
      const double z = depth.at(x, y);
      if (z == 0 || seen++ % step != 0) continue;
      points.emplace_back(z * (x - k.cx) / k.fx, z * (y - k.cy) / k.fy, z);
    }
  }
  return points;
}

/// Where points come to lie in another frame, and how far from what was measured there.
struct Misses {
  std::size_t inside = 0;
  std::vector<double> metres;
  std::vector<double> shares;
};

Misses misses_of(const std::vector<Vector3d>& points, const Isometry3d& to_from_from,
                 const DepthMap& depth, const Intrinsics& k) {
  Misses misses;
  for (const Vector3d& point : points) {
    const Vector3d p = to_from_from * point;
    if (p.z() <= 0) continue;
    const double x = std::round(k.fx * p.x() / p.z() + k.cx);
    const double y = std::round(k.fy * p.y() / p.z() + k.cy);
    if (!(x >= 0 && x < depth.width && y >= 0 && y < depth.height)) continue;
    ++misses.inside;
    const double measured = depth.at(static_cast<int>(x), static_cast<int>(y));
    if (measured == 0) continue;
    misses.metres.push_back(std::abs(p.z() - measured));
    misses.shares.push_back(misses.metres.back() / measured);
  }
  return misses;
}

}  // namespace

void PoseCheck::add(const Frame& frame) {
  if (!frame.world_from_camera || !frame.intrinsics || frame.prompt.empty()) return;
  if (!kept_.empty() && !is_elsewhere(kept_.back().world_from_camera, *frame.world_from_camera)) {
    return;
  }
  View view{
      .depth = trusted(frame),
      .intrinsics = scale_intrinsics(*frame.intrinsics, frame.prompt.width, frame.prompt.height),
      .world_from_camera = *frame.world_from_camera};
  view.points_in_camera = sample_points(view.depth, view.intrinsics);
  for (const View& other : kept_) {
    compare(other, view);
    compare(view, other);
  }
  kept_.push_back(std::move(view));
  if (kept_.size() > kKeptFrames) kept_.pop_front();
}

void PoseCheck::compare(const View& from, const View& to) {
  for (std::size_t i = 0; i < kReadings; ++i) {
    if (medians_m_[i].size() >= kMostPairs) continue;
    const Isometry3d to_from_from =
        relative_pose(from.world_from_camera, to.world_from_camera, static_cast<PoseReading>(i));
    Misses misses = misses_of(from.points_in_camera, to_from_from, to.depth, to.intrinsics);
    const double overlap =
        static_cast<double>(misses.inside) /
        static_cast<double>(std::max<std::size_t>(1, from.points_in_camera.size()));
    if (overlap < kLeastOverlap || misses.metres.size() < kLeastPoints) continue;
    medians_m_[i].push_back(median(std::move(misses.metres)));
    medians_share_[i].push_back(median(std::move(misses.shares)));
  }
}

PoseCheckResult PoseCheck::result() const {
  const auto disagreement = [&](std::size_t reading) {
    return DepthDisagreement{.median_m = median(medians_m_[reading]),
                             .median_share = median(medians_share_[reading]),
                             .pairs = medians_m_[reading].size()};
  };
  PoseCheckResult result;
  if (medians_m_[0].empty()) return result;
  result.disagreement = disagreement(0);
  const double share = result.disagreement.median_share;
  result.verdict = share <= kAgreeShare      ? PoseVerdict::kAgree
                   : share <= kDoubtfulShare ? PoseVerdict::kDoubtful
                                             : PoseVerdict::kDisagree;
  double best = share * kMuchBetter;
  for (std::size_t i = 1; i < kReadings; ++i) {
    if (2 * medians_m_[i].size() < result.disagreement.pairs) continue;
    const DepthDisagreement other = disagreement(i);
    if (other.median_share >= best) continue;
    best = other.median_share;
    result.better_reading = static_cast<PoseReading>(i);
    result.better = other;
  }
  if (result.better_reading) result.verdict = PoseVerdict::kDisagree;
  return result;
}

}  // namespace promptdepth
