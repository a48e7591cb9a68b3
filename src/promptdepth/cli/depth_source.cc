#include "promptdepth/cli/depth_source.h"

#include <array>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/listing.h"
#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/predict_job.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/prompt/clean.h"

namespace promptdepth {

DepthSource::DepthSource(const DepthSourceOptions& options) : options_(options) {
  if (options_.depth == "predicted") {
    estimator_ = Estimator::from_weights(*open_model_argument(options_.model), options_.estimator);
  } else if (options_.depth != "prompt" && options_.depth != "truth" &&
             !std::filesystem::is_directory(options_.depth)) {
    fail(ErrorKind::kInvalidArgument,
         "expected --depth predicted, prompt, truth or a folder of depth maps, found '{}'",
         options_.depth);
  }
}

DepthMap DepthSource::depth_of(const Frame& frame) const {
  if (options_.depth == "prompt") return trusted_prompt_of(frame);
  DepthMap depth = estimator_ ? predict(frame) : stored_depth_of(frame);
  const bool limited = options_.min_confidence && !frame.confidence.empty();
  return limited ? apply_confidence(std::move(depth), frame.confidence, *options_.min_confidence)
                 : depth;
}

DepthMap DepthSource::stored_depth_of(const Frame& frame) const {
  if (options_.depth == "truth") {
    if (frame.depth.empty()) {
      fail(ErrorKind::kInvalidData, "expected a true depth of '{}', found none", frame.name);
    }
    return clean_depth(frame.depth);
  }
  const auto file = find_file(options_.depth, frame.name, depth_endings());
  if (!file) {
    fail(ErrorKind::kIo, "expected a depth map '{}' in '{}', found none", frame.name,
         options_.depth);
  }
  return clean_depth(read_depth(*file));
}

DepthMap DepthSource::trusted_prompt_of(const Frame& frame) const {
  if (frame.prompt.empty()) {
    fail(ErrorKind::kInvalidData, "expected a measured depth of '{}', found none", frame.name);
  }
  DepthMap prompt = clean_depth(frame.prompt);
  if (frame.confidence.empty()) return prompt;
  return apply_confidence(std::move(prompt), frame.confidence,
                          options_.min_confidence.value_or(kDefaultMinConfidence));
}

/// The network sees the picture upright.
DepthMap DepthSource::predict(const Frame& frame) const {
  const DepthMap depth =
      estimator_->estimate(apply_orientation(frame.image, frame.upright),
                           apply_orientation(trusted_prompt_of(frame), frame.upright));
  return apply_orientation(depth, inverse(frame.upright));
}

}  // namespace promptdepth
