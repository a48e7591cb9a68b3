#include "promptdepth/capture/inspection.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {
namespace {

/// Depths that are kept of a frame for the percentiles.
constexpr std::size_t kDepthsPerFrame = 500;

double percentile(std::vector<float>& values, double share) {
  const auto last = static_cast<double>(values.size() - 1);
  const auto at = values.begin() + std::lround(share * last);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Adds up what the frames say, one after the other.
class Tally {
 public:
  void add(const Frame& frame) {
    ++frames_;
    add_depth(frame);
    add_pose(frame);
    if (frame.time_s) times_s_.push_back(*frame.time_s);
    pose_check_.add(frame);
  }

  void finish(std::size_t step, Inspection& inspection) {
    inspection.looked_at = frames_;
    inspection.valid_share = ratio(valid_, pixels_);
    if (has_confidence_) inspection.confident_share = ratio(confident_, valid_);
    inspection.posed_share = ratio(posed_, frames_);
    inspection.path_m = path_m_;
    inspection.pose_check = pose_check_.result();
    if (!depths_m_.empty()) {
      inspection.near_m = percentile(depths_m_, 0.02);
      inspection.median_m = percentile(depths_m_, 0.5);
      inspection.far_m = percentile(depths_m_, 0.98);
    }
    finish_times(step, inspection);
  }

 private:
  static double ratio(std::size_t part, std::size_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
  }

  void add_depth(const Frame& frame) {
    const std::size_t valid = count_valid(frame.prompt);
    pixels_ += frame.prompt.pixel_count();
    valid_ += valid;
    if (!frame.confidence.empty()) {
      has_confidence_ = true;
      confident_ += count_valid(apply_confidence(frame.prompt, frame.confidence, 2));
    }
    const std::size_t step = std::max<std::size_t>(1, valid / kDepthsPerFrame);
    std::size_t seen = 0;
    for (const float z : frame.prompt.values) {
      if (z > 0 && seen++ % step == 0) depths_m_.push_back(z);
    }
  }

  void add_pose(const Frame& frame) {
    if (!frame.world_from_camera) return;
    const Eigen::Vector3d position_m = frame.world_from_camera->translation();
    if (posed_ > 0) path_m_ += (position_m - last_position_m_).norm();
    last_position_m_ = position_m;
    ++posed_;
  }

  /// The rate from the median step in time, which a gap does not change.
  void finish_times(std::size_t step, Inspection& inspection) const {
    if (times_s_.size() < 2) return;
    std::vector<double> steps_s;
    for (std::size_t i = 1; i < times_s_.size(); ++i) {
      steps_s.push_back(times_s_[i] - times_s_[i - 1]);
    }
    const auto middle = steps_s.begin() + static_cast<std::ptrdiff_t>(steps_s.size() / 2);
    std::nth_element(steps_s.begin(), middle, steps_s.end());
    if (*middle > 0) inspection.rate_hz = static_cast<double>(step) / *middle;
    inspection.duration_s = times_s_.back() - times_s_.front();
  }

  std::size_t frames_ = 0;
  std::size_t pixels_ = 0;
  std::size_t valid_ = 0;
  std::size_t confident_ = 0;
  std::size_t posed_ = 0;
  bool has_confidence_ = false;
  double path_m_ = 0;
  Eigen::Vector3d last_position_m_ = Eigen::Vector3d::Zero();
  std::vector<float> depths_m_;
  std::vector<double> times_s_;
  PoseCheck pose_check_;
};

/// What one frame with its picture tells of all.
void look_at_first(const Capture& capture, Inspection& inspection) {
  const auto stream = capture.stream({});
  const auto frame = stream->next();
  if (!frame) {
    fail(ErrorKind::kInvalidData, "expected frames that can be read, found none of {}: {}",
         capture.size(), stream->problems().empty() ? "" : stream->problems().front());
  }
  inspection.picture_width = frame->image.width;
  inspection.picture_height = frame->image.height;
  inspection.prompt_width = frame->prompt.width;
  inspection.prompt_height = frame->prompt.height;
  inspection.upright = frame->upright;
  inspection.intrinsics = frame->intrinsics;
}

}  // namespace

Inspection inspect_capture(const Capture& capture, std::size_t most_frames,
                           const ProgressCallback& progress) {
  PD_CHECK(most_frames > 0);
  Inspection inspection{.format = std::string(capture.format()), .frames = capture.size()};
  look_at_first(capture, inspection);
  const std::size_t step =
      std::max<std::size_t>(1, (capture.size() + most_frames - 1) / most_frames);
  const auto total = static_cast<std::int64_t>((capture.size() + step - 1) / step);
  const auto stream = capture.stream({.step = step}, FrameParts::kWithoutImage);
  Tally tally;
  std::int64_t done = 0;
  while (const auto frame = stream->next()) {
    tally.add(*frame);
    if (progress) progress(++done, total, frame->name);
  }
  tally.finish(step, inspection);
  inspection.problems = capture.problems();
  const auto skipped = stream->problems();
  inspection.problems.insert(inspection.problems.end(), skipped.begin(), skipped.end());
  return inspection;
}

}  // namespace promptdepth
