// Attention with the dot products of AVX512_BF16: sixteen times two multiplications and additions
// an instruction. Highway does not offer them, so this one kernel is written in intrinsics; where
// the processor lacks them, the portable kernel does the work.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>

// GCC's own _mm512_undefined_*() set off this warning.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include "promptdepth/backend/cpu/attention_kernel.h"
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

#define PD_INLINE inline __attribute__((always_inline))

/// A register tile is 6 rows × 4 vectors of 16: 24 sums, and operands in the other 8 registers.
constexpr int kRows = 6;
constexpr int kVectors = 4;
constexpr std::int64_t kPanel = 64;
static_assert(kAttentionKeyBlock == kPanel && kAttentionTile % kRows == 0);

/// A score that is no key's: its weight is exactly zero.
constexpr float kNoScore = -1e30F;

using Sums = __m512[kRows][kVectors];

/// Scratch of a tile. Queries are bfloat16 rows, weighted sums float32 rows of the padded width.
struct Tile {
  Tile(std::byte* memory, std::int64_t width)
      : weighted(reinterpret_cast<float*>(memory)),
        sums(weighted + kAttentionTile * round_up(width, kPanel)),
        references(sums + kAttentionTile * 16),
        limits(references + kAttentionTile),
        queries(reinterpret_cast<BFloat16*>(limits + kAttentionTile)) {}

  float* weighted;
  float* sums;        ///< 16 partial sums of weights a row.
  float* references;  ///< Subtracted from a row's scaled scores.
  float* limits;      ///< Unscaled scores above this raise the reference.
  BFloat16* queries;
};

std::size_t scratch_bytes(std::int64_t width) {
  const auto floats = static_cast<std::size_t>(round_up(width, kPanel) + 16 + 2);
  return static_cast<std::size_t>(kAttentionTile) *
         (floats * sizeof(float) + static_cast<std::size_t>(width) * sizeof(BFloat16));
}

/// Keys: for each panel of 64, for each pair of channels, 64 pairs. Values: for each pair of keys,
/// padded_width pairs.
struct Packed {
  Packed(const std::byte* memory, std::int64_t tokens, std::int64_t width)
      : keys(reinterpret_cast<const BFloat16*>(memory)),
        values(keys + round_up(tokens, kPanel) * width) {}

  const BFloat16* keys;
  const BFloat16* values;
};

std::size_t packed_bytes(std::int64_t tokens, std::int64_t width) {
  return static_cast<std::size_t>(round_up(tokens, kPanel) * (width + round_up(width, kPanel))) *
         sizeof(BFloat16);
}

PD_INLINE __m512bh load_pairs(const BFloat16* p) {
  return __builtin_bit_cast(__m512bh, _mm512_loadu_si512(p));
}

PD_INLINE __m512bh broadcast_pair(const BFloat16* p) {
  std::int32_t pair;
  std::memcpy(&pair, p, sizeof(pair));
  return __builtin_bit_cast(__m512bh, _mm512_set1_epi32(pair));
}

/// sums += a·b over `pairs` pairs of the inner dimension; `a_stride` and `b_stride` in elements.
PD_INLINE void multiply_pairs(const BFloat16* a, std::int64_t a_stride, const BFloat16* b,
                              std::int64_t b_stride, std::int64_t pairs, Sums& sums) {
  for (std::int64_t k = 0; k < pairs; ++k) {
    __m512bh column[kVectors];
    for (std::int64_t v = 0; v < kVectors; ++v) column[v] = load_pairs(b + k * b_stride + v * 32);
    for (int r = 0; r < kRows; ++r) {
      const __m512bh factor = broadcast_pair(a + r * a_stride + 2 * k);
      for (std::int64_t v = 0; v < kVectors; ++v) {
        sums[r][v] = _mm512_dpbf16_ps(sums[r][v], factor, column[v]);
      }
    }
  }
}

/// 2^x rounded to bfloat16, without leaving fixed point. With n = round(128·x), the bits of the
/// bfloat16 next to 2^(n/128) are n + 127·128 less a small correction that depends on n mod 128
/// alone (a straight line through the powers of two lies that much above the curve): one table
/// look-up for 32 weights. Rounding x costs up to 0.27 %, rounding the result 0.2 to 0.4 %.
struct Exp2Table {
  Exp2Table() {
    for (int i = 0; i < 128; ++i) {
      const double mantissa = std::round((std::exp2(i / 128.0) - 1.0) * 128.0);
      corrections[i] = static_cast<std::uint8_t>(i - static_cast<int>(mantissa));
    }
  }

  static const Exp2Table& instance() {
    static const Exp2Table table;
    return table;
  }

  alignas(64) std::uint8_t corrections[128];
};

/// x·128 + kExp2Bias, rounded to an integer by the addition, has n + 127·128 in the low bits.
constexpr float kExp2Bias = 12582912.0F + 127.0F * 128.0F;  // 1.5·2^23 + ...
constexpr int kExp2BiasBits = 0x4b400000;

