#include "promptdepth/backend/cpu/attention.h"

#include "promptdepth/backend/cpu/attention_fixture.h"

namespace promptdepth::cpu {
namespace {

/// All heads of all images, in a workspace of just the bytes asked for.
std::vector<float> run(const AttentionShape& shape, const AttentionKernel& kernel, DType dtype,
                       std::span<const float> qkv) {
  Guarded rows(dtype, qkv);
  Guarded out(dtype, static_cast<std::int64_t>(qkv.size()) / 3);
  const std::size_t bytes = attention_workspace_bytes(shape, kernel);
  Guarded workspace(DType::kBF16, static_cast<std::int64_t>(bytes / sizeof(BFloat16)), 0);
  attention(shape, kernel, rows.view().data, dtype, workspace.data(), out.view().data);
  EXPECT_TRUE(rows.is_intact() && workspace.is_intact() && out.is_intact());
  return out.values();
}

std::vector<float> random_rows(const AttentionShape& shape) {
  return random_values(shape.images * shape.tokens * 3 * shape.heads * shape.head_width, 1);
}

constexpr AttentionShape kShapes[] = {{1, 1, 1, 8},  {2, 7, 3, 16},   {3, 97, 2, 32},
                                      {1, 65, 5, 7}, {2, 200, 4, 24}, {150, 3, 2, 4}};

TEST(Attention, GivesEveryHeadOfEveryImageItsOwnRows) {
  for (const AttentionShape& shape : kShapes) {
    for (const DType dtype : kStorageTypes) {
      for (const AttentionKernel* kernel :
           {&fastest_attention_kernel(dtype, shape.head_width), &portable_attention_kernel()}) {
        SCOPED_TRACE(::testing::Message()
                     << shape.images << " images, " << shape.tokens << " tokens, " << shape.heads
                     << " heads, " << name_of(dtype));
        const std::vector<float> qkv = random_rows(shape);
        expect_attention({shape.images, shape.tokens, shape.heads, shape.head_width}, dtype, qkv,
                         run(shape, *kernel, dtype, qkv));
      }
    }
  }
}

TEST(Attention, EveryNumberOfThreadsGivesTheSame) {
  for (const AttentionShape& shape : kShapes) {
    for (const DType dtype : kStorageTypes) {
      const AttentionKernel& kernel = fastest_attention_kernel(dtype, shape.head_width);
      const std::vector<float> qkv = random_rows(shape);
      std::vector<float> alone;
      for (const int threads : {1, 2, 5}) {
        const WithThreads several(threads);
        const std::vector<float> found = run(shape, kernel, dtype, qkv);
        if (threads == 1) alone = found;
        EXPECT_EQ(found, alone) << threads << " threads";
      }
    }
  }
}

TEST(Attention, ItsMemoryGrowsLinearlyWithTheTokens) {
  for (const DType dtype : kStorageTypes) {
    const AttentionKernel& kernel = fastest_attention_kernel(dtype, 64);
    const auto bytes = [&](std::int64_t tokens) {
      return attention_workspace_bytes({1, tokens, 1, 64}, kernel);
    };
    const std::size_t step = bytes(20'000) - bytes(10'000);
    EXPECT_NEAR(static_cast<double>(bytes(40'000) - bytes(20'000)) / static_cast<double>(step), 2.0,
                0.05);
  }
}

TEST(FastestAttentionKernel, IsThePortableOneForFloat32AndForOddWidths) {
  EXPECT_EQ(&fastest_attention_kernel(DType::kF32, 64), &portable_attention_kernel());
  EXPECT_EQ(&fastest_attention_kernel(DType::kBF16, 63), &portable_attention_kernel());
}

}  // namespace
}  // namespace promptdepth::cpu
