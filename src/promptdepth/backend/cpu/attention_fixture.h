#pragma once

#include <cmath>
#include <vector>

#include "promptdepth/backend/conformance/attention_error.h"
#include "promptdepth/backend/cpu/attention_kernel.h"
#include "promptdepth/backend/cpu/kernel_fixture.h"

// What tests of attention share: its formula in plain loops, and one head through a kernel.

namespace promptdepth::cpu {

/// softmax(q·kᵀ/√width)·v for rows [queries | keys | values] of images × tokens, in double.
inline std::vector<double> plain_attention(const AttentionExtents& e, std::span<const float> qkv) {
  const std::int64_t channels = e.heads * e.width;
  const auto at = [&](std::int64_t row, std::int64_t channel) {
    return static_cast<double>(qkv[static_cast<std::size_t>(row * 3 * channels + channel)]);
  };
  std::vector<double> result(static_cast<std::size_t>(e.images * e.tokens * channels));
  for (std::int64_t row = 0; row < e.images * e.tokens; ++row) {
    const std::int64_t first = row / e.tokens * e.tokens;
    for (std::int64_t head = 0; head < e.heads; ++head) {
      const std::int64_t channel = head * e.width;
      std::vector<double> scores;
      for (std::int64_t key = first; key < first + e.tokens; ++key) {
        double score = 0.0;
        for (std::int64_t i = channel; i < channel + e.width; ++i) {
          score += at(row, i) * at(key, channels + i);
        }
        scores.push_back(score / std::sqrt(static_cast<double>(e.width)));
      }
      const double largest = *std::max_element(scores.begin(), scores.end());
      double sum = 0.0;
      for (double& score : scores) sum += score = std::exp(score - largest);
      for (std::int64_t key = 0; key < e.tokens; ++key) {
        for (std::int64_t i = channel; i < channel + e.width; ++i) {
          result[static_cast<std::size_t>(row * channels + i)] +=
              scores[static_cast<std::size_t>(key)] / sum * at(first + key, 2 * channels + i);
        }
      }
    }
  }
  return result;
}

inline void expect_attention(const AttentionExtents& extents, DType dtype,
                             std::span<const float> qkv, std::span<const float> found) {
  const std::vector<double> expected = plain_attention(extents, qkv);
  const std::vector<float> rounded(expected.begin(), expected.end());
  const Precision precision = dtype == DType::kBF16 ? Precision::kBF16 : Precision::kF32;
  expect_within(found, expected, attention_tolerance(extents, qkv, {precision}, rounded));
}

/// One head's rows through a kernel, tile by tile, into rows `gap` elements apart. Records a
/// failure where anything but the result, the packed head and the scratch is written.
inline std::vector<float> attend(const AttentionKernel& kernel, DType dtype, std::int64_t tokens,
                                 std::int64_t width, std::span<const float> qkv,
                                 std::int64_t gap = 3) {
  Guarded rows(dtype, qkv);
  Guarded packed(DType::kBF16,
                 static_cast<std::int64_t>(kernel.packed_bytes(tokens, width) / sizeof(BFloat16)),
                 0);
  Guarded scratch(DType::kBF16,
                  static_cast<std::int64_t>(kernel.scratch_bytes(width) / sizeof(BFloat16)), 0);
  const std::int64_t stride = width + gap;
  Guarded out(dtype, tokens * stride - gap);
  const ConstValues queries = rows.view();
  const AttentionHead head = {.queries = queries,
                              .keys = queries.offset_by(width),
                              .values = queries.offset_by(2 * width),
                              .stride = 3 * width,
                              .tokens = tokens,
                              .width = width};
  for (std::int64_t block = 0; block * kAttentionKeyBlock < tokens; ++block) {
    kernel.pack(head, block, packed.data());
  }
  for (std::int64_t first = 0; first < tokens; first += kAttentionTile) {
    kernel.attend(head, packed.data(), first, std::min(kAttentionTile, tokens - first),
                  scratch.data(), out.view().offset_by(first * stride), stride);
  }
  EXPECT_TRUE(rows.is_intact() && packed.is_intact() && scratch.is_intact() && out.is_intact());
  std::vector<float> result;
  for (std::int64_t i = 0; i < tokens * stride - gap; ++i) {
    if (i % stride < width) {
      result.push_back(out[i]);
    } else {
      EXPECT_TRUE(out.is_untouched(i)) << "element " << i << " between rows";
    }
  }
  return result;
}

inline void expect_attends(const AttentionKernel& kernel, DType dtype, std::int64_t tokens,
                           std::int64_t width) {
  SCOPED_TRACE(::testing::Message()
               << tokens << " tokens of " << width << " channels of " << name_of(dtype));
  const std::vector<float> qkv = random_values(tokens * 3 * width, 1);
  expect_attention({1, tokens, 1, width}, dtype, qkv, attend(kernel, dtype, tokens, width, qkv));
}

/// Token counts around the register tile, the panels, the block of keys and the tile of queries.
inline constexpr std::int64_t kTokenCounts[] = {1,  2,  5,  6,  7,  15, 16, 17,  31,
                                                33, 63, 64, 65, 95, 96, 97, 129, 200};

/// Rows with the same key: every value counts the same, so that the result is their mean. Values
/// are small integers, and their number is a power of two.
inline void expect_mean_of_values(const AttentionKernel& kernel, DType dtype, std::int64_t width) {
  constexpr std::int64_t kTokens = 128;
  std::vector<float> qkv = random_values(kTokens * 3 * width, 1);
  std::vector<float> mean(static_cast<std::size_t>(width), 0.0F);
  for (std::int64_t token = 0; token < kTokens; ++token) {
    float* row = qkv.data() + token * 3 * width;
    std::fill(row + width, row + 2 * width, 0.5F);
    for (std::int64_t i = 0; i < width; ++i) {
      row[2 * width + i] = static_cast<float>((token + i) % 4);
      mean[static_cast<std::size_t>(i)] += row[2 * width + i] / static_cast<float>(kTokens);
    }
  }
  // A mean of 1.5 is exact in both types; equal weights have equal errors, which the sum cancels.
  const std::vector<float> found = attend(kernel, dtype, kTokens, width, qkv);
  for (std::size_t i = 0; i < found.size(); ++i) {
    ASSERT_NEAR(found[i], mean[i % mean.size()], 1e-6) << i;
  }
}

/// Scores so far apart that one key takes all the weight: the result is that key's value. The
/// winners come later and later, so that references must be raised.
inline void expect_winner_takes_all(const AttentionKernel& kernel, DType dtype, std::int64_t tokens,
                                    std::int64_t width = 16) {
  std::vector<float> qkv(static_cast<std::size_t>(tokens * 3 * width), 0.0F);
  for (std::int64_t token = 0; token < tokens; ++token) {
    float* row = qkv.data() + token * 3 * width;
    row[0] = 128.0F;
    row[width] = static_cast<float>(8 * token);
    for (std::int64_t i = 0; i < width; ++i) {
      row[2 * width + i] = static_cast<float>((token + i) % 128);
    }
  }
  const std::vector<float> found = attend(kernel, dtype, tokens, width, qkv);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::int64_t channel = static_cast<std::int64_t>(i) % width;
    ASSERT_EQ(found[i], static_cast<float>((tokens - 1 + channel) % 128)) << i;
  }
}

}  // namespace promptdepth::cpu
