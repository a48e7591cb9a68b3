#include "promptdepth/backend/cpu/attention_fixture.h"

namespace promptdepth::cpu {
namespace {

class PortableAttention : public EachTarget {
 protected:
  const AttentionKernel& kernel() const { return portable_attention_kernel(); }
};

INSTANTIATE_TEST_SUITE_P(Targets, PortableAttention, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

TEST_P(PortableAttention, FollowsTheFormulaForEveryNumberOfTokens) {
  for (const DType dtype : kStorageTypes) {
    for (const std::int64_t tokens : kTokenCounts) expect_attends(kernel(), dtype, tokens, 16);
  }
}

TEST_P(PortableAttention, FollowsTheFormulaForEveryWidth) {
  for (const DType dtype : kStorageTypes) {
    for (const std::int64_t width : counts_around_vectors()) {
      expect_attends(kernel(), dtype, 37, width);
    }
  }
}

TEST_P(PortableAttention, EqualKeysGiveTheMeanOfTheValues) {
  for (const std::int64_t width : {1, 8, 17, 64}) {
    expect_mean_of_values(kernel(), DType::kF32, width);
  }
}

TEST_P(PortableAttention, TheOneFarAheadTakesAll) {
  for (const DType dtype : kStorageTypes) {
    for (const std::int64_t tokens : {1, 2, 63, 65, 100}) {
      expect_winner_takes_all(kernel(), dtype, tokens);
    }
  }
}

}  // namespace
}  // namespace promptdepth::cpu
