#include "promptdepth/recording/depth_recording.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <thread>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "promptdepth/base/bounded_queue.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/recording/depth_video.h"
#include "promptdepth/recording/prompt_survey.h"
#include "promptdepth/recording/volume_prompts.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, Temporal> kTemporals[] = {{"off", Temporal::kOff},
                                                                {"range", Temporal::kRange},
                                                                {"motion", Temporal::kMotion},
                                                                {"volume", Temporal::kVolume}};

/// Frames that wait between two stages.
constexpr std::size_t kQueued = 2;

nlohmann::json settings_of(const Capture& capture, const Estimator& estimator,
                           const DepthRecordingOptions& options) {
  const EstimatorOptions& network = estimator.options();
  return {{"recording", capture.format()},
          {"frames", capture.size()},
          {"model", options.model},
          {"device", estimator.device_name()},
          {"max_size_px", network.max_size_px},
          {"range_quantiles", {network.prompt.low_quantile, network.prompt.high_quantile}},
          {"fill_neighbours", network.prompt.fill.neighbours},
          {"fill_sigma", network.prompt.fill.rgb_sigma},
          {"format", options.format},
          {"min_confidence", options.min_confidence},
          {"temporal", name_of(options.temporal)},
          {"range_sigma_frames", options.range_sigma_frames},
          {"motion_frames", options.motion.frames},
          {"motion_tolerance", options.motion.tolerance},
          {"volume_voxel_m", options.volume.voxel_size_m},
          {"volume_truncation_m", options.volume.truncation_m},
          {"first", options.frames.first},
          {"last", std::min(options.frames.last, capture.size())},
          {"every", options.frames.step}};
}

/// Makes the folder, or finds that what it holds was made with the same settings.
void prepare_folder(const fs::path& folder, const nlohmann::json& settings, bool overwrite) {
  make_folders(folder / "depth");
  const fs::path file = folder / "settings.json";
  std::error_code error;
  if (overwrite) {
    fs::remove_all(folder / "depth", error);
    fs::remove(folder / "video.mp4", error);
    make_folders(folder / "depth");
  } else if (fs::exists(file, error)) {
    const auto before = nlohmann::json::parse(read_text_file(file), nullptr, false);
    for (const auto& [name, value] : settings.items()) {
      if (before.is_object() && before.contains(name) && before[name] == value) continue;
      fail(
          ErrorKind::kInvalidArgument,
          "'{}' holds depth of other settings: expected {} = {}, found {}; --overwrite starts anew",
          folder.string(), name, value.dump(),
          before.is_object() && before.contains(name) ? before[name].dump() : "none");
    }
    return;
  }
  write_file_atomically(file, settings.dump(1) + "\n");
}

void require_poses(const PromptSurvey& survey, Temporal temporal) {
  const bool needs_poses = temporal == Temporal::kMotion || temporal == Temporal::kVolume;
  if (needs_poses && !survey.has_poses) {
    fail(ErrorKind::kInvalidArgument,
         "expected a pose and intrinsics of every frame for --temporal {}, found frames without; "
         "--temporal range needs none",
         name_of(temporal));
  }
}

PosedDepth posed_prompt(const Frame& frame, DepthMap prompt) {
  const Intrinsics camera = scale_intrinsics(*frame.intrinsics, prompt.width, prompt.height);
  return {.name = frame.name,
          .depth = std::move(prompt),
          .intrinsics = camera,
          .world_from_camera = *frame.world_from_camera};
}

VolumePrompts fuse_prompts(const Capture& capture, const EstimatorOptions& network,
                           const DepthRecordingOptions& options, const ProgressCallback& progress) {
  VolumePrompts prompts(options.volume);
  const auto stream = capture.stream(options.frames, FrameParts::kWithoutImage);
  std::int64_t done = 0;
  while (const std::optional<Frame> frame = stream->next()) {
    if (progress) progress(done++, static_cast<std::int64_t>(capture.size()), "fusing the prompts");
    prompts.add(
        posed_prompt(*frame, trusted_prompt(*frame, options.min_confidence, network.prompt.clean)));
  }
  prompts.finish();
  return prompts;
}

