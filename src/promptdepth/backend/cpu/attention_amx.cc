// Attention with the tile products of AMX: 16×16 sums of 32 multiplications and additions an
// instruction, for processors that have them. The exponential between the two products is that of
// the kernel for AVX512_BF16.

#include "promptdepth/backend/cpu/attention_bf16-inl.h"
#include "promptdepth/backend/cpu/onednn.h"

#if defined(__clang__)
#pragma clang attribute push(                                                         \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16," \
                          "amx-tile,amx-bf16"))),                                     \
    apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16,amx-tile,amx-bf16")
#endif

namespace promptdepth::cpu {
namespace {

/// The one width of heads that this kernel takes: that of every vision transformer here. With it
/// queries by keys and weights by values are products of the same shape.
constexpr std::int64_t kWidth = 64;
static_assert(kWidth == kPanel);

/// Queries whose tiles are kept in registers while the columns of keys or values pass.
constexpr std::int64_t kRows = 32;
static_assert(kAttentionTile % kRows == 0);

/// Keys that all queries of a tile meet before the next ones: with their values half of the
/// second-level cache or less.
constexpr std::int64_t kChunk = 16 * kPanel;

/// Where no score's exponent can be further from zero, weights need no reference: they and their
/// sums stay within float32, and nothing is compared.
constexpr float kBound = 60.0F;

constexpr int kTileBytes = 64;  ///< Of a row.
constexpr std::int64_t kTileRows = 16;

/// The layout of LDTILECFG's operand.
struct alignas(64) TileConfiguration {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t bytes_per_row[16] = {};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfiguration) == 64);

/// What was written before is in memory: GCC's intrinsics do not say that tiles are loaded from it.
PD_INLINE void finish_writing() { asm volatile("" : : : "memory"); }

void configure_tiles() {
  TileConfiguration configuration;
  for (int i = 0; i < 8; ++i) {
    configuration.bytes_per_row[i] = kTileBytes;
    configuration.rows[i] = static_cast<std::uint8_t>(kTileRows);
  }
  finish_writing();
  _tile_loadconfig(&configuration);
}

/// sums (rows of kWidth floats) = or += rows (kRows, of kWidth) · columns (a panel's keys or
/// values).
template <bool kAdd>
PD_INLINE void multiply(const BFloat16* rows, const BFloat16* columns, float* sums) {
  constexpr std::size_t kRowStride = kWidth * sizeof(BFloat16);
  constexpr std::size_t kSumStride = kWidth * sizeof(float);
  const BFloat16* lower_rows = rows + kTileRows * kWidth;
  float* lower_sums = sums + kTileRows * kWidth;
  finish_writing();
  _tile_loadd(2, rows, kRowStride);
  _tile_loadd(3, lower_rows, kRowStride);
  _tile_loadd(4, rows + 32, kRowStride);
  _tile_loadd(5, lower_rows + 32, kRowStride);
  for (std::int64_t column = 0; column < kWidth; column += 16) {
    if constexpr (kAdd) {
      _tile_loadd(0, sums + column, kSumStride);
      _tile_loadd(1, lower_sums + column, kSumStride);
    } else {
      _tile_zero(0);
      _tile_zero(1);
    }
    const BFloat16* pairs = columns + column * kWidth;
    _tile_loadd(6, pairs, kTileBytes);
    _tile_loadd(7, pairs + 32 * kTileRows, kTileBytes);
    _tile_dpbf16ps(0, 2, 6);
    _tile_dpbf16ps(1, 3, 6);
    _tile_dpbf16ps(0, 4, 7);
    _tile_dpbf16ps(1, 5, 7);
    _tile_stored(0, sums + column, kSumStride);
    _tile_stored(1, lower_sums + column, kSumStride);
  }
}

/// Raises the row's reference if scores exceed its limit: rare after the first keys.
PD_INLINE void check_limit(const Tile& tile, std::int64_t row, const __m512 (&scores)[4],
                           float scale) {
  const __m512 largest =
      _mm512_max_ps(_mm512_max_ps(scores[0], scores[1]), _mm512_max_ps(scores[2], scores[3]));
  if (_mm512_cmp_ps_mask(largest, _mm512_set1_ps(tile.limits[row]), _CMP_GT_OQ) != 0) [[unlikely]] {
    raise_reference(tile, row, _mm512_reduce_max_ps(largest), scale, kWidth);
  }
}

/// Weights of kRows queries, from row `row` of the tile on, for a panel of which `count` keys
/// exist.
template <bool kBounded>
PD_INLINE void weigh(const Tile& tile, std::int64_t row, const float* scores, std::int64_t count,
                     BFloat16* weights) {
  const float scale = scale_for_exp2(kWidth);
  const RowWeigher weigher(scale);
  for (std::int64_t r = 0; r < kRows; ++r) {
    __m512 of_row[4];
    for (std::int64_t v = 0; v < 4; ++v) of_row[v] = _mm512_load_ps(scores + r * kPanel + v * 16);
    if constexpr (!kBounded) {
      for (std::int64_t v = 0; v < 4; ++v) of_row[v] = of_existing_keys(of_row[v], v, count);
      check_limit(tile, row + r, of_row, scale);
    }
    weigher.weigh<kBounded>(tile, row + r, of_row, weights + r * kPanel);
  }
}

/// kRows queries, from row `row` of the tile on, meet the panel of keys from `key` on.
PD_INLINE void meet(const Tile& tile, const Packed& packed, std::int64_t tokens, std::int64_t row,
                    std::int64_t key, bool bounded) {
  alignas(64) float scores[kRows * kPanel];
  alignas(64) std::uint16_t storage[kRows * kPanel];  // BFloat16 itself would be set to zero.
  auto* weights = reinterpret_cast<BFloat16*>(storage);
  multiply<false>(tile.queries + row * kWidth, packed.keys + key * kWidth, scores);
  if (bounded && key + kPanel <= tokens) {
    weigh<true>(tile, row, scores, kPanel, weights);
  } else {
    weigh<false>(tile, row, scores, std::min(kPanel, tokens - key), weights);
  }
  multiply<true>(weights, packed.values + key * kWidth, tile.weighted + row * kWidth);
}

/// The largest norm of rows of kWidth.
float largest_norm(const BFloat16* rows, std::int64_t stride, std::int64_t count) {
  float largest = 0.0F;
  for (std::int64_t i = 0; i < count; ++i) {
    const BFloat16* row = rows + i * stride;
    const auto low = __builtin_bit_cast(__m512bh, _mm512_loadu_si512(row));
    const auto high = __builtin_bit_cast(__m512bh, _mm512_loadu_si512(row + 32));
    const __m512 squares = _mm512_dpbf16_ps(_mm512_setzero_ps(), low, low);
    largest = std::max(largest, _mm512_reduce_add_ps(_mm512_dpbf16_ps(squares, high, high)));
  }
  return std::sqrt(largest);
}

/// The largest norm of each panel's keys lies behind the packed keys and values.
const float* norms_of(const std::byte* packed, std::int64_t tokens) {
  return reinterpret_cast<const float*>(packed + packed_bytes(tokens, kWidth));
}

std::size_t packed_bytes_with_norms(std::int64_t tokens, std::int64_t width) {
  return packed_bytes(tokens, width) +
         static_cast<std::size_t>(round_up(tokens, kPanel) / kPanel) * sizeof(float);
}

void pack_with_norms(const AttentionHead& head, std::int64_t block, std::byte* packed) {
  pack(head, block, packed);
  const std::int64_t first = block * kPanel;
  const auto* keys = static_cast<const BFloat16*>(head.keys.data) + first * head.stride;
  const_cast<float*>(norms_of(packed, head.tokens))[block] =
      largest_norm(keys, head.stride, std::min(kPanel, head.tokens - first));
}

void attend(const AttentionHead& head, const std::byte* memory, std::int64_t first,
            std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride) {
  const Tile tile(scratch, kWidth);
  const Packed packed(memory, head.tokens, kWidth);
  const std::int64_t tokens = head.tokens;
  const std::int64_t rows = round_up(count, kRows);
  start_rows(tile, head, first, count, rows);

  const float* norms = norms_of(memory, tokens);
  const float largest_key = *std::max_element(norms, norms + round_up(tokens, kPanel) / kPanel);
  const bool bounded =
      largest_norm(tile.queries, kWidth, rows) * largest_key * scale_for_exp2(kWidth) <= kBound;
  if (bounded) {
    std::fill_n(tile.references, rows, 0.0F);
    std::fill_n(tile.limits, rows, std::numeric_limits<float>::infinity());
  }

  configure_tiles();
  for (std::int64_t chunk = 0; chunk < tokens; chunk += kChunk) {
    for (std::int64_t row = 0; row < rows; row += kRows) {
      for (std::int64_t key = chunk; key < std::min(chunk + kChunk, tokens); key += kPanel) {
        meet(tile, packed, tokens, row, key, bounded);
      }
    }
  }
  _tile_release();
  write_rows(tile, count, kWidth, kWidth, static_cast<BFloat16*>(out.data), out_stride);
}

constexpr AttentionKernel kKernel = {.packed_bytes = packed_bytes_with_norms,
                                     .scratch_bytes = scratch_bytes,
                                     .pack = pack_with_norms,
                                     .attend = attend};

}  // namespace
}  // namespace promptdepth::cpu

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace promptdepth::cpu {

const AttentionKernel* amx_attention_kernel(std::int64_t width) {
  static const bool usable = amx_is_usable();
  return usable && width == kWidth ? &kKernel : nullptr;
}

}  // namespace promptdepth::cpu