/// The weights of 32 shifted scores (score·scale·128 + bias as above), scores of `low` and `high`
/// by fours: low 0-3, high 0-3, low 4-7, ...
PD_INLINE __m512i exp2_bits(__m512 low, __m512 high, __m512i table0, __m512i table1) {
  const __m512i bias = _mm512_set1_epi32(kExp2BiasBits);
  const __m512i n = _mm512_packs_epi32(_mm512_sub_epi32(_mm512_castps_si512(low), bias),
                                       _mm512_sub_epi32(_mm512_castps_si512(high), bias));
  const __m512i correction = _mm512_maskz_permutex2var_epi8(0x5555555555555555U, table0, n, table1);
  return _mm512_max_epi16(_mm512_sub_epi16(n, correction), _mm512_setzero_si512());
}

/// The key in place `place` of a panel after exp2_bits().
constexpr std::int64_t key_in_place(std::int64_t place) {
  const std::int64_t four = place / 4;
  return place / 32 * 32 + (four % 2) * 16 + (four % 8) / 2 * 4 + place % 4;
}

/// Takes the largest of the row's scores as its reference and rescales what was summed before.
__attribute__((noinline)) void raise_reference(const Tile& tile, std::int64_t row, float largest,
                                               float scale, std::int64_t padded_width) {
  // A multiple of 1/128, so that weights against the old and the new one differ by this factor.
  const float reference = std::round(largest * scale * 128.0F) / 128.0F;
  const __m512 factor = _mm512_set1_ps(std::exp2(tile.references[row] - reference));
  tile.references[row] = reference;
  tile.limits[row] = (reference + kAttentionSlack) / scale;
  float* sums = tile.sums + row * 16;
  _mm512_storeu_ps(sums, _mm512_mul_ps(_mm512_loadu_ps(sums), factor));
  float* weighted = tile.weighted + row * padded_width;
  for (std::int64_t i = 0; i < padded_width; i += 16) {
    _mm512_storeu_ps(weighted + i, _mm512_mul_ps(_mm512_loadu_ps(weighted + i), factor));
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

/// Weights 2^(scale·score − reference) as bfloat16, rows of kPanel in the order of key_in_place(),
/// and their sums to the rows' sums.
PD_INLINE void weigh(const Tile& tile, std::int64_t row, const Sums& scores, float scale,
                     BFloat16* weights) {
  const __m512 factor = _mm512_set1_ps(scale * 128.0F);
  const std::uint8_t* corrections = Exp2Table::instance().corrections;
  const __m512i table0 = _mm512_load_si512(corrections);
  const __m512i table1 = _mm512_load_si512(corrections + 64);
  const __m512bh ones = __builtin_bit_cast(__m512bh, _mm512_set1_epi16(0x3f80));
  for (int r = 0; r < kRows; ++r) {
    const __m512 offset = _mm512_set1_ps(kExp2Bias - tile.references[row + r] * 128.0F);
    float* sums = tile.sums + (row + r) * 16;
    __m512 sum = _mm512_loadu_ps(sums);
    for (std::int64_t v = 0; v < kVectors; v += 2) {
      const __m512i bits =
          exp2_bits(_mm512_fmadd_ps(scores[r][v], factor, offset),
                    _mm512_fmadd_ps(scores[r][v + 1], factor, offset), table0, table1);
      _mm512_storeu_si512(weights + r * kPanel + v * 16, bits);
      sum = _mm512_dpbf16_ps(sum, __builtin_bit_cast(__m512bh, bits), ones);
    }
    _mm512_storeu_ps(sums, sum);
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
  multiply_pairs(tile.queries + row * panel.width, panel.width, panel.keys, 2 * kPanel,
                 panel.width / 2, scores);
  if (panel.count < kPanel) [[unlikely]] {
    for (std::int64_t v = 0; v < kVectors; ++v) {
      const auto here = std::clamp<std::int64_t>(panel.count - v * 16, 0, 16);
      const auto exist = static_cast<__mmask16>((1U << here) - 1U);
      for (auto& row_scores : scores) {
        row_scores[v] = _mm512_mask_blend_ps(exist, _mm512_set1_ps(kNoScore), row_scores[v]);
      }
    }
  }
  check_limits(tile, row, scores, panel.scale, panel.padded_width);
  weigh(tile, row, scores, panel.scale, weights);
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
  multiply_pairs(weights, kPanel, panel.values + 2 * channel, 2 * stride, kPanel / 2, sums);
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

void load_queries(const AttentionHead& head, std::int64_t first, std::int64_t count,
                  std::int64_t rows, BFloat16* queries) {
  const auto* in = static_cast<const BFloat16*>(head.queries.data) + first * head.stride;
  for (std::int64_t i = 0; i < count; ++i) {
    std::copy_n(in + i * head.stride, head.width, queries + i * head.width);
  }
  std::fill(queries + count * head.width, queries + rows * head.width, BFloat16{});
}

void write_rows(const Tile& tile, std::int64_t count, std::int64_t width, std::int64_t padded_width,
                BFloat16* out, std::int64_t out_stride) {
  for (std::int64_t i = 0; i < count; ++i) {
    const __m512 inverse =
        _mm512_set1_ps(1.0F / _mm512_reduce_add_ps(_mm512_loadu_ps(tile.sums + i * 16)));
    for (std::int64_t k = 0; k < width; k += 16) {
      const auto lanes = std::min<std::int64_t>(width - k, 16);
      const __m512 sum = _mm512_loadu_ps(tile.weighted + i * padded_width + k);
      const __m256bh rounded = _mm512_cvtneps_pbh(_mm512_mul_ps(sum, inverse));
      _mm256_mask_storeu_epi16(out + i * out_stride + k, static_cast<__mmask16>((1U << lanes) - 1U),
                               __builtin_bit_cast(__m256i, rounded));
    }
  }
}

void attend(const AttentionHead& head, const std::byte* memory, std::int64_t first,
            std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride) {
  const Tile tile(scratch, head.width);
  const Packed packed(memory, head.tokens, head.width);
  const std::int64_t width = head.width;
  const std::int64_t padded_width = round_up(width, kPanel);
  const std::int64_t rows = round_up(count, kRows);
  const auto scale =
      static_cast<float>(std::numbers::log2e / std::sqrt(static_cast<double>(width)));
  load_queries(head, first, count, rows, tile.queries);
  std::fill_n(tile.weighted, rows * padded_width, 0.0F);
  std::fill_n(tile.sums, rows * 16, 0.0F);
  std::fill_n(tile.references, rows, -std::numeric_limits<float>::infinity());
  std::fill_n(tile.limits, rows, -std::numeric_limits<float>::infinity());

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

/// Transposes 16×16 32-bit elements: by pairs within 128-bit lanes, then the lanes.
PD_INLINE void transpose(__m512i (&rows)[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    rows[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    rows[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    rows[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    rows[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(rows[i], rows[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(rows[i + 8], rows[i + 12], 0xdd);
  }
  for (int i = 0; i < 8; ++i) {
    rows[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    rows[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
  }
}

/// Rows of channel pairs -> for each pair, those of 64 keys; zeros where there is no key.
void pack_keys(const BFloat16* in, std::int64_t stride, std::int64_t count, std::int64_t width,
               BFloat16* out) {
  for (std::int64_t pair = 0; pair < width / 2; pair += 16) {
    const std::int64_t pairs = std::min<std::int64_t>(width / 2 - pair, 16);
    const auto exist = static_cast<__mmask16>((1U << pairs) - 1U);
    for (std::int64_t first = 0; first < kPanel; first += 16) {
      __m512i rows[16];
      for (std::int64_t i = 0; i < 16; ++i) {
        const auto here = static_cast<__mmask16>(first + i < count ? exist : 0);
        rows[i] = _mm512_maskz_loadu_epi32(here, in + (first + i) * stride + 2 * pair);
      }
      transpose(rows);
      for (std::int64_t k = 0; k < pairs; ++k) {
        _mm512_storeu_si512(out + ((pair + k) * kPanel + first) * 2, rows[k]);
      }
    }
  }
}

/// Rows of channels -> pairs of keys for each channel; zeros where there is no key or channel.
void pack_values(const BFloat16* in, std::int64_t stride, std::int64_t count, std::int64_t width,
                 BFloat16* out) {
  const std::int64_t padded_width = round_up(width, kPanel);
  const auto load = [&](std::int64_t key, std::int64_t channel) {
    const auto lanes = key < count ? std::clamp<std::int64_t>(width - channel, 0, 16) : 0;
    const auto exist = static_cast<__mmask16>((1U << lanes) - 1U);
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(exist, in + key * stride + channel));
  };
  for (std::int64_t key = 0; key < kPanel; key += 2) {
    for (std::int64_t channel = 0; channel < padded_width; channel += 16) {
      const __m512i pairs =
          _mm512_or_si512(load(key_in_place(key), channel),
                          _mm512_slli_epi32(load(key_in_place(key + 1), channel), 16));
      _mm512_storeu_si512(out + key * padded_width + 2 * channel, pairs);
    }
  }
}

void pack(const AttentionHead& head, std::int64_t block, std::byte* memory) {
  const Packed packed(memory, head.tokens, head.width);
  const std::int64_t begin = block * kPanel;
  const std::int64_t count = std::min(kPanel, head.tokens - begin);
  const std::int64_t padded_width = round_up(head.width, kPanel);
  pack_keys(static_cast<const BFloat16*>(head.keys.data) + begin * head.stride, head.stride, count,
            head.width, const_cast<BFloat16*>(packed.keys) + begin * head.width);
  pack_values(static_cast<const BFloat16*>(head.values.data) + begin * head.stride, head.stride,
              count, head.width, const_cast<BFloat16*>(packed.values) + begin * padded_width);
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
