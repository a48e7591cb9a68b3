#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

struct InfoArguments {
  std::string model = "default";
  bool tensors = false;
  bool json = false;
};

std::string dtypes_of(const WeightFile& weights) {
  std::map<std::string, int> counts;
  for (const TensorInfo& tensor : weights.tensors()) ++counts[std::string(name_of(tensor.dtype))];
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", name,
                        counts.size() > 1 ? fmt::format(" ({})", count) : "");
  }
  return text;
}

nlohmann::json tensors_json(const WeightFile& weights) {
  nlohmann::json list = nlohmann::json::array();
  for (const TensorInfo& tensor : weights.tensors()) {
    list.push_back({{"name", tensor.name},
                    {"dtype", name_of(tensor.dtype)},
                    {"shape", std::vector<std::int64_t>(tensor.shape.extents().begin(),
                                                        tensor.shape.extents().end())}});
  }
  return list;
}

void print_json(const WeightFile& weights, const ModelInfo& info, bool tensors) {
  nlohmann::json report = {
      {"family", info.family},         {"size", info.size},
      {"naming", info.naming},         {"parameters", info.parameter_count},
      {"dtype", dtypes_of(weights)},   {"tensor_count", weights.tensors().size()},
      {"metadata", weights.metadata()}};
  if (!info.prompting.empty()) report["prompting"] = info.prompting;
  if (tensors) report["tensors"] = tensors_json(weights);
  fmt::print("{}\n", report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

void print_text(const WeightFile& weights, const ModelInfo& info, bool tensors) {
  fmt::print("model        {} ({})\n", info.family, info.size);
  if (!info.prompting.empty()) fmt::print("prompting    {}\n", info.prompting);
  fmt::print("parameters   {:.2f} M ({})\n", static_cast<double>(info.parameter_count) * 1e-6,
             info.parameter_count);
  fmt::print("dtype        {}\n", dtypes_of(weights));
  fmt::print("naming       {}\n", info.naming);
  fmt::print("image sides  {}\n", info.size_multiple == 1
                                      ? "any"
                                      : fmt::format("multiples of {} pixels", info.size_multiple));
  fmt::print("tensors      {}\n", weights.tensors().size());
  for (const auto& [key, value] : weights.metadata())
    fmt::print("metadata     {} = {}\n", in_quotes(key), in_quotes(value));
  if (!tensors) return;
  for (const TensorInfo& tensor : weights.tensors()) {
    fmt::print("  {:<5} {:<22} {}\n", name_of(tensor.dtype), tensor.shape.to_string(),
               in_quotes(tensor.name));
  }
}

void run(const InfoArguments& arguments) {
  const auto weights = open_model_argument(arguments.model);
  const ModelInfo info = inspect_model(*weights);
  if (arguments.json) {
    print_json(*weights, info, arguments.tensors);
  } else {
    print_text(*weights, info, arguments.tensors);
  }
}

}  // namespace

void add_info(CLI::App& app) {
  auto arguments = std::make_shared<InfoArguments>();
  CLI::App* verb = app.add_subcommand(
      "info", "Say what a weight file is: model, parameters, dtype, naming, tensors");
  verb->add_option("MODEL", arguments->model, kModelHelp)->capture_default_str();
  verb->add_flag("--tensors", arguments->tensors, "List every tensor");
  verb->add_flag("--json", arguments->json, "Print JSON");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
