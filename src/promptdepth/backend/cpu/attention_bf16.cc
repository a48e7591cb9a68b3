// Attention with the dot products of AVX512_BF16: sixteen times two multiplications and additions
// an instruction. Highway does not offer them, so this one kernel is written in intrinsics; where
// the processor lacks them, the portable kernel does the work.

#include <cstring>

#include "promptdepth/backend/cpu/attention_bf16-inl.h"
#include "promptdepth/backend/cpu/onednn.h"

#if defined(__clang__)
#pragma clang attribute push(                                                            \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16"))), \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16")
#endif

namespace promptdepth::cpu {
namespace {

/// A register tile is 6 rows × 4 vectors of 16: 24 sums, and operands in the other 8 registers.
constexpr int kRows = 6;
constexpr int kVectors = 4;
static_assert(kAttentionTile % kRows == 0);

using Sums = __m512[kRows][kVectors];

PD_INLINE __m512bh load_pairs(const BFloat16* p) {
  return __builtin_bit_cast(__m512bh, _mm512_loadu_si512(p));
}

PD_INLINE __m512bh broadcast_pair(const BFloat16* p) {
  std::int32_t pair;
  std::memcpy(&pair, p, sizeof(pair));
  return __builtin_bit_cast(__m512bh, _mm512_set1_epi32(pair));
}

/// sums += a·b over `pairs` pairs of the inner dimension: `a` rows of `a_stride` elements, `b` four
/// groups of a panel's columns.
PD_INLINE void multiply_pairs(const BFloat16* a, std::int64_t a_stride, const BFloat16* b,
                              std::int64_t pairs, Sums& sums) {
  for (std::int64_t k = 0; k < pairs; ++k) {
    __m512bh column[kVectors];
    for (std::int64_t v = 0; v < kVectors; ++v) column[v] = load_pairs(b + (v * pairs + k) * 32);
    for (int r = 0; r < kRows; ++r) {
      const __m512bh factor = broadcast_pair(a + r * a_stride + 2 * k);
      for (std::int64_t v = 0; v < kVectors; ++v) {
        sums[r][v] = _mm512_dpbf16_ps(sums[r][v], factor, column[v]);
      }
    }
  }
}

/// Raises the references of those rows whose scores exceed their limits: rare after the first
/// block.
PD_INLINE void check_limits(const Tile& tile, std::int64_t row, const Sums& scores, float scale,
                            std::int64_t padded_width) {
  __m512 largest[kRows];
  unsigned above = 0;
  for (int r = 0; r < kRows; ++r) {
    largest[r] = _mm512_max_ps(_mm512_max_ps(scores[r][0], scores[r][1]),
                               _mm512_max_ps(scores[r][2], scores[r][3]));
    const __m512 limit = _mm512_set1_ps(tile.limits[row + r]);
    above |= _mm512_cmp_ps_mask(largest[r], limit, _CMP_GT_OQ);
  }
  if (above == 0) [[likely]]
    return;
  for (int r = 0; r < kRows; ++r) {
    const float maximum = _mm512_reduce_max_ps(largest[r]);
    if (maximum > tile.limits[row + r]) {
      raise_reference(tile, row + r, maximum, scale, padded_width);
    }
  }
}

/// A panel of one head's packed keys and values.
struct Panel {
  const BFloat16* keys;
  const BFloat16* values;
  std::int64_t count;  ///< Keys that exist; at most kPanel.
  std::int64_t width;
  std::int64_t padded_width;
  float scale;
};

/// Weights of the panel's keys for six queries.
PD_INLINE void weigh_panel(const Panel& panel, const Tile& tile, std::int64_t row,
                           BFloat16* weights) {
  Sums scores;
  for (auto& row_scores : scores) {
    for (__m512& score : row_scores) score = _mm512_setzero_ps();
  }
  multiply_pairs(tile.queries + row * panel.width, panel.width, panel.keys, panel.width / 2,
                 scores);
  if (panel.count < kPanel) [[unlikely]] {
    for (auto& row_scores : scores) {
      for (std::int64_t v = 0; v < kVectors; ++v) {
        row_scores[v] = of_existing_keys(row_scores[v], v, panel.count);
      }
    }
  }
  check_limits(tile, row, scores, panel.scale, panel.padded_width);
  const RowWeigher weigher(panel.scale);
  for (int r = 0; r < kRows; ++r) {
    weigher.weigh<false>(tile, row + r, scores[r], weights + r * kPanel);
  }
}

/// Adds the panel's values, weighted, to 64 channels of six queries' sums.
PD_INLINE void add_values(const Panel& panel, const BFloat16* weights, std::int64_t channel,
                          float* weighted) {
  const std::int64_t stride = panel.padded_width;
  Sums sums;
  for (int r = 0; r < kRows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) {
      sums[r][v] = _mm512_loadu_ps(weighted + r * stride + channel + v * 16);
    }
  }
  multiply_pairs(weights, kPanel, panel.values + channel * kPanel, kPanel / 2, sums);
  for (int r = 0; r < kRows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) {
      _mm512_storeu_ps(weighted + r * stride + channel + v * 16, sums[r][v]);
    }
  }
}

/// Six queries meet the keys of a panel.
PD_INLINE void attend_panel(const Panel& panel, const Tile& tile, std::int64_t row) {
  alignas(64) std::uint16_t storage[kRows * kPanel];  // BFloat16 itself would be set to zero.
  auto* weights = reinterpret_cast<BFloat16*>(storage);
  weigh_panel(panel, tile, row, weights);
  for (std::int64_t channel = 0; channel < panel.padded_width; channel += kPanel) {
    add_values(panel, weights, channel, tile.weighted + row * panel.padded_width);
  }
}

void attend(const AttentionHead& head, const std::byte* memory, std::int64_t first,
            std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride) {
  const Tile tile(scratch, head.width);
  const Packed packed(memory, head.tokens, head.width);
  const std::int64_t width = head.width;
  const std::int64_t padded_width = round_up(width, kPanel);
  const std::int64_t rows = round_up(count, kRows);
  const float scale = scale_for_exp2(width);
  start_rows(tile, head, first, count, rows);

  for (std::int64_t key = 0; key < head.tokens; key += kPanel) {
    const Panel panel = {.keys = packed.keys + key * width,
                         .values = packed.values + key * padded_width,
                         .count = std::min(kPanel, head.tokens - key),
                         .width = width,
                         .padded_width = padded_width,
                         .scale = scale};
    for (std::int64_t row = 0; row < rows; row += kRows) attend_panel(panel, tile, row);
  }
  write_rows(tile, count, width, padded_width, static_cast<BFloat16*>(out.data), out_stride);
}

constexpr AttentionKernel kKernel = {
    .packed_bytes = packed_bytes, .scratch_bytes = scratch_bytes, .pack = pack, .attend = attend};

}  // namespace
}  // namespace promptdepth::cpu

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace promptdepth::cpu {

const AttentionKernel* bf16_attention_kernel(std::int64_t width) {
  static const bool native = bf16_is_native();
  return native && width % 2 == 0 ? &kKernel : nullptr;
}

}  // namespace promptdepth::cpu
