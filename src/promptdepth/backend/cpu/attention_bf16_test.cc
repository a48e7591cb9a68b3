#include "promptdepth/backend/cpu/attention_fixture.h"
#include "promptdepth/backend/cpu/onednn.h"

namespace promptdepth::cpu {
namespace {

class Bf16Attention : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!bf16_is_native()) GTEST_SKIP() << "no AVX512_BF16";
  }
};

TEST_F(Bf16Attention, FollowsTheFormulaForEveryNumberOfTokens) {
  for (const std::int64_t tokens : kTokenCounts) {
    expect_attends(*bf16_attention_kernel(64), DType::kBF16, tokens, 64);
  }
}

TEST_F(Bf16Attention, FollowsTheFormulaForEveryEvenWidth) {
  for (std::int64_t width = 2; width <= 132; width += 2) {
    expect_attends(*bf16_attention_kernel(width), DType::kBF16, 70, width);
  }
}

TEST_F(Bf16Attention, EqualKeysGiveTheMeanOfTheValues) {
  for (const std::int64_t width : {2, 8, 18, 64}) {
    expect_mean_of_values(*bf16_attention_kernel(width), DType::kBF16, width);
  }
}

TEST_F(Bf16Attention, TheOneFarAheadTakesAll) {
  for (const std::int64_t tokens : {1, 2, 63, 65, 100}) {
    expect_winner_takes_all(*bf16_attention_kernel(16), DType::kBF16, tokens);
  }
}

TEST(Bf16AttentionKernel, IsThereForEvenWidthsOnProcessorsThatHaveTheInstructions) {
  EXPECT_EQ(bf16_attention_kernel(63), nullptr);
  EXPECT_EQ(bf16_attention_kernel(64) != nullptr, bf16_is_native());
}

}  // namespace
}  // namespace promptdepth::cpu
