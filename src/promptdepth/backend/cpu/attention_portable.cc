#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "promptdepth/backend/cpu/attention_kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/backend/cpu/attention_portable.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "promptdepth/backend/cpu/vector_io-inl.h"

#ifndef PROMPTDEPTH_BACKEND_CPU_ATTENTION_PORTABLE_ONCE_
#define PROMPTDEPTH_BACKEND_CPU_ATTENTION_PORTABLE_ONCE_
namespace promptdepth::cpu {

/// Panels are at most this wide, for any instruction set.
inline constexpr std::int64_t kWidestPanel = 64;
static_assert(kAttentionKeyBlock % kWidestPanel == 0);

/// A score that is no key's: its weight vanishes.
inline constexpr float kNoScore = -1e30F;

inline constexpr std::int64_t kRowGroup = 6;
static_assert(kAttentionTile % kRowGroup == 0);

inline std::int64_t widest_padded(std::int64_t width) { return round_up(width, kWidestPanel); }

/// Where a head's packed keys and values lie.
struct PackedHead {
  static std::int64_t key_floats(std::int64_t tokens, std::int64_t width) {
    return round_up(tokens, kAttentionKeyBlock) * width;
  }
  static std::int64_t value_floats(std::int64_t tokens, std::int64_t width) {
    return round_up(tokens, kAttentionKeyBlock) * widest_padded(width);
  }
};

/// Scratch of a tile: per query, ...
struct Tile {
  static constexpr std::int64_t kMostLanes = 16;

  Tile(std::byte* memory, std::int64_t width)
      : queries(reinterpret_cast<float*>(memory)),   // ... its channels, scaled,
        weighted(queries + kAttentionTile * width),  // the weighted sum of values so far,
        sums(weighted + kAttentionTile * widest_padded(width)),  // partial sums of weights,
        references(sums + kAttentionTile * kMostLanes),  // what is subtracted from its scores,
        limits(references + kAttentionTile) {}           // and scores that raise it.

  static std::size_t bytes(std::int64_t width) {
    return static_cast<std::size_t>(kAttentionTile *
                                    (width + widest_padded(width) + kMostLanes + 2)) *
           sizeof(float);
  }

  float* queries;
  float* weighted;
  float* sums;
  float* references;
  float* limits;
};

}  // namespace promptdepth::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::cpu::HWY_NAMESPACE {

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

/// A register tile is kRowGroup rows × kVectors vectors: the sums that the registers of the
/// instruction set hold beside the operands.
constexpr int kVectors = HWY_TARGET <= HWY_AVX3 ? 4 : 2;

HWY_INLINE std::int64_t lane_count() { return static_cast<std::int64_t>(hn::Lanes(D())); }
HWY_INLINE std::int64_t panel_width() { return kVectors * lane_count(); }

/// 2^x to about one unit in the last place for x <= 100; about 2^-126 for x < -126.
/// 2^x = 2^n·2^f with n = round(x), and a minimax polynomial for 2^f on [-1/2, 1/2].
HWY_INLINE V exp2(V x) {
  const D d;
  const hn::RebindToSigned<D> di;
  const V magic = hn::Set(d, 12582912.0F);  // 1.5·2^23: n ends in the low bits of x + magic.
  x = hn::Max(x, hn::Set(d, -126.0F));
  const V shifted = hn::Add(x, magic);
  const V f = hn::Sub(x, hn::Sub(shifted, magic));
  V p = hn::Set(d, 0.0013276472F);
  p = hn::MulAdd(p, f, hn::Set(d, 0.00967554133F));
  p = hn::MulAdd(p, f, hn::Set(d, 0.0555071327F));
  p = hn::MulAdd(p, f, hn::Set(d, 0.240221197F));
  p = hn::MulAdd(p, f, hn::Set(d, 0.693146967F));
  p = hn::MulAdd(p, f, hn::Set(d, 1.0F));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

using Sums = V[kRowGroup][kVectors];

/// sums += a[kRowGroup × depth]·b[depth × panel].
HWY_INLINE void multiply(const float* HWY_RESTRICT a, std::int64_t a_stride,
                         const float* HWY_RESTRICT b, std::int64_t b_stride, std::int64_t depth,
                         Sums& sums) {
  const D d;
  for (std::int64_t k = 0; k < depth; ++k) {
    V column[kVectors];
    for (int v = 0; v < kVectors; ++v)
      column[v] = hn::LoadU(d, b + k * b_stride + v * lane_count());
    for (int r = 0; r < kRowGroup; ++r) {
      const V factor = hn::Set(d, a[r * a_stride + k]);
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, column[v], sums[r][v]);
    }
  }
}

