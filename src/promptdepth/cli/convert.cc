#include <map>

#include <fmt/format.h>

#include "promptdepth/cli/model_argument.h"
#include "promptdepth/cli/verbs.h"
#include "promptdepth/network/naming.h"
#include "promptdepth/network/network.h"
#include "promptdepth/tensor/safetensors.h"

namespace promptdepth {
namespace {

struct ConvertArguments {
  std::string input;
  std::string output;
  DType dtype = DType::kF32;
};

void run(const ConvertArguments& arguments) {
  const auto weights = open_model_argument(arguments.input);
  const ModelInfo info = inspect_model(*weights);
  const auto official = with_official_names(*weights, recognise_naming(*weights));
  save_safetensors(arguments.output, *official, arguments.dtype, official->metadata());
  fmt::print("{}: {} ({}), {} tensors, {}, {:.1f} MB\n", arguments.output, info.family, info.size,
             official->tensors().size(), name_of(arguments.dtype),
             static_cast<double>(std::filesystem::file_size(arguments.output)) * 1e-6);
}

}  // namespace

void add_convert(CLI::App& app) {
  auto arguments = std::make_shared<ConvertArguments>();
  CLI::App* verb = app.add_subcommand(
      "convert",
      "Write a model as safetensors in the official naming, whatever its format and naming were");
  verb->add_option("IN", arguments->input, kModelHelp)->required();
  verb->add_option("OUT", arguments->output, "The file to write, *.safetensors")->required();
  const std::map<std::string, DType> dtypes = {
      {"f32", DType::kF32}, {"f16", DType::kF16}, {"bf16", DType::kBF16}};
  verb->add_option("--dtype", arguments->dtype, "Element type to round to (f32, f16, bf16)")
      ->transform(CLI::CheckedTransformer(dtypes).description(""))
      ->default_str("f32");
  verb->callback([arguments] { run(*arguments); });
}

}  // namespace promptdepth
