// Samples per second of a recipe's update, without its data: as the trainer takes it, and with the
// same network, loss and optimizer in plain float32 LibTorch, as one would write it first (maps and
// kernels in LibTorch's default layout, the whole batch in one pass on all threads). Both take the
// same samples and turns, so that whatever else the machine does meets both.
//
//   build/dev/bin/promptdepth_training_bench models/promptdepth-compact.json --threads 2

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/train/gradient_step.h"
#include "promptdepth/train/initial_weights.h"
#include "promptdepth/train/sample_loader.h"

namespace promptdepth {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string recipe;
  std::string data_folder;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  int rounds = 7;
};

/// One way of taking updates, with the samples of the recipe's first one.
class Trainee {
 public:
  Trainee(const Recipe& recipe, bool channels_last, const Arguments& arguments)
      : recipe_(recipe),
        backend_(
            {.precision = recipe.precision, .trainable = true, .channels_last = channels_last}),
        network_(build_network(initial_weights(recipe.model, recipe.seed), backend_)),
        optimizer_(backend_.parameters(), recipe.optimizer, recipe.steps),
        step_(backend_, *network_, recipe_, arguments.threads) {
    SampleLoader loader(recipe_, 0, arguments.threads, 1, arguments.data_folder);
    for (std::int64_t i = 0; i < recipe.micro_batches_per_step(); ++i) {
      batches_.push_back(loader.next());
    }
  }

  /// Takes an update with the prompt; returns its seconds.
  double update() {
    const Clock::time_point start = Clock::now();
    const StepGradients step =
        step_.compute(batches_, recipe_.prompt_free_steps, optimizer_.parameters());
    optimizer_.update(step.gradients);
    loss_ = step.loss.total;
    return std::chrono::duration<double>(Clock::now() - start).count();
  }

  double loss() const { return loss_; }  ///< Of the last update.

 private:
  Recipe recipe_;
  TorchBackend backend_;
  std::unique_ptr<const Network> network_;
  Optimizer optimizer_;
  GradientStep step_;
  std::vector<Batch> batches_;
  double loss_ = 0;
};

Recipe in_plain_libtorch(Recipe recipe) {
  recipe.precision = Precision::kF32;
  recipe.micro_batch = recipe.batch;
  return recipe;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void run(const Arguments& arguments) {
  Recipe recipe = read_recipe(arguments.recipe);
  recipe.frames.resize(1);  // So that both draw the same samples.
  keep_freed_memory();
  Trainee ours(recipe, /*channels_last=*/true, arguments);
  Trainee plain(in_plain_libtorch(recipe), /*channels_last=*/false, arguments);
  ours.update();  // Kernels are compiled, memory is taken.
  plain.update();

  std::vector<double> ours_s;
  std::vector<double> plain_s;
  std::vector<double> ratios;
  for (int round = 0; round < arguments.rounds; ++round) {
    plain_s.push_back(plain.update());
    ours_s.push_back(ours.update());
    ratios.push_back(plain_s.back() / ours_s.back());
  }
  fmt::print(
      "loss after {} updates of the same samples: {:.5f} as trained, {:.5f} in plain float32\n",
      arguments.rounds, ours.loss(), plain.loss());
  const auto batch = static_cast<double>(recipe.batch);
  const auto least = [](const std::vector<double>& v) {
    return *std::min_element(v.begin(), v.end());
  };
  fmt::print("samples/s on {} threads   median  fastest of {} rounds\n", arguments.threads,
             arguments.rounds);
  fmt::print("as trained             {:8.2f} {:8.2f}\n", batch / median(ours_s),
             batch / least(ours_s));
  fmt::print("plain float32          {:8.2f} {:8.2f}\n", batch / median(plain_s),
             batch / least(plain_s));
  fmt::print("ratio                  {:8.2f} {:8.2f}\n", median(ratios),
             least(plain_s) / least(ours_s));
}

}  // namespace
}  // namespace promptdepth

int main(int argc, char** argv) {
  promptdepth::Arguments arguments;
  CLI::App app("Samples per second of a recipe's update, against plain float32 LibTorch.");
  app.add_option("recipe", arguments.recipe, "Recipe, a JSON file")->required();
  app.add_option("--data", arguments.data_folder, "Folder that the recipe's data sets lie in");
  app.add_option("--threads", arguments.threads, "Threads of both")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--rounds", arguments.rounds, "Updates of each that are timed")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    promptdepth::run(arguments);
  } catch (const promptdepth::Error& error) {
    fmt::print(stderr, "training_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