/// Multiplies `count` floats, a multiple of the lanes.
HWY_INLINE void rescale(V factor, std::int64_t count, float* values) {
  const D d;
  for (std::int64_t i = 0; i < count; i += lane_count()) {
    hn::StoreU(hn::Mul(hn::LoadU(d, values + i), factor), d, values + i);
  }
}

/// Takes `largest` as the row's reference and rescales what was summed against the old one, and the
/// `weight_count` weights of the block whose values are still to be added.
HWY_NOINLINE void raise_reference(const Tile& tile, std::int64_t row, float largest,
                                  std::int64_t padded_width, std::int64_t weight_count,
                                  float* weights) {
  const D d;
  const V factor = hn::Set(d, std::exp2(tile.references[row] - largest));
  tile.references[row] = largest;
  tile.limits[row] = largest + kAttentionSlack;
  rescale(factor, lane_count(), tile.sums + row * lane_count());
  rescale(factor, padded_width, tile.weighted + row * padded_width);
  rescale(factor, weight_count, weights);
}

/// Raises the references of rows whose scores exceed their limits: rare after the first keys.
/// `weights` are those of the block's keys before `key`.
HWY_INLINE void check_limits(const Tile& tile, std::int64_t row, const Sums& scores,
                             std::int64_t padded_width, std::int64_t key, float* weights) {
  const D d;
  for (int r = 0; r < kRowGroup; ++r) {
    V largest = scores[r][0];
    for (int v = 1; v < kVectors; ++v) largest = hn::Max(largest, scores[r][v]);
    if (hn::AllFalse(d, hn::Gt(largest, hn::Set(d, tile.limits[row + r])))) [[likely]]
      continue;
    const float maximum = hn::GetLane(hn::MaxOfLanes(d, largest));
    raise_reference(tile, row + r, maximum, padded_width, key, weights + r * kAttentionKeyBlock);
  }
}

/// A block of a head's packed keys and values.
struct Block {
  const float* keys;
  const float* values;
  std::int64_t count;  ///< Keys that exist; the rest is padding.
  std::int64_t width;
  std::int64_t padded_width;
};

/// Weights 2^(score − reference) of the panel of keys that begins at `key`, for a group of queries.
HWY_INLINE void weigh_panel(const Block& block, std::int64_t key, const Tile& tile,
                            std::int64_t row, float* HWY_RESTRICT weights) {
  const D d;
  Sums scores;
  for (auto& row_scores : scores) {
    for (V& score : row_scores) score = hn::Zero(d);
  }
  multiply(tile.queries + row * block.width, block.width, block.keys + key * block.width,
           panel_width(), block.width, scores);
  if (block.count < key + panel_width()) [[unlikely]] {
    for (int v = 0; v < kVectors; ++v) {
      const auto left = static_cast<float>(block.count - key - v * lane_count());
      const auto exists = hn::Lt(hn::Iota(d, 0.0F), hn::Set(d, left));
      for (auto& row_scores : scores) {
        row_scores[v] = hn::IfThenElse(exists, row_scores[v], hn::Set(d, kNoScore));
      }
    }
  }
  check_limits(tile, row, scores, block.padded_width, key, weights);
  for (int r = 0; r < kRowGroup; ++r) {
    const V reference = hn::Set(d, tile.references[row + r]);
    float* sums = tile.sums + (row + r) * lane_count();
    V sum = hn::LoadU(d, sums);
    for (int v = 0; v < kVectors; ++v) {
      const V weight = exp2(hn::Sub(scores[r][v], reference));
      hn::StoreU(weight, d, weights + r * kAttentionKeyBlock + key + v * lane_count());
      sum = hn::Add(sum, weight);
    }
    hn::StoreU(sum, d, sums);
  }
}

