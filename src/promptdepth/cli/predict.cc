#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <new>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/options.h"
#include "promptdepth/cli/predict_job.h"
#include "promptdepth/cli/program.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/geometry/intrinsics.h"
#include "promptdepth/image/depth_io.h"
#include "promptdepth/image/file_ending.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct PredictArguments {
  fs::path image;
  fs::path prompt;
  fs::path confidence;
  std::vector<fs::path> outputs;
  std::vector<std::string> formats = {"png"};
  fs::path preview;
  fs::path point_cloud;
  bool overwrite = false;
  std::string model = "default";
  int threads = 0;
  std::vector<double> quantiles = {0, 1};
  EstimatorOptions estimator;
  PredictOptions predict;
};

PredictJob pair_of(const PredictArguments& arguments) {
  return {.image = arguments.image,
          .prompt = arguments.prompt,
          .confidence = arguments.confidence,
          .outputs = arguments.outputs,
          .preview = arguments.preview,
          .point_cloud = arguments.point_cloud};
}

PredictFolders folders_of(const PredictArguments& arguments) {
  if (arguments.outputs.size() != 1) {
    fail(ErrorKind::kInvalidArgument, "expected one -o FOLDER for folders of photos, found {}",
         arguments.outputs.size());
  }
  return {.images = arguments.image,
          .prompts = arguments.prompt,
          .confidences = arguments.confidence,
          .output = arguments.outputs[0],
          .formats = arguments.formats,
          .previews = arguments.preview,
          .point_clouds = arguments.point_cloud};
}

/// One bad pair is reported and does not stop the rest. Returns whether all pairs succeeded.
bool run_jobs(const Estimator& estimator, const std::vector<PredictJob>& jobs,
              const PredictArguments& arguments) {
  ProgressBar progress("predict");
  std::size_t skipped = 0;
  std::size_t failed = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    progress.update(static_cast<std::int64_t>(i), static_cast<std::int64_t>(jobs.size()),
                    jobs[i].image.filename().string());
    std::string failure;
    try {
      if (!arguments.overwrite && jobs[i].is_done()) {
        ++skipped;
      } else {
        run_job(estimator, jobs[i], arguments.predict);
      }
    } catch (const std::bad_alloc&) {
      failure = "not enough memory; a smaller --max-size needs less";
    } catch (const std::exception& error) {
      failure = error.what();
    }
    if (failure.empty()) continue;
    ++failed;
    progress.clear();
    fmt::print(stderr, "promptdepth: {}: {}\n", jobs[i].image.filename().string(), failure);
  }
  fmt::print("{} of {} pairs done, {} of them earlier, {} failed\n", jobs.size() - failed,
             jobs.size(), skipped, failed);
  return failed == 0;
}

Estimator load_estimator(const PredictArguments& arguments) {
  return Estimator::from_weights(*open_model_argument(arguments.model), arguments.estimator);
}

/// Results in a folder of inputs would be taken for inputs the next time.
void check_folders(const PredictFolders& folders) {
  for (const fs::path& result : {folders.output, folders.previews, folders.point_clouds}) {
    for (const fs::path& input : {folders.images, folders.prompts, folders.confidences}) {
      std::error_code error;  // Folders that are not there are not the same.
      if (fs::equivalent(result, input, error)) {
        fail(ErrorKind::kInvalidArgument,
             "expected a folder for results beside those of the inputs, found '{}' as both",
             input.string());
      }
    }
  }
}

void predict_folders(const PredictArguments& arguments) {
  const PredictFolders folders = folders_of(arguments);
  check_folders(folders);
  std::vector<std::string> problems;
  const std::vector<PredictJob> jobs = match_folders(folders, problems);
  const Estimator estimator = load_estimator(arguments);
  for (const std::string& problem : problems) log_warning("{}", problem);
  for (const fs::path& folder : {folders.output, folders.previews, folders.point_clouds}) {
    if (!folder.empty()) make_folders(folder);
  }
  if (!run_jobs(estimator, jobs, arguments) || !problems.empty()) set_exit_status(kExitFailed);
}

void predict_pair(const PredictArguments& arguments) {
  const PredictJob job = pair_of(arguments);
  check_results(job);
  run_job(load_estimator(arguments), job, arguments.predict);
}

void check_ending(const fs::path& path, std::initializer_list<std::string_view> endings) {
  const std::string ending = file_ending(path);
  if (!path.empty() && std::find(endings.begin(), endings.end(), ending) == endings.end()) {
    fail(ErrorKind::kInvalidArgument, "expected a name ending in {}, found '{}'",
         fmt::join(endings, ", "), path.string());
  }
}

/// What can be known to be wrong before the model is loaded.
void check(const PredictArguments& arguments, bool folders) {
  if (fs::is_directory(arguments.prompt) != folders) {
    fail(ErrorKind::kInvalidArgument, "expected two files or two folders, found '{}' and '{}'",
         arguments.image.string(), arguments.prompt.string());
  }
  if (arguments.outputs.empty() && arguments.preview.empty() && arguments.point_cloud.empty()) {
    fail(ErrorKind::kInvalidArgument,
         "expected something to write (-o, --preview or --point-cloud), found nothing");
  }
  if (arguments.predict.min_confidence && arguments.confidence.empty()) {
    fail(ErrorKind::kInvalidArgument, "expected --confidence with --min-confidence, found none");
  }
  if (!folders) {
    for (const fs::path& output : arguments.outputs) check_depth_ending(output);
    check_ending(arguments.preview, {".jpg", ".jpeg", ".png"});
    check_ending(arguments.point_cloud, {".ply"});
  }
  for (const std::string& format : arguments.formats) check_depth_ending("x." + format);
  // Of any photo: only whether there is a camera to read.
  if (!arguments.predict.intrinsics.empty()) load_intrinsics(arguments.predict.intrinsics, 1, 1);
}