/// Writes depth maps on a thread of its own.
class DepthWriter {
 public:
  DepthWriter() : thread_([this] { work(); }) {}
  DepthWriter(const DepthWriter&) = delete;
  DepthWriter& operator=(const DepthWriter&) = delete;
  ~DepthWriter() { stop(); }

  void write(fs::path path, DepthMap depth) {
    if (!queue_.push({std::move(path), std::move(depth)})) finish();
  }

  /// Waits until all is written. Throws what writing threw.
  void finish() {
    stop();
    if (error_) std::rethrow_exception(error_);
  }

 private:
  struct Task {
    fs::path path;
    DepthMap depth;
  };

  void stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }

  void work() {
    try {
      while (const std::optional<Task> task = queue_.pop()) write_depth(task->path, task->depth);
    } catch (...) {
      error_ = std::current_exception();
      queue_.close();
    }
  }

  BoundedQueue<Task> queue_{kQueued};
  std::exception_ptr error_;
  std::thread thread_;
};

/// Reads frames ahead on a thread of its own.
class FrameReader {
 public:
  FrameReader(const Capture& capture, const FrameRange& range)
      : stream_(capture.stream(range)), thread_([this] { work(); }) {}
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;
  ~FrameReader() {
    queue_.close();
    thread_.join();
  }

  std::optional<Frame> next() {
    std::optional<Frame> frame = queue_.pop();
    if (!frame && error_) std::rethrow_exception(error_);
    return frame;
  }

  /// After the last frame.
  std::vector<std::string> problems() const { return stream_->problems(); }

 private:
  void work() {
    try {
      std::optional<Frame> frame = stream_->next();
      while (frame && queue_.push(std::move(*frame))) frame = stream_->next();
    } catch (...) {
      error_ = std::current_exception();
    }
    queue_.close();
  }

  std::unique_ptr<FrameStream> stream_;
  BoundedQueue<Frame> queue_{kQueued};
  std::exception_ptr error_;
  std::thread thread_;
};

/// Predicts one frame after the other.
class FramePredictor {
 public:
  FramePredictor(const Estimator& estimator, const DepthRecordingOptions& options,
                 const PromptSurvey& survey, const std::optional<VolumePrompts>& volume)
      : estimator_(estimator),
        options_(options),
        survey_(survey),
        volume_(volume),
        filter_(options.motion) {}

  /// The frame's depth, as large as its picture. With kMotion the frames before must have come
  /// first; those that the filter looks at are enough.
  DepthMap predict(const Frame& frame) {
    DepthMap depth = estimate(frame);
    if (options_.temporal != Temporal::kMotion) return depth;
    const Intrinsics camera = scale_intrinsics(*frame.intrinsics, depth.width, depth.height);
    return filter_.filter({.depth = std::move(depth),
                           .intrinsics = camera,
                           .world_from_camera = *frame.world_from_camera});
  }

 private:
  DepthMap estimate(const Frame& frame) const {
    DepthMap prompt =
        trusted_prompt(frame, options_.min_confidence, estimator_.options().prompt.clean);
    if (volume_) prompt = volume_->seen_by(posed_prompt(frame, std::move(prompt)));
    std::optional<PromptRange> range;
    if (options_.temporal != Temporal::kOff) {
      const auto found = survey_.ranges.find(frame.name);
      if (found != survey_.ranges.end()) range = found->second;
    }
    const Estimate estimate = estimator_.estimate_with_details(
        apply_orientation(frame.image, frame.upright),
        apply_orientation(std::move(prompt), frame.upright), range);
    return apply_orientation(estimate.depth, inverse(frame.upright));
  }

  const Estimator& estimator_;
  const DepthRecordingOptions& options_;
  const PromptSurvey& survey_;
  const std::optional<VolumePrompts>& volume_;
  MotionFilter filter_;
};

/// Which frames a run has to predict: those without a depth map, and those before them that the
/// motion filter looks at.
class Plan {
 public:
  Plan(const Capture& capture, const DepthRecordingOptions& options, const fs::path& folder) {
    const std::size_t last = std::min(options.frames.last, capture.size());
    // Broken frames are passed over, so the filter may look back farther than its frames.
    const std::size_t reach = options.temporal == Temporal::kMotion
                                  ? 4 * static_cast<std::size_t>(options.motion.frames)
                                  : 0;
    std::deque<std::string> before;
    for (std::size_t i = options.frames.first; i < last; i += options.frames.step) {
      const std::string name = capture.frame_name(i);
      if (!fs::exists(depth_file(folder, name, options.format))) {
        missing_.insert(name);
        context_.insert(before.begin(), before.end());
      }
      before.push_back(name);
      if (before.size() > reach) before.pop_front();
    }
  }

