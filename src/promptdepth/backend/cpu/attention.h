#pragma once

#include <cstddef>
#include <cstdint>

#include "promptdepth/backend/cpu/attention_kernel.h"
#include "promptdepth/backend/cpu/values.h"

namespace promptdepth::cpu {

/// Self-attention over `images` sequences of `tokens` rows [queries | keys | values], each of
/// `heads`·`head_width` channels.
struct AttentionShape {
  std::int64_t images = 1;
  std::int64_t tokens = 0;
  int heads = 1;
  std::int64_t head_width = 0;
};

/// The fastest kernel that this processor has for heads of that width.
const AttentionKernel& fastest_attention_kernel(DType dtype, std::int64_t head_width);

/// Bytes that attention() needs at `workspace`, 64-byte aligned; grows linearly with the tokens.
std::size_t attention_workspace_bytes(const AttentionShape& shape, const AttentionKernel& kernel);

/// out = softmax(q·kᵀ/sqrt(head_width))·v for each head, rows of heads·head_width channels, in the
/// dtype of qkv. Tiled after FlashAttention-2 (Dao, arXiv 2307.08691, Algorithm 1): keys pass by in
/// blocks, each query keeps a running maximum, sum and weighted sum of values.
void attention(const AttentionShape& shape, const AttentionKernel& kernel, const void* qkv,
               DType dtype, std::byte* workspace, void* out);

}  // namespace promptdepth::cpu
