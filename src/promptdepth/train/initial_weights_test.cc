#include "promptdepth/train/initial_weights.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/network.h"

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
  EXPECT_EQ(depth, inputs.prompt);
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

}  // namespace
}  // namespace promptdepth
