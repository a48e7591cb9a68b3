#include "promptdepth/backend/cpu/attention_fixture.h"

namespace promptdepth::cpu {
namespace {

constexpr std::int64_t kWidth = 64;

class AmxAttention : public ::testing::Test {
 protected:
  void SetUp() override {
    if (amx_attention_kernel(kWidth) == nullptr) GTEST_SKIP() << "no AMX";
  }
};

TEST_F(AmxAttention, FollowsTheFormulaForEveryNumberOfTokens) {
  for (const std::int64_t tokens : kTokenCounts) {
    expect_attends(*amx_attention_kernel(kWidth), DType::kBF16, tokens, kWidth);
  }
}

TEST_F(AmxAttention, FollowsTheFormulaWhereScoresAreTooLargeToGoWithoutReference) {
  for (const std::int64_t tokens : {1, 64, 70, 200}) {
    SCOPED_TRACE(tokens);
    std::vector<float> qkv = random_values(tokens * 3 * kWidth, 1);
    for (std::size_t i = 0; i < qkv.size(); ++i) {
      if (i / kWidth % 3 < 2) qkv[i] *= 8.0F;
    }
    expect_attention({1, tokens, 1, kWidth}, DType::kBF16, qkv,
                     attend(*amx_attention_kernel(kWidth), DType::kBF16, tokens, kWidth, qkv));
  }
}

TEST_F(AmxAttention, EqualKeysGiveTheMeanOfTheValues) {
  expect_mean_of_values(*amx_attention_kernel(kWidth), DType::kBF16, kWidth);
}

TEST_F(AmxAttention, TheOneFarAheadTakesAll) {
  for (const std::int64_t tokens : {1, 2, 63, 65, 100, 127, 129, 200}) {
    expect_winner_takes_all(*amx_attention_kernel(kWidth), DType::kBF16, tokens, kWidth);
  }
}

TEST_F(AmxAttention, AgreesWithTheOtherKernelOverMoreThanOneChunkOfKeys) {
  constexpr std::int64_t kTokens = 2500;
  for (const float scale : {1.0F, 6.0F}) {
    std::vector<float> qkv = random_values(kTokens * 3 * kWidth, 2);
    for (float& value : qkv) value *= scale;
    const std::vector<float> expected =
        attend(*bf16_attention_kernel(kWidth), DType::kBF16, kTokens, kWidth, qkv);
    const std::vector<float> found =
        attend(*amx_attention_kernel(kWidth), DType::kBF16, kTokens, kWidth, qkv);
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_NEAR(found[i], expected[i], 0.02F * scale) << i;
    }
  }
}

TEST_F(AmxAttention, LeavesOtherWidthsToOtherKernels) {
  for (const std::int64_t width : {1, 2, 32, 63, 128}) {
    EXPECT_EQ(amx_attention_kernel(width), nullptr) << width;
  }
}

}  // namespace
}  // namespace promptdepth::cpu