/// Adds the block's values, weighted, to a panel of channels of a group of queries' sums.
HWY_INLINE void add_values(const Block& block, const float* HWY_RESTRICT weights,
                           std::int64_t channel, float* HWY_RESTRICT weighted) {
  const D d;
  Sums sums;
  for (int r = 0; r < kRowGroup; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = hn::LoadU(d, weighted + r * block.padded_width + channel + v * lane_count());
    }
  }
  multiply(weights, kAttentionKeyBlock, block.values + channel, block.padded_width,
           kAttentionKeyBlock, sums);
  for (int r = 0; r < kRowGroup; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      hn::StoreU(sums[r][v], d, weighted + r * block.padded_width + channel + v * lane_count());
    }
  }
}

/// A group of queries meets a block of keys.
HWY_INLINE void attend_block(const Block& block, const Tile& tile, std::int64_t row) {
  HWY_ALIGN float weights[kRowGroup * kAttentionKeyBlock];
  for (std::int64_t key = 0; key < kAttentionKeyBlock; key += panel_width()) {
    weigh_panel(block, key, tile, row, weights);
  }
  for (std::int64_t channel = 0; channel < block.padded_width; channel += panel_width()) {
    add_values(block, weights, channel, tile.weighted + row * block.padded_width);
  }
}

/// Queries as float32, multiplied by the softmax's scale and log2 e so that weights are powers
/// of 2.
HWY_INLINE void scale_queries(const AttentionHead& head, std::int64_t first, std::int64_t count,
                              float* HWY_RESTRICT out) {
  const auto scale =
      static_cast<float>(std::numbers::log2e / std::sqrt(static_cast<double>(head.width)));
  with_elements(head.queries.offset_by(first * head.stride), [&](const auto* in) HWY_ATTR {
    for (std::int64_t i = 0; i < count; ++i) {
      for_each_vector(head.width, [&](auto d, std::int64_t k) HWY_ATTR {
        const auto query = load(d, in + i * head.stride + k);
        hn::StoreU(hn::Mul(query, hn::Set(d, scale)), d, out + i * head.width + k);
      });
    }
  });
}

template <class T>
HWY_INLINE void write_row(const float* weighted, const float* sums, std::int64_t width, T* out) {
  const D all;
  const float inverse = 1.0F / hn::GetLane(hn::SumOfLanes(all, hn::LoadU(all, sums)));
  for_each_vector(width, [&](auto d, std::int64_t i) HWY_ATTR {
    store(d, hn::Mul(hn::LoadU(d, weighted + i), hn::Set(d, inverse)), out + i);
  });
}

void attend(const AttentionHead& head, const std::byte* packed, std::int64_t first,
            std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride) {
  const Tile tile(scratch, head.width);
  const std::int64_t padded_width = round_up(head.width, panel_width());
  const std::int64_t rows = round_up(count, kRowGroup);
  scale_queries(head, first, count, tile.queries);
  std::fill(tile.queries + count * head.width, tile.queries + rows * head.width, 0.0F);
  std::fill_n(tile.weighted, rows * padded_width, 0.0F);
  std::fill_n(tile.sums, rows * lane_count(), 0.0F);
  std::fill_n(tile.references, rows, -std::numeric_limits<float>::infinity());
  std::fill_n(tile.limits, rows, -std::numeric_limits<float>::infinity());

  const auto* keys = reinterpret_cast<const float*>(packed);
  const float* values = keys + PackedHead::key_floats(head.tokens, head.width);
  for (std::int64_t key = 0; key < head.tokens; key += kAttentionKeyBlock) {
    const Block block = {.keys = keys + key * head.width,
                         .values = values + key * padded_width,
                         .count = std::min(kAttentionKeyBlock, head.tokens - key),
                         .width = head.width,
                         .padded_width = padded_width};
    for (std::int64_t row = 0; row < rows; row += kRowGroup) attend_block(block, tile, row);
  }
  with_elements(out, [&](auto* result) HWY_ATTR {
    for (std::int64_t i = 0; i < count; ++i) {
      write_row(tile.weighted + i * padded_width, tile.sums + i * lane_count(), head.width,
                result + i * out_stride);
    }
  });
}

