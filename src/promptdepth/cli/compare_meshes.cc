#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/fusion/mesh_metrics.h"
#include "promptdepth/geometry/mesh_files.h"
#include "promptdepth/geometry/ply_reader.h"
#include "promptdepth/image/file_ending.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

struct CompareArguments {
  fs::path prediction;
  fs::path truth;
  fs::path output;
  bool crop = false;
  float crop_margin_m = 0.1F;
  bool json = false;
  MeshMetricOptions metrics;
};

void print_json(const MeshMetrics& metrics, const MeshMetricOptions& options) {
  const nlohmann::ordered_json json = {{"accuracy_m", metrics.accuracy_m},
                                       {"completeness_m", metrics.completeness_m},
                                       {"overall_m", metrics.overall_m()},
                                       {"precision", metrics.precision},
                                       {"recall", metrics.recall},
                                       {"f_score", metrics.f_score},
                                       {"threshold_m", options.threshold_m},
                                       {"samples", options.samples},
                                       {"seed", options.seed},
                                       {"downsample_m", options.downsample_m},
                                       {"prediction_points", metrics.prediction_points},
                                       {"truth_points", metrics.truth_points}};
  fmt::print("{}\n", json.dump(2));
}

void print_table(const MeshMetrics& metrics, const MeshMetricOptions& options) {
  fmt::print("Acc       {:.4f} m   mean distance from the prediction to the truth\n",
             metrics.accuracy_m);
  fmt::print("Comp      {:.4f} m   mean distance from the truth to the prediction\n",
             metrics.completeness_m);
  fmt::print("Overall   {:.4f} m   their mean\n", metrics.overall_m());
  fmt::print("Prec      {:.4f}     share of the prediction within {} m of the truth\n",
             metrics.precision, options.threshold_m);
  fmt::print("Recall    {:.4f}     share of the truth within {} m of the prediction\n",
             metrics.recall, options.threshold_m);
  fmt::print("F         {:.4f}     of {} and {} points\n", metrics.f_score,
             metrics.prediction_points, metrics.truth_points);
}

void run(CompareArguments arguments) {
  if (!arguments.output.empty() && file_ending(arguments.output) != ".ply") {
    fail(ErrorKind::kInvalidArgument, "expected a name ending in .ply for -o, found '{}'",
         arguments.output.string());
  }
  if (arguments.crop) arguments.metrics.crop_margin_m = arguments.crop_margin_m;
  arguments.metrics.validate();
  const Mesh prediction = read_ply(arguments.prediction);
  const Mesh truth = read_ply(arguments.truth);
  const MeshMetrics metrics = compare_meshes(prediction, truth, arguments.metrics);
  if (!arguments.output.empty()) {
    write_mesh(arguments.output, color_by_error(prediction, truth, arguments.metrics));
  }
  arguments.json ? print_json(metrics, arguments.metrics) : print_table(metrics, arguments.metrics);
}

}  // namespace

void add_compare_meshes(CLI::App& app) {
  auto arguments = std::make_shared<CompareArguments>();
  MeshMetricOptions& metrics = arguments->metrics;
  CLI::App* verb =
      app.add_subcommand("compare-meshes", "How far a mesh is from the true one, both ways");
  verb->add_option("PREDICTION", arguments->prediction, "A mesh or point cloud (.ply)")
      ->required()
      ->check(CLI::ExistingFile.description(""));
  verb->add_option("TRUTH", arguments->truth, "The true one (.ply)")
      ->required()
      ->check(CLI::ExistingFile.description(""));
  verb->add_option("--threshold", metrics.threshold_m, "What counts as right, metres")
      ->capture_default_str();
  verb->add_option("--samples", metrics.samples, "Points on each mesh")->capture_default_str();
  verb->add_option("--seed", metrics.seed, "Of the points")->capture_default_str();
  verb->add_option("--downsample", metrics.downsample_m,
                   "Then only their mean in each cube of this size, metres; 0: all")
      ->capture_default_str();
  CLI::Option* crop =
      verb->add_flag("--crop", arguments->crop,
                     "Leave out what of the prediction lies outside the truth's bounds");
  verb->add_option("--crop-margin", arguments->crop_margin_m, "Metres added to these bounds")
      ->needs(crop)
      ->capture_default_str();
  verb->add_option("-o,--output", arguments->output,
                   "The prediction coloured by its distance to the truth (.ply): blue 0, red twice "
                   "the threshold and more");
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->footer(
      "Examples:\n"
      "  promptdepth compare-meshes mesh.ply truth.ply --crop -o error.ply\n"
      "  promptdepth compare-meshes mesh.ply truth.ply --downsample 0.02 --json");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
