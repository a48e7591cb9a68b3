#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/base/threads.h"
#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/options.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/estimator/benchmark.h"

namespace promptdepth {
namespace {

struct BenchArguments {
  std::string model = "default";
  std::string size = "756x1008";
  BenchmarkOptions options;
  int threads = 0;
  bool json = false;
};

/// "vits" is short for "seeded:vits".
std::string full_model_name(const std::string& model) {
  for (const char* size : {"vits", "vitb", "vitl", "vitg", "compact"}) {
    if (model == size) return "seeded:" + model;
  }
  return model;
}

void print_json(const BenchmarkReport& report) {
  nlohmann::ordered_json json = {{"model", report.model},
                                 {"device", report.device},
                                 {"height", report.height},
                                 {"width", report.width},
                                 {"threads", report.threads},
                                 {"seconds", report.seconds},
                                 {"gflop", report.gflop},
                                 {"gflop_per_s", report.gflop_per_s},
                                 {"peak_gflop_per_s", report.peak_gflop_per_s},
                                 {"share_of_peak", report.share_of_peak},
                                 {"peak_rss_bytes", report.peak_rss_bytes},
                                 {"load_seconds", report.load_seconds}};
  for (const StageTime& stage : report.stages) json["stages"][stage.name] = stage.seconds;
  fmt::print("{}\n", json.dump(2));
}

void print_table(const BenchmarkReport& report) {
  fmt::print("{} on {}, {} threads, {}x{}\n\n", report.model, report.device, report.threads,
             report.height, report.width);
  fmt::print("{:<20} {:>10} {:>7}\n", "stage", "ms", "share");
  for (const StageTime& stage : report.stages) {
    fmt::print("{:<20} {:>10.2f} {:>6.1f}%\n", stage.name, 1e3 * stage.seconds,
               100.0 * stage.seconds / report.seconds);
  }
  fmt::print("{:<20} {:>10.2f}\n\n", "one photo", 1e3 * report.seconds);
  fmt::print("work           {:.1f} GFLOP\n", report.gflop);
  fmt::print("speed          {:.0f} GFLOP/s, {:.1f} photos/s\n", report.gflop_per_s,
             1.0 / report.seconds);
  fmt::print("peak           {:.0f} GFLOP/s (a large matrix product in this run)\n",
             report.peak_gflop_per_s);
  fmt::print("share of peak  {:.2f}\n", report.share_of_peak);
  fmt::print("peak memory    {:.2f} GB\n", static_cast<double>(report.peak_rss_bytes) * 1e-9);
  fmt::print("load           {:.2f} s\n", report.load_seconds);
}

void run(BenchArguments arguments) {
  parse_size(arguments.size, arguments.options.height, arguments.options.width);
  if (arguments.threads > 0) set_thread_count(arguments.threads);
  const std::string model = full_model_name(arguments.model);
  const BenchmarkReport report =
      benchmark_network([&] { return open_model_argument(model); }, arguments.options);
  if (arguments.json) {
    print_json(report);
  } else {
    print_table(report);
  }
}

}  // namespace

void add_bench(CLI::App& app) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* verb = app.add_subcommand(
      "bench", "Time a network on this machine, as a share of what the machine can do");
  verb->add_option("--model", arguments->model,
                   "vits, vitb, vitl, vitg or compact (made-up weights, no file needed), "
                   "'default', or a weight file")
      ->capture_default_str();
  verb->add_option("--size", arguments->size, "HEIGHTxWIDTH of the photo at the network")
      ->capture_default_str();
  add_precision_option(*verb, arguments->options.precision);
  add_threads_option(*verb, arguments->threads);
  verb->add_option("--repeats", arguments->options.repeats, "Measured runs; the median is printed")
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
