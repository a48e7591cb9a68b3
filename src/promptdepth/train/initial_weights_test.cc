#include "promptdepth/train/initial_weights.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/network.h"
#include "promptdepth/network/prompting_designs.h"
#include "promptdepth/tensor/safetensors.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

double mean_square(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

struct Inputs {
  std::vector<float> image = std::vector<float>(std::size_t{3} * 32 * 32);
  std::vector<float> prompt = std::vector<float>(std::size_t{32} * 32);
  std::vector<float> measured = std::vector<float>(std::size_t{32} * 32, 1.0F);
};

Inputs random_inputs() {
  Inputs inputs;
  Random random(4);
  for (float& value : inputs.image) value = random.uniform();
  for (float& value : inputs.prompt) value = random.uniform(0.3F, 0.5F);
  return inputs;
}

TEST(InitialWeights, StartAsTheUpsampledPromptWithFeaturesOfOrdinarySize) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const auto network = build_network(initial_weights({}, 1), *backend);
  const auto session = backend->make_session();
  int stages = 0;
  session->set_observer([&](std::string_view stage, const FeatureMap& result) {
    if (!stage.starts_with("encode") && !stage.starts_with("decode")) return;
    std::vector<float> values(static_cast<std::size_t>(result.shape().element_count()));
    session->download(result, values);
    EXPECT_GT(mean_square(values), 0.2) << stage;
    EXPECT_LT(mean_square(values), 5) << stage;
    ++stages;
  });
  const Inputs inputs = random_inputs();
  std::vector<float> depth(inputs.prompt.size());
  session->download(
      network->forward(*session, {.image = session->upload(inputs.image, {1, 32, 32, 3}),
                                  .prompt = session->upload(inputs.prompt, {1, 32, 32, 1}),
                                  .measured = session->upload(inputs.measured, {1, 32, 32, 1})}),
      depth);
  // Propagation keeps most of each pixel.
  for (std::size_t i = 0; i < depth.size(); ++i) EXPECT_NEAR(depth[i], inputs.prompt[i], 0.04F);
  EXPECT_EQ(stages, 9);
}

TEST(InitialWeights, AreTheSameForTheSameSeedOnly) {
  const ModelRecipe model{.channels = {8, 12}};
  const MemoryWeights a = initial_weights(model, 1);
  const MemoryWeights b = initial_weights(model, 1);
  const MemoryWeights c = initial_weights(model, 2);
  const std::string name = "compact.level1.encode.conv1.weight";
  EXPECT_EQ(a.read(name).to_floats(), b.read(name).to_floats());
  EXPECT_NE(a.read(name).to_floats(), c.read(name).to_floats());
}

/// A file with the tensors of `weights` that `keep` keeps, under a name of `prefix` + its own.
std::string write_part(const WeightFile& weights, const std::string& prefix,
                       const std::function<bool(const std::string&)>& keep) {
  MemoryWeights part;
  for (const TensorInfo& tensor : weights.tensors()) {
    if (keep(tensor.name)) part.add(prefix + tensor.name, weights.read(tensor.name));
  }
  const auto path = std::filesystem::path(::testing::TempDir()) / "part.safetensors";
  save_safetensors(path, part);
  return path.string();
}

ModelRecipe tiny_model(std::string_view prompting) {
  ModelRecipe model = tiny_prompt_depth_anything_model();
  model.prompting = prompting;
  return model;
}

/// As published, for every design: what is new copies the file's encoder, or ends in zeros.
TEST(InitialWeights, OfAFoundationModelAreItsOwnAndAPromptingThatEndsInZeros) {
  const MemoryWeights foundation = random_weights(tiny_model("none"), 1);
  const std::string file =
      write_part(foundation, "module.", [](const std::string&) { return true; });
  for (const PromptingDesign& design : prompting_designs()) {
    ModelRecipe model = tiny_model(design.name);
    model.initial_weights = file;
    const MemoryWeights weights = initial_weights(model, 2);
    for (const TensorInfo& tensor : weights.tensors()) {
      const std::vector<float> values = weights.read(tensor.name).to_floats();
      const std::string source = encoder_original(tensor.name).value_or(tensor.name);
      if (!is_of_prompting(source)) {
        EXPECT_EQ(values, foundation.read(source).to_floats()) << tensor.name;
      } else if (starts_at_zero(tensor.name)) {
        EXPECT_EQ(mean_square(values), 0) << tensor.name;
      } else if (!tensor.name.ends_with(".norm.bias")) {
        EXPECT_GT(mean_square(values), 0) << tensor.name;
      }
    }
    for (const TensorInfo& tensor : foundation.tensors()) {
      EXPECT_NE(weights.find(tensor.name), nullptr) << tensor.name;
    }
  }
}

