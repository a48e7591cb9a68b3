#include "promptdepth/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "promptdepth/backend/torch/torch_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/base/log.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/network/network.h"
#include "promptdepth/train/checkpoint.h"
#include "promptdepth/train/gradient_step.h"
#include "promptdepth/train/initial_weights.h"
#include "promptdepth/train/report.h"
#include "promptdepth/train/run_record.h"
#include "promptdepth/train/sample_loader.h"
#include "promptdepth/train/schedule.h"

namespace promptdepth {
namespace {

using Clock = std::chrono::steady_clock;

/// Micro-batches made ahead of the trainer: enough to ride out a slow scene.
constexpr std::int64_t kPrefetchedSteps = 6;

/// Rates are averaged over this many updates.
constexpr std::size_t kRateSteps = 50;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The files of a run.
struct RunFolder {
  std::filesystem::path path;

  std::filesystem::path recipe() const { return path / "recipe.json"; }
  std::filesystem::path metrics() const { return path / "metrics.jsonl"; }
  std::filesystem::path checkpoint() const { return path / "checkpoint.safetensors"; }
  std::filesystem::path last() const { return path / "last.safetensors"; }
  std::filesystem::path best() const { return path / "best.safetensors"; }
  std::filesystem::path report() const { return path / "report.html"; }
};

RunFolder open_run(const TrainOptions& options) {
  RunFolder folder{.path = options.run_folder};
  make_folders(folder.path);
  if (!options.resume && std::filesystem::exists(folder.recipe())) {
    fail(ErrorKind::kInvalidArgument,
         "expected an empty folder for a new run, found a run in '{}' (resume it, or name another)",
         folder.path.string());
  }
  return folder;
}

/// One run from its folder's state to its last step.
class Run {
 public:
  Run(const Recipe& recipe, const TrainOptions& options);
  TrainResult train();

 private:
  TrainResult result();
  bool has_next() const { return progress_.step < recipe_.steps && !stopped_; }
  void update(SampleLoader& loader);
  void after_update();
  StepGradients shared_gradients(const std::vector<Batch>& micro_batches);
  void validate();
  void show(const Estimator& estimator);
  void write_page();
  void save();
  void report_progress() const;
  Validation validate_best();

  const Recipe& recipe_;
  const TrainOptions& options_;
  Peers peers_;
  RunFolder folder_;
  TorchBackend backend_;
  std::unique_ptr<const Network> network_;
  Optimizer optimizer_;
  GradientStep gradient_step_;
  RunProgress progress_;
  std::vector<HeldOutFrame> held_out_;
  std::vector<Image> pictures_;                ///< Of the last validation.
  std::optional<RunRecord> record_;            ///< Of the process that writes files.
  Clock::time_point reported_ = Clock::now();  ///< When the page was written last.
  bool stopped_ = false;