/// Rows of keys -> panels, within a panel channel by channel; zeros where there is no key.
template <class T>
HWY_INLINE void pack_keys(const T* HWY_RESTRICT in, std::int64_t stride, std::int64_t count,
                          std::int64_t width, float* HWY_RESTRICT out) {
  constexpr std::int64_t kChannels = 16;
  // Rows are gathered first: a multiple of 4 KiB apart, they would evict one another.
  float rows[kAttentionKeyBlock][kChannels] = {};
  for (std::int64_t channel = 0; channel < width; channel += kChannels) {
    const std::int64_t channels = std::min(kChannels, width - channel);
    for (std::int64_t key = 0; key < count; ++key) {
      const T* row = in + key * stride + channel;
      for_each_vector(channels, [&](auto d, std::int64_t i)
                                    HWY_ATTR { hn::StoreU(load(d, row + i), d, rows[key] + i); });
    }
    for (std::int64_t key = 0; key < kAttentionKeyBlock; key += panel_width()) {
      float* panel = out + key * width + channel * panel_width();
      for (std::int64_t k = 0; k < channels; ++k) {
        for (std::int64_t i = 0; i < panel_width(); ++i) {
          panel[k * panel_width() + i] = rows[key + i][k];
        }
      }
    }
  }
}

/// Rows of values -> rows of padded width, zeros where there is no key or channel.
template <class T>
HWY_INLINE void pack_values(const T* HWY_RESTRICT in, std::int64_t stride, std::int64_t count,
                            std::int64_t width, float* HWY_RESTRICT out) {
  const std::int64_t padded_width = round_up(width, panel_width());
  std::fill_n(out, kAttentionKeyBlock * padded_width, 0.0F);
  for (std::int64_t key = 0; key < count; ++key) {
    const T* row = in + key * stride;
    float* to = out + key * padded_width;
    for_each_vector(
        width, [&](auto d, std::int64_t i) HWY_ATTR { hn::StoreU(load(d, row + i), d, to + i); });
  }
}

void pack(const AttentionHead& head, std::int64_t block, std::byte* packed) {
  const std::int64_t begin = block * kAttentionKeyBlock;
  const std::int64_t count = std::min(kAttentionKeyBlock, head.tokens - begin);
  auto* keys = reinterpret_cast<float*>(packed);
  float* values = keys + PackedHead::key_floats(head.tokens, head.width);
  with_elements(head.keys.offset_by(begin * head.stride), [&](const auto* in) HWY_ATTR {
    pack_keys(in, head.stride, count, head.width, keys + begin * head.width);
  });
  with_elements(head.values.offset_by(begin * head.stride), [&](const auto* in) HWY_ATTR {
    pack_values(in, head.stride, count, head.width,
                values + begin * round_up(head.width, panel_width()));
  });
}

}  // namespace promptdepth::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::cpu {
namespace {

HWY_EXPORT(attend);
HWY_EXPORT(pack);

std::size_t packed_bytes(std::int64_t tokens, std::int64_t width) {
  return static_cast<std::size_t>(PackedHead::key_floats(tokens, width) +
                                  PackedHead::value_floats(tokens, width)) *
         sizeof(float);
}

void pack_here(const AttentionHead& head, std::int64_t block, std::byte* packed) {
  HWY_DYNAMIC_DISPATCH(pack)(head, block, packed);
}

void attend_here(const AttentionHead& head, const std::byte* packed, std::int64_t first,
                 std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride) {
  HWY_DYNAMIC_DISPATCH(attend)(head, packed, first, count, scratch, out, out_stride);
}

}  // namespace

const AttentionKernel& portable_attention_kernel() {
  static const AttentionKernel kernel = {.packed_bytes = packed_bytes,
                                         .scratch_bytes = Tile::bytes,
                                         .pack = pack_here,
                                         .attend = attend_here};
  return kernel;
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
