#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/options.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/evaluate/evaluation.h"
#include "promptdepth/evaluate/held_out.h"
#include "promptdepth/evaluate/photo.h"
#include "promptdepth/evaluate/report.h"
#include "promptdepth/evaluate/score_table.h"
#include "promptdepth/prompt/prompt_kinds.h"
#include "promptdepth/tensor/fingerprint.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

/// What every protocol takes.
struct EvaluateArguments {
  std::vector<std::string> models = {"default"};
  PrecisionChoice precision = PrecisionChoice::kAuto;
  int threads = 0;
  EvaluationOptions options;
};

struct HeldOutArguments {
  EvaluateArguments common;
  HeldOutOptions protocol;
  std::string size = "252x336";
  std::string scenes = "own";
};

struct PhotoArguments {
  EvaluateArguments common;
  PhotoOptions protocol;
  std::string disparity;
};

/// For tables: "default", or a file's name without folder and ending.
std::string short_name(const std::string& argument) {
  return csv_cell(fs::path(argument).stem().string());
}

Method load_model(const std::string& name, const std::string& argument, PrecisionChoice precision) {
  const std::unique_ptr<WeightFile> weights = open_model_argument(argument);
  auto estimator = std::make_shared<const Estimator>(
      Estimator::from_weights(*weights, {.precision = precision}));
  std::string description =
      fmt::format("fingerprint {:08x}, {}", fingerprint(*weights), estimator->device_name());
  return model_method(name, std::move(description), std::move(estimator));
}

std::vector<Method> methods_of(const EvaluateArguments& arguments) {
  std::vector<Method> methods = baseline_methods();
  for (const std::string& model : arguments.models) {
    if (model == "none") continue;
    const std::string name = short_name(model);
    const bool taken = std::any_of(methods.begin(), methods.end(),
                                   [&](const Method& method) { return method.name == name; });
    methods.push_back(load_model(taken ? csv_cell(model) : name, model, arguments.precision));
  }
  return methods;
}

void run(const Protocol& protocol, const EvaluateArguments& arguments) {
  if (arguments.threads > 0) set_thread_count(arguments.threads);
  const std::vector<Method> methods = methods_of(arguments);
  const auto watch = [](ProgressBar& bar) {
    return [&bar](std::int64_t done, std::int64_t total, std::string_view detail) {
      bar.update(done, total, detail);
    };
  };
  Results results;
  {
    ProgressBar bar("evaluate");
    results = evaluate(protocol, methods, arguments.options, watch(bar));
  }
  {
    ProgressBar bar("pictures");
    write_report(arguments.options.folder, protocol, methods, results, watch(bar));
  }
  fmt::print("{}Wrote {}/report.html, summary.json, summary.md and frames.csv\n",
             to_markdown(results), arguments.options.folder.string());
}

void run_held_out(HeldOutArguments arguments) {
  static const std::map<std::string, std::optional<SceneKind>> scenes = {
      {"own", std::nullopt},
      {"room", SceneKind::kRoom},
      {"street", SceneKind::kStreet},
      {"any", SceneKind::kAny}};
  arguments.protocol.scenes = scenes.at(arguments.scenes);
  parse_size(arguments.size, arguments.protocol.height, arguments.protocol.width);
  run(*held_out_protocol(arguments.protocol), arguments.common);
}

DisparityCalibration parse_calibration(const std::string& text) {
  DisparityCalibration calibration;
  char end = 0;
  if (std::sscanf(text.c_str(), "%lf,%lf,%lf%c", &calibration.focal_px, &calibration.baseline_m,
                  &calibration.offset_px, &end) != 3) {
    fail(ErrorKind::kInvalidArgument,
         "expected --disparity F,B,O such as 994.978,0.193,31.086, found '{}'", text);
  }
  return calibration;
}

void run_photo(PhotoArguments arguments) {
  if (!arguments.disparity.empty()) {
    arguments.protocol.disparity = parse_calibration(arguments.disparity);
  }
  run(*photo_protocol(arguments.protocol), arguments.common);
}

void add_kinds_option(CLI::App& verb, std::vector<std::string>& kinds) {
  std::string names;
  for (const PromptKind& kind : prompt_kinds()) names += (names.empty() ? "" : ", ") + kind.name;
  verb.add_option("--kinds", kinds, "Kinds of simulated prompts (" + names + "); all by default")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_common_options(CLI::App& verb, EvaluateArguments& arguments) {
  verb.add_option("--model", arguments.models,
                  std::string(kModelHelp) + ", or none; may be given several times")
      ->allow_extra_args(false)
      ->default_str("default");
  verb.add_option("-o,--output", arguments.options.folder,
                  "Folder for the report; a run that was stopped goes on where it was")
      ->capture_default_str();
  verb.add_flag("--overwrite", arguments.options.overwrite,
                "Start anew instead of going on with what is in the folder");
  add_precision_option(verb, arguments.precision);
  add_threads_option(verb, arguments.threads);
}

void add_held_out(CLI::App& evaluate) {
  auto arguments = std::make_shared<HeldOutArguments>();
  arguments->common.options.folder = "out/evaluate-held-out";
  CLI::App* verb = evaluate.add_subcommand(
      "held-out", "Procedural scenes that no training run sees, and every kind of prompt");
  verb->add_option("--frames", arguments->protocol.frames, "Frames for each kind of prompt")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str();
  add_kinds_option(*verb, arguments->protocol.kinds);
  verb->add_option("--size", arguments->size, "HEIGHTxWIDTH of the frames")->capture_default_str();
  verb->add_option("--scenes", arguments->scenes,
                   "room, street, any, or own: where each kind's sensor is at home")
      ->check(CLI::IsMember({"own", "room", "street", "any"}).description(""))
      ->capture_default_str();
  add_common_options(*verb, arguments->common);
  verb->callback([arguments] { run_held_out(*arguments); });
}

void add_photo(CLI::App& evaluate) {
  auto arguments = std::make_shared<PhotoArguments>();
  arguments->common.options.folder = "out/evaluate-photo";
  CLI::App* verb = evaluate.add_subcommand(
      "photo", "Photos with true depth, and prompts of every kind simulated from it");
  verb->add_option("photo", arguments->protocol.photo, "A photo, or a folder of photos")
      ->required();
  verb->add_option("truth", arguments->protocol.truth,
                   "Its true depth (PNG, NPY, NPZ, EXR, PFM, TIFF), or a folder of files with the "
                   "photos' names")
      ->required();
  verb->add_option("--disparity", arguments->disparity,
                   "The truth is disparity d in pixels, z = F·B/(d + O): F,B,O in px, m, px");
  verb->add_option("--seeds", arguments->protocol.seeds, "Prompts of each kind for each photo")
      ->check(CLI::Range(1, 1000).description(""))
      ->capture_default_str();
  add_kinds_option(*verb, arguments->protocol.kinds);
  add_common_options(*verb, arguments->common);
  verb->callback([arguments] { run_photo(*arguments); });
}

}  // namespace

void add_evaluate(CLI::App& app) {
  CLI::App* verb = app.add_subcommand(
      "evaluate", "Measure models and classical baselines on frames with true depth");
  verb->require_subcommand(1);
  add_held_out(*verb);
  add_photo(*verb);
}

}  // namespace promptdepth
