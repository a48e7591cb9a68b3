#pragma once

#include <cstddef>
#include <cstdint>

#include "promptdepth/backend/cpu/values.h"

namespace promptdepth::cpu {

/// Keys and values are packed, and pass by, in blocks of this many.
inline constexpr std::int64_t kAttentionKeyBlock = 64;

/// Queries that share one pass over the keys: enough that keys and values come from the first-level
/// cache most of the time, few enough that threads end together.
inline constexpr std::int64_t kAttentionTile = 96;

/// How far, in powers of two, scores may exceed a row's reference before its sums are rescaled.
/// Softmax does not depend on the reference; float32 has room for far more.
inline constexpr float kAttentionSlack = 16.0F;

/// One head of one image: rows of `width` elements that lie `stride` apart, of float32 or bfloat16.
struct AttentionHead {
  ConstValues queries;
  ConstValues keys;
  ConstValues values;
  std::int64_t stride = 0;
  std::int64_t tokens = 0;
  std::int64_t width = 0;
};

/// The arithmetic of attention for some instruction set. `packed` and `scratch` are 64-byte
/// aligned; nothing needs to be initialised.
struct AttentionKernel {
  /// Bytes of one head's packed keys and values.
  std::size_t (*packed_bytes)(std::int64_t tokens, std::int64_t width);
  /// Bytes of scratch for one tile.
  std::size_t (*scratch_bytes)(std::int64_t width);
  /// Packs the keys and values of block `block`.
  void (*pack)(const AttentionHead& head, std::int64_t block, std::byte* packed);
  /// Rows [first, first + count) of the head's result, count <= kAttentionTile; row i goes to
  /// out + i·out_stride.
  void (*attend)(const AttentionHead& head, const std::byte* packed, std::int64_t first,
                 std::int64_t count, std::byte* scratch, Values out, std::int64_t out_stride);
};

/// Float32 arithmetic on any processor, for heads of float32 or bfloat16.
const AttentionKernel& portable_attention_kernel();

/// For heads of bfloat16: products of bfloat16 operands, summed in float32. nullptr where the
/// processor has no AVX512_BF16, or the width is odd.
const AttentionKernel* bf16_attention_kernel(std::int64_t width);

/// The same with the tile products of AMX. nullptr where the processor has none or the operating
/// system keeps them from us, or the width is not 64.
const AttentionKernel* amx_attention_kernel(std::int64_t width);

constexpr std::int64_t round_up(std::int64_t value, std::int64_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace promptdepth::cpu
