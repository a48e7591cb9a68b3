#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/capture/capture.h"
#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/options.h"
#include "promptdepth/cli/program.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/recording/depth_recording.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct RunArguments {
  fs::path capture;
  fs::path output;
  FrameArguments frames;
  std::string model = "default";
  int threads = 0;
  EstimatorOptions estimator;
  DepthRecordingOptions recording;
};

void run(RunArguments arguments) {
  if (arguments.threads > 0) set_thread_count(arguments.threads);
  arguments.recording.frames = arguments.frames.range();
  arguments.recording.model = arguments.model;
  const std::unique_ptr<Capture> capture = open_capture(arguments.capture);
  for (const std::string& problem : capture->problems()) log_warning("{}", problem);
  const Estimator estimator =
      Estimator::from_weights(*open_model_argument(arguments.model), arguments.estimator);
  ProgressBar progress("run");
  const DepthRecordingSummary summary = make_depth_recording(
      *capture, estimator, arguments.recording, arguments.output,
      [&progress](std::int64_t done, std::int64_t total, std::string_view detail) {
        progress.update(done, total, detail);
      });
  progress.clear();
  for (const std::string& problem : summary.problems) log_warning("{}", problem);
  fmt::print("{} frames of a recording by {} in '{}', {} of them done earlier\n", summary.frames,
             capture->format(), arguments.output.string(), summary.earlier);
  if (summary.frames == 0) set_exit_status(kExitFailed);
}

void add_prompt_options(CLI::App& verb, RunArguments& arguments) {
  const std::string group = "Frames";
  add_frame_options(verb, arguments.frames, group);
  verb.add_option("--min-confidence", arguments.recording.min_confidence,
                  "Measurements below this confidence count as holes (phones write 0, 1, 2)")
      ->capture_default_str()
      ->group(group);
}

void add_temporal_options(CLI::App& verb, RunArguments& arguments) {
  const std::string group = "Steadiness";
  verb.add_option_function<std::string>(
          "--temporal",
          [&arguments](const std::string& name) {
            arguments.recording.temporal = temporal_from_name(name);
          },
          "What keeps depth steady: off (as published), range (smoothed depth range), motion (and "
          "depth filtered along the camera's motion), volume (and prompts seen in the volume of "
          "all prompts); the last two need poses")
      ->default_str("range")
      ->group(group);
  verb.add_option("--range-sigma", arguments.recording.range_sigma_frames,
                  "Frames over which the depth range is smoothed (sigma of a Gaussian)")
      ->check(CLI::PositiveNumber.description(""))
      ->capture_default_str()
      ->group(group);
  verb.add_option("--motion-frames", arguments.recording.motion.frames,
                  "Earlier frames that the motion filter looks at")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--motion-tolerance", arguments.recording.motion.tolerance,
                  "Relative difference up to which two depths are of one surface")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--voxel", arguments.recording.volume.voxel_size_m,
                  "Voxels of the volume of prompts, in metres")
      ->capture_default_str()
      ->group(group);
}

void add_output_options(CLI::App& verb, RunArguments& arguments) {
  const std::string group = "Output";
  verb.add_option("-o,--output", arguments.output,
                  "Folder for depth/NAME.png, video.mp4 and settings.json")
      ->required()
      ->group(group);
  verb.add_option("--format", arguments.recording.format,
                  "Ending of the depth maps: png (16 bits, mm), exr, npy or pfm (metres)")
      ->capture_default_str()
      ->group(group);
  verb.add_flag("!--no-video", arguments.recording.video, "Write no video.mp4")->group(group);
  verb.add_option_function<std::string>(
          "--color-map",
          [&arguments](const std::string& name) {
            arguments.recording.color_map = color_map_from_name(name);
          },
          "Colours of the video: spectral, turbo, viridis, cividis, inferno")
      ->default_str("spectral")
      ->group(group);
  verb.add_flag("--overwrite", arguments.recording.overwrite,
                "Start anew instead of going on where an earlier run was stopped")
      ->group(group);
}

}  // namespace

void add_run(CLI::App& app) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* verb = app.add_subcommand("run", "A recording -> steady depth of every frame, a video");
  verb->add_option("CAPTURE", arguments->capture,
                   "A recording: a folder or a zip archive (formats: docs/recordings.md)")
      ->required()
      ->check(CLI::ExistingPath.description(""));
  add_output_options(*verb, *arguments);
  add_prompt_options(*verb, *arguments);
  add_temporal_options(*verb, *arguments);
  add_estimator_options(*verb, arguments->estimator, arguments->model, arguments->threads);
  verb->footer(
      "Examples:\n"
      "  promptdepth run 3f2a91c0de/ -o out/\n"
      "  promptdepth run scan.zip -o out/ --every 3 --range 0:900 --temporal motion\n"
      "Stopped at any moment, the same command goes on where it was.");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
