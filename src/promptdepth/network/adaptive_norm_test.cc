#include "promptdepth/network/adaptive_norm.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/network/prompting_for_test.h"

namespace promptdepth {
namespace {

/// y = x·(1 + scale) + shift, with scale and shift of the linear layers by themselves. Up to some
/// roundings of values around 1.
TEST(AdaptiveNorm, ScalesAndShiftsWhatANormGives) {
  const Dinov2Config encoder = tiny_config("adaln").encoder;
  const MemoryWeights weights = tiny_weights("adaln");
  const auto backend = make_reference_backend();
  const LayerReader reader(weights, *backend);
  const AdaptiveNorm design(encoder, reader);
  const auto session = backend->make_session();
  const FeatureMap prompt =
      design.encode(*session, upload_uniform(*session, {2, 5, 7, 1}, 1), 2, 3);
  const FeatureMap normed = upload_uniform(*session, {2, 1, 7, 64}, 2);
  const std::vector<float> x = downloaded(*session, normed);
  for (const BlockNorm norm : {BlockNorm::kBeforeAttention, BlockNorm::kBeforeFeedForward}) {
    const char digit = norm == BlockNorm::kBeforeAttention ? '1' : '2';
    const auto layer = [&](const std::string& what) {
      const auto linear = reader.linear("prompting.adaln.blocks.3.zero_" + what + digit);
      return downloaded(*session, session->linear(prompt, *linear, {}));
    };
    const std::vector<float> scale = layer("scale");
    const std::vector<float> shift = layer("shift");
    const std::vector<float> y =
        downloaded(*session, design.after_norm(*session, 3, norm, normed, prompt));
    for (std::size_t i = 0; i < y.size(); ++i) {
      const float magnitude = 1 + std::abs(scale[i]) + std::abs(shift[i]);
      ASSERT_NEAR(y[i], x[i] * (1 + scale[i]) + shift[i], 8 * 0x1p-24F * magnitude);
    }
  }
}

}  // namespace
}  // namespace promptdepth