TEST(InitialWeights, DifferInThePromptingAlone) {
  const MemoryWeights none = random_weights(tiny_model("none"), 1);
  for (const PromptingDesign& design : prompting_designs()) {
    const MemoryWeights weights = random_weights(tiny_model(design.name), 1);
    for (const TensorInfo& tensor : none.tensors()) {
      EXPECT_EQ(weights.read(tensor.name).to_floats(), none.read(tensor.name).to_floats());
    }
  }
}

TEST(InitialWeights, SayWhatTheirTensorsDoNotTell) {
  ModelRecipe model = tiny_model("none");
  model.depth_range_m = 12.5F;
  const ModelInfo info = inspect_model(random_weights(model, 1));
  EXPECT_EQ(info.prompting, "none");
  EXPECT_EQ(info.depth_range_m, 12.5F);
}

/// The prompt changes nothing yet.
TEST(InitialWeights, OfPromptDepthAnythingStartAsTheFoundationModel) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  for (const PromptingDesign& design : prompting_designs()) {
    const auto network = build_network(random_weights(tiny_model(design.name), 3), *backend);
    const auto session = backend->make_session();
    const std::vector<float> image(std::size_t{3} * 28 * 28, 0.5F);
    std::vector<float> with(std::size_t{28} * 28);
    std::vector<float> without = with;
    const auto run = [&](FeatureMap prompt, std::vector<float>& depth) {
      session->download(network->forward(*session, {.image = session->upload(image, {1, 28, 28, 3}),
                                                    .prompt = std::move(prompt),
                                                    .measured = {}}),
                        depth);
    };
    run(session->upload(std::vector<float>(64, 0.7F), {1, 8, 8, 1}), with);
    run({}, without);
    EXPECT_EQ(with, without) << design.name;
    for (const float y : with) EXPECT_TRUE(y > 0 && y < 1);
  }
}

TEST(InitialWeights, OfACompactModelCanBeGivenPropagation) {
  ModelRecipe model{.channels = {8, 12}, .propagations = 2};
  const MemoryWeights whole = random_weights(model, 1);
  const auto in_propagation = [](const std::string& name) {
    return name.starts_with("compact.propagation");
  };
  model.initial_weights =
      write_part(whole, "", [&](const std::string& name) { return !in_propagation(name); });
  const MemoryWeights weights = initial_weights(model, 2);
  ASSERT_EQ(weights.tensors().size(), whole.tensors().size());
  for (const TensorInfo& tensor : weights.tensors()) {
    const std::vector<float> values = weights.read(tensor.name).to_floats();
    if (in_propagation(tensor.name)) {
      EXPECT_EQ(mean_square(values), 0) << tensor.name;
    } else {
      EXPECT_EQ(values, whole.read(tensor.name).to_floats()) << tensor.name;
    }
  }
  model.initial_weights = write_part(
      whole, "", [](const std::string& name) { return name != "compact.propagation1.bias"; });
  EXPECT_THROW(initial_weights(model, 2), Error);
}

TEST(InitialWeights, OfAFileThatLacksMoreThanThePromptBranchAreRefused) {
  ModelRecipe model = tiny_prompt_depth_anything_model();
  const MemoryWeights whole = random_weights(model, 1);
  const auto refusal = [&](const std::function<bool(const std::string&)>& keep) -> std::string {
    model.initial_weights = write_part(whole, "", keep);
    try {
      initial_weights(model, 1);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal([](const std::string& name) { return name != "pretrained.norm.bias"; }),
              ::testing::HasSubstr("pretrained.norm.bias"));
  EXPECT_THAT(refusal([](const std::string& name) {
                return name != "depth_head.scratch.refinenet2.resConfUnit_depth.2.bias";
              }),
              ::testing::HasSubstr("refinenet2.resConfUnit_depth.2.bias"));
  EXPECT_EQ(refusal([](const std::string&) { return true; }), "");
}

}  // namespace
}  // namespace promptdepth
