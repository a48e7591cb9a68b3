#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

/// Everything but the last token, as attention to all of them.
class DropsTheLastKey : public reference::ReferenceSession {
 public:
  FeatureMap attention(const FeatureMap& qkv, int heads) override {
    const FeatureShape& in = qkv.shape();
    if (in.w == 1) return ReferenceSession::attention(qkv, heads);
    std::vector<float> values(reference::values_of(qkv).begin(), reference::values_of(qkv).end());
    for (std::int64_t n = 0; n < in.n; ++n) {
      const auto last = values.begin() + (n + 1) * in.w * in.c;
      // The last key and value become copies of the first.
      std::copy_n(values.begin() + n * in.w * in.c + in.c / 3, 2 * in.c / 3, last - 2 * in.c / 3);
    }
    return ReferenceSession::attention(upload(values, in), heads);
  }
};

TEST(TokenCases, NoticeAKeyThatIsDropped) {
  const OperationCases cases = cases_of(token_cases(), "attention");
  FaultyBackend<DropsTheLastKey> backend;
  int with_one_token = 0;
  for (const OperationCase& operation : cases.cases) {
    if (operation.name.find("x1x1x") != std::string::npos) ++with_one_token;
  }
  EXPECT_EQ(count_failing(backend, cases), case_count(cases) - with_one_token);
}

class ScalesRows : public reference::ReferenceSession {
 public:
  FeatureMap layer_norm(const FeatureMap& x, const LayerNorm& layer) override {
    FeatureMap result = ReferenceSession::layer_norm(x, layer);
    for (float& value : reference::values_of(result)) value *= 1.0F + 1e-4F;
    return result;
  }
};

TEST(TokenCases, NoticeRowsThatAreScaledWrongly) {
  const OperationCases cases = cases_of(token_cases(), "layer_norm");
  FaultyBackend<ScalesRows> backend;
  EXPECT_EQ(count_failing(backend, cases), case_count(cases));
}

class PatchesFirst : public reference::ReferenceSession {
 public:
  FeatureMap embed_positions(const FeatureMap& patches, const PositionEmbedding& layer) override {
    FeatureMap tokens = ReferenceSession::embed_positions(patches, layer);
    const std::span<float> values = reference::values_of(tokens);
    std::rotate(values.begin(), values.begin() + tokens.shape().c, values.end());
    return tokens;
  }
};

TEST(TokenCases, NoticeTheClassTokenInAWrongPlace) {
  const OperationCases cases = cases_of(token_cases(), "embed_positions");
  FaultyBackend<PatchesFirst> backend;
  EXPECT_EQ(count_failing(backend, cases), case_count(cases));
}

}  // namespace
}  // namespace promptdepth
