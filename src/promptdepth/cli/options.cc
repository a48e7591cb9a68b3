#include "promptdepth/cli/options.h"

#include <cstdio>
#include <map>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/model_argument.h"

namespace promptdepth {
namespace {

/// An option whose values are the names of an enumeration.
template <typename Enum>
CLI::Option* add_choice(CLI::App& verb, const std::string& name, Enum& value,
                        const std::string& help, const std::map<std::string, Enum>& choices,
                        const std::string& group) {
  std::string names;
  for (const auto& [key, unused] : choices) names += (names.empty() ? "" : ", ") + key;
  std::string initial;
  for (const auto& [key, choice] : choices) {
    if (choice == value) initial = key;
  }
  return verb.add_option(name, value, help + " (" + names + ")")
      ->transform(CLI::CheckedTransformer(choices).description(""))
      ->default_str(initial)
      ->group(group);
}

int parse_max_size(const std::string& text) {
  if (text == "full") return 0;
  int value = 0;
  if (!CLI::detail::lexical_cast(text, value) || value < 1) {
    fail(ErrorKind::kInvalidArgument, "expected --max-size PIXELS or full, found '{}'", text);
  }
  return value;
}

}  // namespace

void add_precision_option(CLI::App& verb, PrecisionChoice& precision, const std::string& group) {
  add_choice<PrecisionChoice>(
      verb, "--precision", precision,
      "Arithmetic; auto takes bf16 where the processor multiplies it natively",
      {{"auto", PrecisionChoice::kAuto},
       {"fp32", PrecisionChoice::kF32},
       {"bf16", PrecisionChoice::kBF16}},
      group);
}

void add_threads_option(CLI::App& verb, int& threads, const std::string& group) {
  verb.add_option("--threads", threads, "Threads to compute with (default: one per core)")
      ->check(CLI::Range(1, 4096).description(""))
      ->group(group);
}

void parse_size(const std::string& text, int& height, int& width) {
  char end = 0;
  if (std::sscanf(text.c_str(), "%dx%d%c", &height, &width, &end) != 2) {
    fail(ErrorKind::kInvalidArgument, "expected --size HEIGHTxWIDTH such as 756x1008, found '{}'",
         text);
  }
}

FrameRange FrameArguments::range() const {
  FrameRange range{.step = every};
  if (text.empty()) return range;
  const std::size_t colon = text.find(':');
  const auto read = [](const std::string& part, std::size_t& number) {
    return part.empty() || CLI::detail::lexical_cast(part, number);
  };
  if (colon == std::string::npos || !read(text.substr(0, colon), range.first) ||
      !read(text.substr(colon + 1), range.last) || range.first >= range.last) {
    fail(ErrorKind::kInvalidArgument, "expected --range FIRST:END such as 0:300, found '{}'", text);
  }
  return range;
}

void add_frame_options(CLI::App& verb, FrameArguments& arguments, const std::string& group) {
  verb.add_option("--range", arguments.text,
                  "Frames FIRST:END of the recording, from 0, without END; either may be left out")
      ->group(group);
  verb.add_option("--every", arguments.every, "Every N-th frame alone")
      ->check(CLI::Range(1, 1000000).description(""))
      ->capture_default_str()
      ->group(group);
}

void add_estimator_options(CLI::App& verb, EstimatorOptions& options, std::string& model,
                           int& threads) {
  const std::string group = "Model";
  verb.add_option("--model", model, kModelHelp)->capture_default_str()->group(group);
  add_choice<Device>(
      verb, "--device", options.device, "Who computes; reference is exact and slow",
      {{"auto", Device::kAuto}, {"cpu", Device::kCpu}, {"reference", Device::kReference}}, group);
  add_precision_option(verb, options.precision, group);
  add_threads_option(verb, threads, group);
  verb.add_option_function<std::string>(
          "--max-size",
          [&options](const std::string& text) { options.max_size_px = parse_max_size(text); },
          "Long side of the photo at the network in pixels, or full for the photo's own size")
      ->default_str("1008")
      ->group(group);
  add_choice<PositionChoice>(
      verb, "--position", options.position,
      "Position embedding's resampling; as-named takes the one of the file's naming",
      {{"as-named", PositionChoice::kAsNamed},
       {"official", PositionChoice::kOfficial},
       {"hugging-face", PositionChoice::kHuggingFace}},
      group);
  add_choice<OutputSize>(verb, "--output-size", options.output_size, "Size of the result",
                         {{"image", OutputSize::kImage}, {"network", OutputSize::kNetwork}},
                         "Output");
}

}  // namespace promptdepth