void run(PredictArguments arguments) {
  const bool folders = fs::is_directory(arguments.image);
  check(arguments, folders);
  arguments.estimator.prompt.low_quantile = arguments.quantiles[0];
  arguments.estimator.prompt.high_quantile = arguments.quantiles[1];
  if (arguments.threads > 0) set_thread_count(arguments.threads);
  if (folders) {
    predict_folders(arguments);
  } else {
    predict_pair(arguments);
  }
}

void add_prompt_options(CLI::App& verb, PredictArguments& arguments) {
  const std::string group = "Prompt";
  verb.add_option("--prompt-scale", arguments.predict.prompt_scale_m,
                  "Metres per stored unit (default: 0.001 for integers, 1 for floating point)")
      ->group(group);
  verb.add_option("--confidence", arguments.confidence,
                  "Confidence map of the prompt (PNG, NPY ...), or a folder of them")
      ->check(CLI::ExistingPath.description(""))
      ->group(group);
  verb.add_option(
          "--min-confidence", arguments.predict.min_confidence,
          "Prompt pixels below this confidence count as holes (phones write 0, 1, 2; default 1)")
      ->group(group);
  verb.add_option(
          "--range-quantiles", arguments.quantiles,
          "Quantiles of the measured depths that span the network's depth range, such as 0.01,0.99")
      ->delimiter(',')
      ->expected(2)
      ->default_str("0,1")
      ->group(group);
  FillOptions& fill = arguments.estimator.prompt.fill;
  verb.add_option("--fill-neighbours", fill.neighbours, "Measured pixels that fill a hole")
      ->capture_default_str()
      ->group(group);
  verb.add_option("--fill-sigma", fill.rgb_sigma,
                  "Colour difference (0 to 1) at which a neighbour counts less")
      ->capture_default_str()
      ->group(group);
}

void add_output_options(CLI::App& verb, PredictArguments& arguments) {
  const std::string group = "Output";
  verb.add_option("-o,--output", arguments.outputs,
                  "Depth map to write: .png (16 bits, mm), .exr, .npy or .pfm (metres); may be "
                  "given several times. "
                  "For folders: the folder to write into")
      ->group(group)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb.add_option("--format", arguments.formats,
                  "For folders: endings of the depth maps, such as png,exr")
      ->delimiter(',')
      ->default_str("png")
      ->group(group);
  verb.add_option(
          "--preview", arguments.preview,
          "Picture of photo, prompt and depth side by side (.jpg or .png); for folders: a folder")
      ->group(group);
  verb.add_option("--point-cloud", arguments.point_cloud,
                  "Coloured point cloud (.ply); for folders: a folder")
      ->group(group);
  verb.add_option("--intrinsics", arguments.predict.intrinsics,
                  "The photo's fx,fy,cx,cy in pixels, or a JSON or CSV file (default: a guess)")
      ->group(group);
  verb.add_option_function<std::string>(
          "--color-map",
          [&arguments](const std::string& name) {
            arguments.predict.color_map = color_map_from_name(name);
          },
          "Colours of the preview: spectral, turbo, viridis, cividis, inferno")
      ->default_str("spectral")
      ->group(group);
  verb.add_flag("!--no-exif", arguments.predict.apply_exif,
                "Leave photo and prompt as stored instead of turning both upright")
      ->group(group);
  verb.add_flag("--overwrite", arguments.overwrite, "For folders: do again what is already done")
      ->group(group);
}

}  // namespace

void add_predict(CLI::App& app) {
  auto arguments = std::make_shared<PredictArguments>();
  CLI::App* verb = app.add_subcommand("predict", "Photo + prompt -> dense metric depth");
  verb->add_option("IMAGE", arguments->image,
                   "The photo (JPEG, PNG, WebP, TIFF), or a folder of them")
      ->required()
      ->check(CLI::ExistingPath.description(""));
  verb->add_option("PROMPT", arguments->prompt,
                   "Measured depth of the same view at any resolution (PNG, NPY, NPZ, EXR, PFM; 0 "
                   "where nothing was measured), "
                   "or a folder with the same file names")
      ->required()
      ->check(CLI::ExistingPath.description(""));
  add_output_options(*verb, *arguments);
  add_estimator_options(*verb, arguments->estimator, arguments->model, arguments->threads);
  add_prompt_options(*verb, *arguments);
  verb->footer(
      "Examples:\n"
      "  promptdepth predict photo.jpg lidar.png -o depth.png --preview preview.jpg\n"
      "  promptdepth predict photo.jpg points.npy -o depth.exr --point-cloud cloud.ply "
      "--intrinsics 1450,1450,960,720\n"
      "  promptdepth predict photos/ lidar/ -o depth/ --format png,exr --preview previews/");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