  bool is_missing(const std::string& name) const { return missing_.contains(name); }
  bool is_context(const std::string& name) const { return context_.contains(name); }

 private:
  std::unordered_set<std::string> missing_;
  std::unordered_set<std::string> context_;
};

/// "12.3 frames/s", of the frames that this run has done.
class Rate {
 public:
  std::string after(std::size_t frames) const {
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    return fmt::format("{:.1f} frames/s", static_cast<double>(frames) / std::max(seconds, 1e-3));
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::size_t frames_in(const FrameRange& range, std::size_t size) {
  const std::size_t last = std::min(range.last, size);
  return range.first < last ? (last - range.first + range.step - 1) / range.step : 0;
}

/// Depth maps of all frames.
DepthRecordingSummary predict_frames(const Capture& capture, const DepthRecordingOptions& options,
                                     FramePredictor& predictor, const fs::path& folder,
                                     const ProgressCallback& progress) {
  DepthRecordingSummary summary;
  const auto total = static_cast<std::int64_t>(frames_in(options.frames, capture.size()));
  const Plan plan(capture, options, folder);
  FrameReader reader(capture, options.frames);
  DepthWriter writer;
  const Rate rate;
  while (const std::optional<Frame> frame = reader.next()) {
    try {
      const bool missing = plan.is_missing(frame->name);
      if (missing) {
        writer.write(depth_file(folder, frame->name, options.format), predictor.predict(*frame));
      } else if (plan.is_context(frame->name)) {
        predictor.predict(*frame);
      }
      summary.earlier += missing ? 0 : 1;
      ++summary.frames;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalidData) throw;
      summary.problems.push_back(fmt::format("frame {}: {}", frame->name, error.what()));
    }
    if (progress) {
      progress(static_cast<std::int64_t>(summary.frames + summary.problems.size()), total,
               rate.after(summary.frames - summary.earlier));
    }
  }
  writer.finish();
  for (const std::string& problem : reader.problems()) summary.problems.push_back(problem);
  return summary;
}

}  // namespace

Temporal temporal_from_name(std::string_view name) {
  for (const auto& [known, temporal] : kTemporals) {
    if (known == name) return temporal;
  }
  fail(ErrorKind::kInvalidArgument, "expected off, range, motion or volume, found '{}'", name);
}

std::string_view name_of(Temporal temporal) {
  const auto* entry = std::find_if(std::begin(kTemporals), std::end(kTemporals),
                                   [&](const auto& known) { return known.second == temporal; });
  return entry->first;
}

fs::path depth_file(const fs::path& folder, const std::string& frame, const std::string& format) {
  std::string flat = frame;
  std::replace(flat.begin(), flat.end(), '/', '_');
  return folder / "depth" / fmt::format("{}.{}", flat, format);
}

DepthRecordingSummary make_depth_recording(const Capture& capture, const Estimator& estimator,
                                           const DepthRecordingOptions& options,
                                           const fs::path& folder,
                                           const ProgressCallback& progress) {
  options.motion.validate();
  check_depth_ending("x." + options.format);
  const PromptSurvey survey = survey_prompts(capture,
                                             {.frames = options.frames,
                                              .min_confidence = options.min_confidence,
                                              .prompt = estimator.options().prompt,
                                              .range_sigma_frames = options.range_sigma_frames},
                                             progress);
  require_poses(survey, options.temporal);
  prepare_folder(folder, settings_of(capture, estimator, options), options.overwrite);

  std::optional<VolumePrompts> volume;
  if (options.temporal == Temporal::kVolume) {
    volume = fuse_prompts(capture, estimator.options(), options, progress);
  }
  FramePredictor predictor(estimator, options, survey, volume);
  DepthRecordingSummary summary = predict_frames(capture, options, predictor, folder, progress);
  if (options.video && summary.frames > 0) {
    write_depth_video(capture, options, survey, folder, progress, summary.problems);
  }
  return summary;
}

}  // namespace promptdepth
