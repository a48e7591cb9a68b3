#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "promptdepth/cli/program.h"
#include "promptdepth/train/trainer.h"

namespace promptdepth {
namespace {

constexpr const char* kName = "promptdepth train";

volatile std::sig_atomic_t stop_signal = 0;

void stop_on_interrupt() {
  const auto handler = [](int signal) {
    stop_signal = signal;
    std::signal(signal, SIG_DFL);  // A second one ends the program at once.
  };
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

struct Arguments {
  std::string recipe;
  TrainOptions options;
  std::optional<std::int64_t> steps;
  std::int64_t peer_timeout_s = 1800;
};

/// This process' share of the machine's cores: torchrun says how many processes run on it.
int own_cores() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  const char* local = std::getenv("LOCAL_WORLD_SIZE");
  return std::max(1, cores / std::max(1, local == nullptr ? 1 : std::atoi(local)));
}

void add_arguments(CLI::App& app, Arguments& arguments) {
  const int cores = own_cores();
  arguments.options.threads = cores;
  arguments.options.loader_threads = std::max(1, cores / 2);
  app.add_option("recipe", arguments.recipe, "Recipe, a JSON file")->required();
  app.add_option("-o,--output", arguments.options.run_folder, "Folder of the run")->required();
  app.add_option("--data", arguments.options.data_folder,
                 "Folder that the recipe's data sets lie in (else the current one)")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--resume", arguments.options.resume, "Go on where the run in the folder stopped");
  app.add_option("--threads", arguments.options.threads, "Threads that run the network")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--loader-threads", arguments.options.loader_threads,
                 "Threads that render scenes, read data sets and simulate prompts")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--peer-timeout", arguments.peer_timeout_s,
                 "Seconds to wait for other processes of the run that neither answer nor break the "
                 "connection; longer than a validation takes")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--steps", arguments.steps, "Updates, instead of the recipe's number");
}

void show_progress(std::int64_t done, std::int64_t total, std::string_view detail) {
  fmt::print(stderr, "\r\033[K{}/{} {}", done, total, detail);
  std::fflush(stderr);
}

void print_validation(const Validation& validation) {
  fmt::print("{:14} {:>6} {:>9} {:>9} {:>6} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7}\n", "prompt",
             "frames", "L1 m", "bilinear", "ratio", "RMSE m", "bilinear", "AbsRel", "bilinear",
             "F1", "bilinear");
  for (const KindScore& kind : validation.kinds) {
    const DepthMetrics& model = kind.model.depth;
    const DepthMetrics& bilinear = kind.bilinear.depth;
    fmt::print(
        "{:14} {:6} {:9.4f} {:9.4f} {:6.2f} {:8.4f} {:8.4f} {:8.4f} {:8.4f} {:7.3f} {:7.3f}\n",
        kind.kind, kind.frames, model.l1_m, bilinear.l1_m, model.l1_m / bilinear.l1_m, model.rmse_m,
        bilinear.rmse_m, model.abs_rel, bilinear.abs_rel, kind.model.boundary_f1,
        kind.bilinear.boundary_f1);
  }
}

int run(int argc, char** argv) {
  CLI::App app("Trains a model on procedural scenes and data sets, as a JSON recipe says.");
  app.name(kName);
  app.get_formatter()->column_width(36);
  app.footer(
      "The folder receives best.safetensors and last.safetensors (for `promptdepth predict "
      "--model`),\nreport.html, metrics.jsonl and a checkpoint. Interrupted at any moment, the run "
      "goes on with --resume.\n\nSeveral processes train one model when RANK, WORLD_SIZE, "
      "MASTER_ADDR "
      "and MASTER_PORT say so\n(as torchrun, Slurm and Kubernetes set them): each has the recipe's "
      "batch, rank 0 writes the files.\nFields of a recipe: docs/training.md.");
  Arguments arguments;
  add_arguments(app, arguments);
  if (const auto status = parse_arguments(app, argc, argv, kName)) return *status;
  Recipe recipe = read_recipe(arguments.recipe);
  if (arguments.steps) recipe.steps = *arguments.steps;
  arguments.options.peers = peers_from_environment();
  arguments.options.peers.timeout = std::chrono::seconds(arguments.peer_timeout_s);
  if (::isatty(STDERR_FILENO) == 1) arguments.options.progress = show_progress;
  arguments.options.stop = [] { return stop_signal != 0; };
  stop_on_interrupt();
  const TrainResult result = train(recipe, arguments.options);
  if (arguments.options.progress) fmt::print(stderr, "\r\033[K");
  if (arguments.options.peers.rank != 0) return 0;
  if (result.finished) {
    print_validation(result.final_validation);
  } else {
    fmt::print("stopped after step {} of {}; go on with --resume\n", result.steps, recipe.steps);
  }
  return 0;
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  return promptdepth::run_program(promptdepth::kName, [&] { return promptdepth::run(argc, argv); });
}
