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

inline constexpr std::int64_t kRowGroup = 6;
static_assert(kAttentionTile % kRowGroup == 0);

/// What a query has gathered so far.
struct RowState {
  float reference;  ///< At most the true maximum so far + kAttentionSlack below it.
  float sum;        ///< Of 2^(score − reference).
};

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

/// Scratch of a tile: scaled queries, weighted sums of values, and the rows' states.
struct TileScratch {
  TileScratch(std::byte* memory, std::int64_t width)
      : queries(reinterpret_cast<float*>(memory)),
        weighted(queries + kAttentionTile * width),
        states(reinterpret_cast<RowState*>(weighted + kAttentionTile * widest_padded(width))) {}

  static std::size_t bytes(std::int64_t width) {
    return static_cast<std::size_t>(kAttentionTile) *
           (static_cast<std::size_t>(width + widest_padded(width)) * sizeof(float) +
            sizeof(RowState));
  }

  float* queries;
  float* weighted;
  RowState* states;
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

/// out[kRowGroup × panel] (+)= a[kRowGroup × depth]·b[depth × panel].
template <bool kAccumulate>
HWY_INLINE void multiply_panel(const float* HWY_RESTRICT a, std::int64_t a_stride,
                               const float* HWY_RESTRICT b, std::int64_t b_stride,
                               std::int64_t depth, float* HWY_RESTRICT out,
                               std::int64_t out_stride) {
  const D d;
  const std::int64_t lanes = lane_count();
  V sums[kRowGroup][kVectors];
  for (int r = 0; r < kRowGroup; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = kAccumulate ? hn::LoadU(d, out + r * out_stride + v * lanes) : hn::Zero(d);
    }
  }
  for (std::int64_t k = 0; k < depth; ++k) {
    V column[kVectors];
    for (int v = 0; v < kVectors; ++v) column[v] = hn::LoadU(d, b + k * b_stride + v * lanes);
    for (int r = 0; r < kRowGroup; ++r) {
      const V factor = hn::Set(d, a[r * a_stride + k]);
      for (int v = 0; v < kVectors; ++v) sums[r][v] = hn::MulAdd(factor, column[v], sums[r][v]);
    }
  }
  for (int r = 0; r < kRowGroup; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      hn::StoreU(sums[r][v], d, out + r * out_stride + v * lanes);
    }
  }
}

