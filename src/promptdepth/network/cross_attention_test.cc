#include "promptdepth/network/cross_attention.h"

#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

/// softmax(q·kᵀ/sqrt(d))·v of one image and one head; rows of d channels, k and v side by side.
std::vector<double> attended_by_hand(const float* q, const float* kv, std::size_t tokens,
                                     std::size_t d) {
  std::vector<double> result(tokens * d);
  for (std::size_t i = 0; i < tokens; ++i) {
    std::vector<double> share(tokens);
    double sum = 0;
    for (std::size_t j = 0; j < tokens; ++j) {
      double dot = 0;
      for (std::size_t c = 0; c < d; ++c) {
        dot += static_cast<double>(q[i * d + c]) * kv[j * 2 * d + c];
      }
      share[j] = std::exp(dot / std::sqrt(static_cast<double>(d)));
      sum += share[j];
    }
    for (std::size_t j = 0; j < tokens; ++j) {
      for (std::size_t c = 0; c < d; ++c) {
        result[i * d + c] += share[j] / sum * kv[j * 2 * d + d + c];
      }
    }
  }
  return result;
}

/// Up to some roundings of values around 1.
TEST(CrossAttention, AsksThePromptsTokensWithTheImages) {
  constexpr std::size_t kTokens = 7;
  constexpr std::size_t kWidth = 64;
  const MemoryWeights weights = tiny_weights("cross_attention");
  const auto backend = make_reference_backend();
  const LayerReader reader(weights, *backend);
  const CrossAttention design(tiny_config("cross_attention").encoder, reader);
  const auto session = backend->make_session();
  const FeatureMap prompt =
      design.encode(*session, upload_uniform(*session, {2, 5, 7, 1}, 1), 2, 3);
  const FeatureMap tokens = upload_uniform(*session, {2, 1, kTokens, kWidth}, 2);

  const std::string block = "prompting.cross_attention.blocks.1.";
  const FeatureMap normed = session->layer_norm(tokens, *reader.layer_norm(block + "norm"));
  const std::vector<float> q =
      downloaded(*session, session->linear(normed, *reader.linear(block + "query"), {}));
  const std::vector<float> kv =
      downloaded(*session, session->linear(prompt, *reader.linear(block + "key_value"), {}));
  std::vector<float> attended;
  for (std::size_t n = 0; n < 2; ++n) {
    for (const double value :
         attended_by_hand(q.data() + n * kTokens * kWidth, kv.data() + 2 * n * kTokens * kWidth,
                          kTokens, kWidth)) {
      attended.push_back(static_cast<float>(value));
    }
  }
  const FeatureMap output =
      session->linear(session->upload(attended, {2, 1, kTokens, kWidth}),
                      *reader.linear(block + "zero_output"), {.residual = tokens});
  const std::vector<float> expected = downloaded(*session, output);
  const std::vector<float> found =
      downloaded(*session, design.after_attention(*session, 1, tokens, prompt));
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], expected[i], 64 * 0x1p-24F);
  }
}

}  // namespace
}  // namespace promptdepth
