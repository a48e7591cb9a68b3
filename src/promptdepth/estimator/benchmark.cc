#include "promptdepth/estimator/benchmark.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include <sys/resource.h>

#include "promptdepth/backend/counting/counting_backend.h"
#include "promptdepth/backend/cpu/peak.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/estimator/backend_choice.h"

namespace promptdepth {
namespace {

using Clock = std::chrono::steady_clock;
using Stages = std::vector<StageTime>;

constexpr std::int64_t kPromptHeight = 192;
constexpr std::int64_t kPromptWidth = 256;
constexpr double kPeakSeconds = 0.5;  ///< Of large matrix products beside each pass.

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

std::size_t peak_rss_bytes() {
  struct rusage usage = {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

NetworkInput synthetic_input(Session& session, std::int64_t height, std::int64_t width) {
  Random random(1);
  std::vector<float> image(static_cast<std::size_t>(height * width * 3));
  for (float& value : image) value = random.uniform();
  std::vector<float> prompt(static_cast<std::size_t>(kPromptHeight * kPromptWidth));
  for (float& value : prompt) value = random.uniform();
  const std::vector<float> measured(prompt.size(), 1.0F);
  return {.image = session.upload(image, {1, height, width, 3}),
          .prompt = session.upload(prompt, {1, kPromptHeight, kPromptWidth, 1}),
          .measured = session.upload(measured, {1, kPromptHeight, kPromptWidth, 1})};
}

/// "block17" and "block3" are one kind of stage.
std::string stage_kind(std::string_view name) {
  const std::size_t end = name.find_last_not_of("0123456789");
  return name.starts_with("block") ? std::string(name.substr(0, end + 1)) + "s" : std::string(name);
}

/// One pass; the time of each kind of stage in the order of their first ends.
Stages run_once(const Network& network, Session& session, const NetworkInput& input) {
  Stages stages;
  auto last = Clock::now();
  session.set_observer([&](std::string_view name, const FeatureMap& /*result*/) {
    const auto now = Clock::now();
    const std::string kind = stage_kind(name);
    auto found = std::find_if(stages.begin(), stages.end(),
                              [&](const StageTime& s) { return s.name == kind; });
    if (found == stages.end()) found = stages.insert(stages.end(), {kind, 0.0});
    found->seconds += std::chrono::duration<double>(now - last).count();
    last = now;
  });
  network.forward(session, input);
  session.set_observer({});
  return stages;
}

double count_gflop(const WeightFile& weights, const BenchmarkOptions& options) {
  CountingBackend backend;
  const auto network = build_network(*shapes_only(weights.tensors(), weights.metadata()), backend);
  const auto session = backend.make_session();
  network->forward(*session, synthetic_input(*session, options.height, options.width));
  return counted_flop(*session) * 1e-9;
}

Stages median_stages(const std::vector<Stages>& runs) {
  Stages result = runs[0];
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::vector<double> seconds;
    seconds.reserve(runs.size());
    for (const Stages& run : runs) seconds.push_back(run[i].seconds);
    result[i].seconds = median(seconds);
  }
  return result;
}

/// Times passes and, before and after each, the machine's peak: a shared machine's speed changes
/// from second to second, and a pass is held against what could be had while it ran.
void measure_passes(const BenchmarkOptions& options, Precision precision,
                    const std::function<Stages()>& pass, BenchmarkReport& report) {
  const auto peak = [&] {
    return options.measure_peak ? measure_peak_gflops(precision, kPeakSeconds) : 0.0;
  };
  std::vector<double> seconds;
  std::vector<double> peaks;
  std::vector<double> shares;
  std::vector<Stages> stages;
  double before = peak();
  for (int i = 0; i < options.repeats; ++i) {
    const auto start = Clock::now();
    stages.push_back(pass());
    seconds.push_back(seconds_since(start));
    report.peak_rss_bytes = peak_rss_bytes();
    const double after = peak();
    peaks.push_back(0.5 * (before + after));
    shares.push_back(report.gflop / seconds.back() / peaks.back());
    before = after;
  }
  report.seconds = median(seconds);
  report.stages = median_stages(stages);
  report.gflop_per_s = report.gflop / report.seconds;
  if (!options.measure_peak) return;
  report.peak_gflop_per_s = median(peaks);
  report.share_of_peak = median(shares);
}

}  // namespace

void BenchmarkOptions::validate() const {
  if (height < 1 || width < 1) {
    fail(ErrorKind::kInvalidArgument, "expected a size of at least 1x1, found {}x{}", height,
         width);
  }
  if (repeats < 1)
    fail(ErrorKind::kInvalidArgument, "expected at least 1 repeat, found {}", repeats);
}

BenchmarkReport benchmark_network(const std::function<std::unique_ptr<WeightFile>()>& open,
                                  const BenchmarkOptions& options) {
  options.validate();
  const auto loading = Clock::now();
  const std::unique_ptr<WeightFile> weights = open();
  const std::unique_ptr<Backend> backend = make_backend(Device::kAuto, options.precision);
  const std::unique_ptr<const Network> network = build_network(*weights, *backend);
  BenchmarkReport report{.model = network->info().size,
                         .device = describe(*backend),
                         .height = options.height,
                         .width = options.width,
                         .threads = thread_count(),
                         .load_seconds = seconds_since(loading)};
  const int multiple = network->info().size_multiple;
  if (options.height % multiple != 0 || options.width % multiple != 0) {
    fail(ErrorKind::kInvalidArgument, "expected a size of multiples of {} for {}, found {}x{}",
         multiple, report.model, options.height, options.width);
  }
  report.gflop = count_gflop(*weights, options);

  const std::unique_ptr<Session> session = backend->make_session();
  const NetworkInput input = synthetic_input(*session, options.height, options.width);
  run_once(*network, *session, input);
  measure_passes(
      options, backend->precision(), [&] { return run_once(*network, *session, input); }, report);
  return report;
}

}  // namespace promptdepth
