#include "promptdepth/network/prompt_depth_anything.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/network/naming.h"
#include "promptdepth/tensor/memory_weights.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

TEST(PromptDepthAnything, NamesItsSizes) {
  for (const char* size : {"vits", "vitb", "vitl", "vitg"}) {
    EXPECT_EQ(PromptDepthAnything::size_name(PromptDepthAnything::config_of_size(size)), size);
  }
  EXPECT_THROW(PromptDepthAnything::config_of_size("vith"), Error);
  PromptDepthAnythingConfig other = PromptDepthAnything::config_of_size("vits");
  other.encoder.depth = 6;
  EXPECT_EQ(PromptDepthAnything::size_name(other), "width 384, depth 6, features 64");
}

/// ViT-g's SwiGLU feed-forward, at a size that plain loops can run.
TEST(PromptDepthAnything, RunsAnyOtherSizeOfTheFamily) {
  const PromptDepthAnythingConfig config = {
      .encoder = {.width = 64,
                  .depth = 4,
                  .hidden = 48,
                  .feed_forward = FeedForward::kSwiGlu,
                  .position_grid = 4},
      .decoder = {.encoder_width = 64, .neck = {8, 8, 8, 8}, .features = 8, .head_hidden = 4}};
  const auto weights = seeded_weights(PromptDepthAnything::manifest(config).tensors());
  const auto backend = make_reference_backend();
  const auto run = [&](PositionChoice position, const std::string& said = "") {
    MemoryWeights copy("a test", said.empty()
                                     ? std::map<std::string, std::string>()
                                     : std::map<std::string, std::string>({{kPositionKey, said}}));
    for (const TensorInfo& tensor : weights->tensors())
      copy.add(tensor.name, weights->read(tensor.name));
    const auto network = build_network(copy, *backend, position);
    const auto session = backend->make_session();
    std::vector<float> image(28 * 42 * 3);
    Random random(2);
    for (float& value : image) value = random.uniform();
    const FeatureMap prompt = session->upload(std::vector<float>(12, 0.5F), {1, 3, 4, 1});
    std::vector<float> depth(28 * 42);
    session->download(network->forward(*session, {.image = session->upload(image, {1, 28, 42, 3}),
                                                  .prompt = prompt,
                                                  .measured = prompt}),
                      depth);
    return depth;
  };
  const std::vector<float> official = run(PositionChoice::kOfficial);
  for (const float y : official) {
    EXPECT_GT(y, 0.0F);
    EXPECT_LT(y, 1.0F);
  }
  EXPECT_NE(official, run(PositionChoice::kHuggingFace));
  EXPECT_EQ(official, run(PositionChoice::kAsNamed));
  EXPECT_EQ(official, run(PositionChoice::kAsNamed, "official"));
  EXPECT_EQ(official, run(PositionChoice::kOfficial, "hugging-face"));
  EXPECT_EQ(run(PositionChoice::kAsNamed, "hugging-face"), run(PositionChoice::kHuggingFace));
  EXPECT_THROW(run(PositionChoice::kAsNamed, "other"), Error);
}

}  // namespace
}  // namespace promptdepth