  bool has_checkpoint() const {
    return options_.resume && std::filesystem::exists(folder_.checkpoint());
  }
  ModelRecipe starting_model() const;
  RunProgress resumed();
};

Run::Run(const Recipe& recipe, const TrainOptions& options)
    : recipe_(recipe),
      options_(options),
      peers_(options.peers),
      folder_(peers_.is_first() ? open_run(options) : RunFolder{}),
      backend_({.precision = recipe.precision, .trainable = true}),
      network_(build_network(initial_weights(starting_model(), recipe.seed), backend_)),
      optimizer_(backend_.parameters(), recipe.optimizer, recipe.steps),
      gradient_step_(backend_, *network_, recipe, options.threads, peers_.size()),
      progress_(resumed()) {
  if (!peers_.is_first()) return;
  record_.emplace(folder_.metrics(), progress_.step);
  write_file_atomically(folder_.recipe(), to_json(recipe));
}

/// A file of weights is read once: later the checkpoint has them, and other processes get them from
/// rank 0.
ModelRecipe Run::starting_model() const {
  ModelRecipe model = recipe_.model;
  if (!peers_.is_first() || has_checkpoint()) model.initial_weights.clear();
  return model;
}

/// Rank 0 reads the checkpoint; the others need no folder.
RunProgress Run::resumed() {
  RunProgress progress;
  if (peers_.is_first() && has_checkpoint()) {
    progress = load_checkpoint(folder_.checkpoint(), recipe_, optimizer_);
    log_info("going on after step {} of {}", progress.step, recipe_.steps);
  }
  progress.step = peers_.copy_from_first(progress.step);
  peers_.copy_from_first(optimizer_.state());
  optimizer_.set_step(progress.step);
  return progress;
}

TrainResult Run::train() {
  set_thread_count(options_.threads);
  if (peers_.is_first()) {
    log_info("rendering {} held-out frames", recipe_.validation.frames);
    held_out_ = held_out_frames(recipe_, recipe_.validation.frames);
    if (progress_.step > 0 && std::filesystem::exists(folder_.last())) {
      show(Estimator::load(folder_.last()));
    }
  }
  const std::int64_t per_step = recipe_.micro_batches_per_step();
  {
    SampleLoader loader(recipe_, progress_.step * per_step, options_.loader_threads,
                        kPrefetchedSteps * per_step, options_.data_folder,
                        {.rank = peers_.rank(), .processes = peers_.size(), .per_step = per_step});
    while (has_next()) {
      update(loader);
      if (peers_.is_first()) after_update();
    }
    if (record_) {
      log_info("{:.1f} % of the time was spent waiting for data",
               100 * pace_of(record_->steps()).waiting_share);
    }
    for (const std::string& sentence : loader.skipped().summary()) log_warning("{}", sentence);
  }
  return result();
}

/// What follows an update, on rank 0: progress, validation, page, checkpoint.
void Run::after_update() {
  report_progress();
  const bool last = progress_.step == recipe_.steps;
  if (last || progress_.step % recipe_.validation.every_steps == 0) validate();
  if (stopped_ || Clock::now() - reported_ >= options_.report_age) write_page();
  if (last || stopped_ || progress_.step % recipe_.checkpoint_every_steps == 0) save();
}

TrainResult Run::result() {
  TrainResult result{.steps = progress_.step, .finished = progress_.step >= recipe_.steps};
  if (peers_.is_first() && result.finished && recipe_.validation.final_frames > 0) {
    result.final_validation = validate_best();
  }
  return result;
}

/// The gradients and losses of the whole update. Processes stop together: after the update in which
/// any of them was asked to.
StepGradients Run::shared_gradients(const std::vector<Batch>& micro_batches) {
  StepGradients step =
      gradient_step_.compute(micro_batches, progress_.step, optimizer_.parameters());
  peers_.sum(step.gradients);
  LossValue& loss = step.loss;
  const bool stop = options_.stop && options_.stop();
  std::vector<double> sums = {loss.total,
                              loss.l1,
                              loss.gradient,
                              loss.silog,
                              loss.scale_shift_invariant,
                              loss.gradient_matching,
                              step.prompt_loss,
                              stop ? 1.0 : 0.0};
  peers_.sum(sums);
  loss = {.total = sums[0],
          .l1 = sums[1],
          .gradient = sums[2],
          .silog = sums[3],
          .scale_shift_invariant = sums[4],
          .gradient_matching = sums[5]};
  step.prompt_loss = sums[6];
  stopped_ = sums[7] > 0;
  return step;
}

void Run::update(SampleLoader& loader) {
  const Clock::time_point start = Clock::now();
  std::vector<Batch> micro_batches;
  for (std::int64_t i = 0; i < recipe_.micro_batches_per_step(); ++i) {
    micro_batches.push_back(loader.next());
  }
  StepRecord record{
      .learning_rate = learning_rate_at(recipe_.optimizer, progress_.step, recipe_.steps),
      .waiting_seconds = seconds_since(start)};
  const StepGradients step = shared_gradients(micro_batches);
  record.gradient_norm = optimizer_.update(step.gradients);
  record.loss = step.loss;
  record.prompt_loss = step.prompt_loss;
  record.step = progress_.step = optimizer_.step();
  record.seconds = seconds_since(start);
  if (record_) record_->add(record);
  if (progress_.step >= recipe_.steps) stopped_ = false;
}

/// Judges the averaged model as it will be used, keeps it if it is the best, and shows it.
void Run::validate() {
  set_thread_count(options_.threads);
  const MemoryWeights averaged = optimizer_.averaged_weights();
  const std::int64_t samples = progress_.step * recipe_.batch * peers_.size();
  export_model(folder_.last(), averaged, recipe_, progress_.step, samples);
  const Estimator estimator = Estimator::load(folder_.last());
  const ValidationRecord record{.step = progress_.step,
                                .validation = validate_model(estimator, held_out_)};
  record_->add(record);
  const double l1_m = record.validation.l1_m;
  if (progress_.best_l1_m == 0 || l1_m < progress_.best_l1_m) {
    progress_.best_l1_m = l1_m;
    export_model(folder_.best(), averaged, recipe_, progress_.step, samples);
  }
  show(estimator);
  log_info("step {}: held-out L1 {:.4f} m, bilinear {:.4f} m ({:.0f} %)", record.step, l1_m,
           record.validation.bilinear_l1_m, 100 * l1_m / record.validation.bilinear_l1_m);
}

/// The first held-out frames as the model sees them now.
void Run::show(const Estimator& estimator) {
  const auto count =
      std::min(held_out_.size(), static_cast<std::size_t>(recipe_.validation.pictures));
  pictures_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    pictures_.push_back(validation_picture(estimator, held_out_[i]));
  }
  write_page();
}

void Run::write_page() {
  write_report(folder_.report(), recipe_, *record_, pictures_);
  reported_ = Clock::now();
}

void Run::save() { save_checkpoint(folder_.checkpoint(), optimizer_, progress_, recipe_); }

void Run::report_progress() const {
  if (!options_.progress) return;
  const Pace pace = pace_of(record_->last_steps(kRateSteps));
  const double samples = static_cast<double>(recipe_.batch) * peers_.size();
  const double left = pace.seconds_per_step * static_cast<double>(recipe_.steps - progress_.step);
  options_.progress(
      progress_.step, recipe_.steps,
      fmt::format("{:.1f} samples/s, {:.0f} % waiting for data, {:.0f} min left, "
                  "loss {:.4f}",
                  samples / pace.seconds_per_step, 100 * pace.waiting_share, left / 60, pace.loss));
}

/// The figures that a model card gives: more frames, each kind of prompt on the same scenes.
Validation Run::validate_best() {
  set_thread_count(options_.threads);
  const Estimator best = Estimator::load(folder_.best());
  Validation result;
  const std::size_t kinds = prompt_kinds().size();
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    const Validation one =
        validate_model(best, held_out_frames(recipe_, recipe_.validation.final_frames, kind));
    result.kinds.insert(result.kinds.end(), one.kinds.begin(), one.kinds.end());
    result.l1_m += one.l1_m / static_cast<double>(kinds);
    result.bilinear_l1_m += one.bilinear_l1_m / static_cast<double>(kinds);
  }
  return result;
}

}  // namespace

TrainResult train(const Recipe& recipe, const TrainOptions& options) {
  recipe.validate();
  PD_CHECK(options.threads >= 1 && options.loader_threads >= 1);
  keep_freed_memory();
  set_thread_count(options.threads);
  Run run(recipe, options);
  return run.train();
}

}  // namespace promptdepth
