// What the kernels of attention in bfloat16 share: how keys and values are packed, the scratch of a
// tile, weights by the exponential of scores. In intrinsics of AVX-512, included by one kernel's
// source only.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

// GCC's own _mm512_undefined_*() set off this warning.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include "promptdepth/backend/cpu/attention_kernel.h"

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

/// Keys that are packed together.
constexpr std::int64_t kPanel = kAttentionKeyBlock;
static_assert(kPanel == 64);

/// A score that is no key's: its weight is exactly zero.
constexpr float kNoScore = -1e30F;

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

/// A panel's right operands: columns (its keys, or channels of its values) in groups of 16; for
/// each group, for each pair of the inner dimension (channels, or keys), the 16 columns' pairs.
/// That is how tile products want them.
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
constexpr float kExp2Zero = 12582912.0F;  // 1.5·2^23, and a weight of zero
constexpr float kExp2Bias = kExp2Zero + 127.0F * 128.0F;

/// The weights of 32 shifted scores (score·scale·128 + kExp2Bias), in pairs: the first of a pair
/// from `low`, the second from `high`.
PD_INLINE __m512i exp2_bits(__m512 low, __m512 high, __m512i table0, __m512i table1) {
  const __m512i low_halves = _mm512_set4_epi32(0x0d0c0d0c, 0x09080908, 0x05040504, 0x01000100);
  const __m512i n = _mm512_mask_shuffle_epi8(_mm512_castps_si512(low), 0xccccccccccccccccU,
                                             _mm512_castps_si512(high), low_halves);
  const __m512i correction = _mm512_maskz_permutex2var_epi8(0x5555555555555555U, table0, n, table1);
  return _mm512_sub_epi16(n, correction);
}

/// The key in place `place` of a panel after exp2_bits().
constexpr std::int64_t key_in_place(std::int64_t place) {
  return place / 32 * 32 + place % 2 * 16 + place % 32 / 2;
}

/// Weights 2^(scale·score − reference) of a row's scores.
class RowWeigher {
 public:
  explicit RowWeigher(float scale)
      : factor_(_mm512_set1_ps(scale * 128.0F)),
        table0_(_mm512_load_si512(Exp2Table::instance().corrections)),
        table1_(_mm512_load_si512(Exp2Table::instance().corrections + 64)) {}

  /// As bfloat16 in the order of key_in_place(), and their sums to the row's. Weights below 2^-127
  /// become zero; with kBounded there are none, and the reference is zero.
  template <bool kBounded>
  PD_INLINE void weigh(const Tile& tile, std::int64_t row, const __m512 (&scores)[kPanel / 16],
                       BFloat16* weights) const {
    const __m512bh ones = __builtin_bit_cast(__m512bh, _mm512_set1_epi16(0x3f80));
    const float reference = kBounded ? 0.0F : tile.references[row];
    const __m512 offset = _mm512_set1_ps(kExp2Bias - reference * 128.0F);
    float* sums = tile.sums + row * 16;
    __m512 sum = _mm512_load_ps(sums);
    for (std::int64_t v = 0; v < kPanel / 16; v += 2) {
      const __m512i bits = exp2_bits(shifted<kBounded>(scores[v], offset),
                                     shifted<kBounded>(scores[v + 1], offset), table0_, table1_);
      _mm512_store_si512(weights + v * 16, bits);
      sum = _mm512_dpbf16_ps(sum, __builtin_bit_cast(__m512bh, bits), ones);
    }
    _mm512_store_ps(sums, sum);
  }

 private:
  template <bool kBounded>
  PD_INLINE __m512 shifted(__m512 scores, __m512 offset) const {
    const __m512 x = _mm512_fmadd_ps(scores, factor_, offset);
    return kBounded ? x : _mm512_max_ps(x, _mm512_set1_ps(kExp2Zero));
  }

  __m512 factor_;
  __m512i table0_;
  __m512i table1_;
};

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

/// Scores of vector `vector` of a panel, those of keys from `count` on replaced.
PD_INLINE __m512 of_existing_keys(__m512 scores, std::int64_t vector, std::int64_t count) {
  const auto here = std::clamp<std::int64_t>(count - vector * 16, 0, 16);
  const auto exist = static_cast<__mmask16>((1U << here) - 1U);
  return _mm512_mask_blend_ps(exist, _mm512_set1_ps(kNoScore), scores);
}

/// Softmax of x is 2 to the power of this times x·√width, normalised.
inline float scale_for_exp2(std::int64_t width) {
  return static_cast<float>(std::numbers::log2e / std::sqrt(static_cast<double>(width)));
}

void load_queries(const AttentionHead& head, std::int64_t first, std::int64_t count,
                  std::int64_t rows, BFloat16* queries) {
  const auto* in = static_cast<const BFloat16*>(head.queries.data) + first * head.stride;
  for (std::int64_t i = 0; i < count; ++i) {
    std::copy_n(in + i * head.stride, head.width, queries + i * head.width);
  }
  std::fill(queries + count * head.width, queries + rows * head.width, BFloat16{});
}

/// `rows` rows, of which `count` exist, that have met no key yet.
void start_rows(const Tile& tile, const AttentionHead& head, std::int64_t first, std::int64_t count,
                std::int64_t rows) {
  load_queries(head, first, count, rows, tile.queries);
  std::fill_n(tile.weighted, rows * round_up(head.width, kPanel), 0.0F);
  std::fill_n(tile.sums, rows * 16, 0.0F);
  std::fill_n(tile.references, rows, -std::numeric_limits<float>::infinity());
  std::fill_n(tile.limits, rows, -std::numeric_limits<float>::infinity());
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

/// Rows of channels -> the panel's keys; zeros where there is no key.
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
        _mm512_store_si512(out + first * width + (pair + k) * 32, rows[k]);
      }
    }
  }
}

/// Rows of channels -> the panel's values; zeros where there is no key or channel.
void pack_values(const BFloat16* in, std::int64_t stride, std::int64_t count, std::int64_t width,
                 BFloat16* out) {
  const auto load = [&](std::int64_t key, std::int64_t channel) {
    const auto lanes = key < count ? std::clamp<std::int64_t>(width - channel, 0, 16) : 0;
    const auto exist = static_cast<__mmask16>((1U << lanes) - 1U);
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(exist, in + key * stride + channel));
  };
  for (std::int64_t channel = 0; channel < round_up(width, kPanel); channel += 16) {
    for (std::int64_t key = 0; key < kPanel; key += 2) {
      const __m512i pairs =
          _mm512_or_si512(load(key_in_place(key), channel),
                          _mm512_slli_epi32(load(key_in_place(key + 1), channel), 16));
      _mm512_store_si512(out + channel * kPanel + key * 16, pairs);
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

}  // namespace
}  // namespace promptdepth::cpu

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
