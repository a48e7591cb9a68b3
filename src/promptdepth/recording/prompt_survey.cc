#include "promptdepth/recording/prompt_survey.h"

#include <algorithm>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/recording/prompt_ranges.h"

namespace promptdepth {
namespace {

/// Depths of one frame out of this many spread over a recording make its colours.
constexpr std::size_t kColorSamples = 200'000;
constexpr double kUsualRate = 30;

/// The values in the middle, by size.
double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The rate that the frames' times tell.
double rate_of(const std::vector<double>& times_s, double otherwise) {
  std::vector<double> steps_s;
  for (std::size_t i = 1; i < times_s.size(); ++i) {
    if (times_s[i] > times_s[i - 1]) steps_s.push_back(times_s[i] - times_s[i - 1]);
  }
  return steps_s.empty() ? otherwise : 1.0 / median(std::move(steps_s));
}

/// A sample of depths whose size does not grow with the recording: where it is full, every second
/// one is dropped, and of what follows only every second as many are taken.
class DepthSample {
 public:
  void add(const DepthMap& depth) {
    for (const float value : depth.values) {
      if (value <= 0.0F || seen_++ % stride_ != 0) continue;
      values_.push_back(value);
      if (values_.size() >= kColorSamples) thin();
    }
  }

  DepthRange range() const {
    DepthMap map;
    map.width = static_cast<int>(values_.size());
    map.height = 1;
    map.values = values_;
    return percentile_range(map);
  }

 private:
  void thin() {
    for (std::size_t i = 0; i < values_.size() / 2; ++i) values_[i] = values_[2 * i];
    values_.resize(values_.size() / 2);
    stride_ *= 2;
  }

  std::vector<float> values_;
  std::size_t seen_ = 0;
  std::size_t stride_ = 31;  ///< Not a divisor of a row, so that all columns come in.
};

}  // namespace

DepthMap trusted_prompt(const Frame& frame, float min_confidence, const CleanOptions& clean) {
  DepthMap prompt = clean_depth(frame.prompt, clean);
  if (frame.confidence.empty()) return prompt;
  return apply_confidence(std::move(prompt), frame.confidence, min_confidence);
}

PromptSurvey survey_prompts(const Capture& capture, const SurveyOptions& options,
                            const ProgressCallback& progress) {
  PromptSurvey survey;
  std::vector<std::string> names;
  std::vector<PromptRange> ranges;
  std::vector<double> times_s;
  DepthSample sample;
  const auto stream = capture.stream(options.frames, FrameParts::kWithoutImage);
  const auto total = static_cast<std::int64_t>(capture.size());
  while (const std::optional<Frame> frame = stream->next()) {
    const DepthMap prompt = trusted_prompt(*frame, options.min_confidence, options.prompt.clean);
    if (progress)
      progress(static_cast<std::int64_t>(names.size()), total, "looking at the prompts");
    if (count_valid(prompt) == 0) continue;
    names.push_back(frame->name);
    ranges.push_back(
        measure_range(prompt, options.prompt.low_quantile, options.prompt.high_quantile));
    if (frame->time_s) times_s.push_back(*frame->time_s);
    survey.has_poses = survey.has_poses && frame->world_from_camera && frame->intrinsics;
    sample.add(prompt);
  }
  if (names.empty()) {
    fail(ErrorKind::kInvalidData,
         "expected frames with measured depth in the recording, found none in its {} frames",
         capture.size());
  }
  const std::vector<PromptRange> smooth = smooth_ranges(ranges, options.range_sigma_frames);
  for (std::size_t i = 0; i < names.size(); ++i) survey.ranges.emplace(names[i], smooth[i]);
  survey.colors = sample.range();
  survey.frames_per_second =
      rate_of(times_s, kUsualRate / static_cast<double>(options.frames.step));
  return survey;
}

}  // namespace promptdepth