HWY_INLINE float largest_of(const float* scores) {
  const D d;
  V largest = hn::LoadU(d, scores);
  for (std::int64_t i = lane_count(); i < kAttentionKeyBlock; i += lane_count()) {
    largest = hn::Max(largest, hn::LoadU(d, scores + i));
  }
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

/// Takes `maximum` as the new reference and rescales what was summed against the old one.
HWY_INLINE void change_reference(float maximum, RowState& state, float* weighted,
                                 std::int64_t width) {
  const D d;
  const float factor = std::exp2(state.reference - maximum);
  state.reference = maximum;
  state.sum *= factor;
  for (std::int64_t i = 0; i < width; i += lane_count()) {
    hn::StoreU(hn::Mul(hn::LoadU(d, weighted + i), hn::Set(d, factor)), d, weighted + i);
  }
}

/// scores := 2^(scores − reference); returns their sum.
HWY_INLINE float weigh(float* HWY_RESTRICT scores, float reference) {
  const D d;
  const V offset = hn::Set(d, reference);
  V sum = hn::Zero(d);
  for (std::int64_t i = 0; i < kAttentionKeyBlock; i += lane_count()) {
    const V weight = exp2(hn::Sub(hn::LoadU(d, scores + i), offset));
    hn::StoreU(weight, d, scores + i);
    sum = hn::Add(sum, weight);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

struct KeyBlock {
  const float* keys;
  const float* values;
  std::int64_t count;  ///< Keys that exist; the rest is padding.
  std::int64_t width;
  std::int64_t padded_width;
};

/// A group of queries meets a block of keys.
HWY_INLINE void attend_block(const KeyBlock& block, const float* queries, RowState* states,
                             float* weighted) {
  HWY_ALIGN float scores[kRowGroup * kAttentionKeyBlock];
  const std::int64_t panel = panel_width();
  for (std::int64_t key = 0; key < kAttentionKeyBlock; key += panel) {
    multiply_panel<false>(queries, block.width, block.keys + key * block.width, panel, block.width,
                          scores + key, kAttentionKeyBlock);
  }
  for (int r = 0; r < kRowGroup; ++r) {
    float* row = scores + r * kAttentionKeyBlock;
    std::fill(row + block.count, row + kAttentionKeyBlock, -std::numeric_limits<float>::infinity());
    const float maximum = largest_of(row);
    if (maximum > states[r].reference + kAttentionSlack) {
      change_reference(maximum, states[r], weighted + r * block.padded_width, block.padded_width);
    }
    states[r].sum += weigh(row, states[r].reference);
  }
  for (std::int64_t channel = 0; channel < block.padded_width; channel += panel) {
    multiply_panel<true>(scores, kAttentionKeyBlock, block.values + channel, block.padded_width,
                         kAttentionKeyBlock, weighted + channel, block.padded_width);
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
HWY_INLINE void write_row(const float* weighted, float sum, std::int64_t width, T* out) {
  for_each_vector(width, [&](auto d, std::int64_t i) HWY_ATTR {
    store(d, hn::Mul(hn::LoadU(d, weighted + i), hn::Set(d, 1.0F / sum)), out + i);
  });
}

void attend(const AttentionHead& head, const std::byte* packed, std::int64_t first,
            std::int64_t count, std::byte* memory, Values out, std::int64_t out_stride) {
  const TileScratch scratch(memory, head.width);
  const std::int64_t padded_width = round_up(head.width, panel_width());
  const std::int64_t rows = round_up(count, kRowGroup);
  scale_queries(head, first, count, scratch.queries);
  std::fill(scratch.queries + count * head.width, scratch.queries + rows * head.width, 0.0F);
  std::fill_n(scratch.weighted, rows * padded_width, 0.0F);
  std::fill_n(scratch.states, rows, RowState{-std::numeric_limits<float>::infinity(), 0.0F});

  const auto* keys = reinterpret_cast<const float*>(packed);
  const float* values = keys + PackedHead::key_floats(head.tokens, head.width);
  for (std::int64_t key = 0; key < head.tokens; key += kAttentionKeyBlock) {
    const KeyBlock block = {.keys = keys + key * head.width,
                            .values = values + key * padded_width,
                            .count = std::min(kAttentionKeyBlock, head.tokens - key),
                            .width = head.width,
                            .padded_width = padded_width};
    for (std::int64_t row = 0; row < rows; row += kRowGroup) {
      attend_block(block, scratch.queries + row * head.width, scratch.states + row,
                   scratch.weighted + row * padded_width);
    }
  }
  with_elements(out, [&](auto* result) HWY_ATTR {
    for (std::int64_t i = 0; i < count; ++i) {
      write_row(scratch.weighted + i * padded_width, scratch.states[i].sum, head.width,
                result + i * out_stride);
    }
  });
}

/// Keys in panels, within a panel channel by channel; values as rows of padded width. Zeros where
/// there is no key.
void pack(const AttentionHead& head, std::int64_t block, std::byte* packed) {
  const std::int64_t panel = panel_width();
  const std::int64_t padded_width = round_up(head.width, panel);
  auto* keys = reinterpret_cast<float*>(packed);
  float* values = keys + PackedHead::key_floats(head.tokens, head.width);
  const std::int64_t begin = block * kAttentionKeyBlock;
  const std::int64_t end = std::min(begin + kAttentionKeyBlock, head.tokens);
  std::fill_n(keys + begin * head.width, kAttentionKeyBlock * head.width, 0.0F);
  std::fill_n(values + begin * padded_width, kAttentionKeyBlock * padded_width, 0.0F);
  with_elements(head.keys, [&](const auto* in) HWY_ATTR {
    const hn::CappedTag<float, 1> one;
    for (std::int64_t key = begin; key < end; ++key) {
      float* to = keys + key / panel * panel * head.width + key % panel;
      for (std::int64_t k = 0; k < head.width; ++k) {
        to[k * panel] = hn::GetLane(load(one, in + key * head.stride + k));
      }
    }
  });
  with_elements(head.values, [&](const auto* in) HWY_ATTR {
    for (std::int64_t key = begin; key < end; ++key) {
      for_each_vector(head.width, [&](auto d, std::int64_t k) HWY_ATTR {
        hn::StoreU(load(d, in + key * head.stride + k), d, values + key * padded_width + k);
      });
    }
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
                                         .scratch_bytes = TileScratch::bytes,
                                         .pack = pack_here,
                                         .attend = attend_here};
  return kernel;
}

}  // namespace promptdepth::cpu
#endif  // HWY_ONCE
