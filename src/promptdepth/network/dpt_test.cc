#include "promptdepth/network/dpt.h"

#include <gtest/gtest.h>

#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/tensor/seeded_weights.h"

namespace promptdepth {
namespace {

const DptConfig kSmall = {
    .encoder_width = 6, .neck = {3, 4, 5, 6}, .features = 4, .head_hidden = 3};

DptConfig read_back(const DptConfig& config) {
  Manifest manifest;
  describe_dpt(config, manifest);
  return dpt_config(*seeded_weights(manifest.tensors()), config.encoder_width);
}

TEST(Dpt, RefusesLayersWithoutChannelsAndWhatCannotBeHalved) {
  EXPECT_EQ(read_back(kSmall).features, kSmall.features);
  for (const std::int64_t features : {0, 1, 3}) {
    DptConfig config = kSmall;
    config.features = features;
    EXPECT_THROW(read_back(config), Error) << features;
  }
  for (std::size_t level = 0; level < 4; ++level) {
    DptConfig config = kSmall;
    config.neck[level] = 0;
    EXPECT_THROW(read_back(config), Error) << level;
  }
  DptConfig config = kSmall;
  config.head_hidden = 0;
  EXPECT_THROW(read_back(config), Error);
}

std::vector<float> run(const WeightFile& weights, const Prompting& prompting) {
  const auto backend = make_reference_backend();
  const Dpt decoder(LayerReader(weights, *backend));
  const auto session = backend->make_session();
  std::array<FeatureMap, 4> features;
  Random random(5);
  for (FeatureMap& feature : features) {
    std::vector<float> values(3 * 5 * 6);
    for (float& value : values) value = random.normal();
    feature = session->upload(values, {1, 3, 5, 6});
  }
  const FeatureMap y = decoder.forward(*session, features, prompting, {}, 42, 70);
  EXPECT_EQ(y.shape(), (FeatureShape{1, 42, 70, 1}));
  std::vector<float> depth(42 * 70);
  session->download(y, depth);
  return depth;
}

std::unique_ptr<WeightFile> small_weights() {
  Manifest manifest;
  describe_dpt(kSmall, manifest);
  return seeded_weights(manifest.tensors());
}

TEST(Dpt, ReadsItsConfigurationFromTheShapes) {
  const DptConfig config = dpt_config(*small_weights(), 6);
  EXPECT_EQ(config.neck, kSmall.neck);
  EXPECT_EQ(config.features, 4);
  EXPECT_EQ(config.head_hidden, 3);
}

/// Lets a one in, at one level.
class OnePrompting : public Prompting {
 public:
  explicit OnePrompting(std::size_t level) : level_(level) {}
  FeatureMap in_fusion_block(Session& session, std::size_t level, FeatureMap path,
                             const FeatureMap& /*prompt*/) const override {
    const std::vector<float> ones(static_cast<std::size_t>(path.shape().element_count()), 1.0F);
    return level == level_ ? session.add(path, session.upload(ones, path.shape())) : path;
  }

 private:
  std::size_t level_;
};

TEST(Dpt, OutputIsBetweenZeroAndOneAndThePromptEntersAtEveryLevel) {
  const auto weights = small_weights();
  const std::vector<float> without = run(*weights, Prompting());
  for (const float y : without) {
    EXPECT_GT(y, 0.0F);
    EXPECT_LT(y, 1.0F);
  }
  std::vector<std::vector<float>> results = {without};
  for (std::size_t level = 0; level < 4; ++level) {
    results.push_back(run(*weights, OnePrompting(level)));
    for (std::size_t other = 0; other <= level; ++other) {
      EXPECT_NE(results.back(), results[other]) << level;
    }
  }
}

}  // namespace
}  // namespace promptdepth
