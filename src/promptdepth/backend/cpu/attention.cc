#include "promptdepth/backend/cpu/attention.h"

#include <algorithm>

#include <omp.h>

#include "promptdepth/base/threads.h"

namespace promptdepth::cpu {
namespace {

/// Tiles that a thread should find in one parallel loop, so that the last ones waste little.
constexpr std::int64_t kTilesPerThread = 64;

struct Plan {
  std::int64_t tiles;          ///< Per head.
  std::int64_t blocks;         ///< Of keys, per head.
  std::int64_t heads_at_once;  ///< Whose keys and values are packed at a time.
  std::size_t packed_bytes;    ///< Per head.
  std::size_t scratch_bytes;   ///< Per thread.
};

std::size_t round_to_line(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

Plan make_plan(const AttentionShape& shape, const AttentionKernel& kernel) {
  Plan plan = {};
  plan.tiles = round_up(shape.tokens, kAttentionTile) / kAttentionTile;
  plan.blocks = round_up(shape.tokens, kAttentionKeyBlock) / kAttentionKeyBlock;
  plan.heads_at_once = std::clamp<std::int64_t>(thread_count() * kTilesPerThread / plan.tiles, 1,
                                                shape.images * shape.heads);
  plan.packed_bytes = round_to_line(kernel.packed_bytes(shape.tokens, shape.head_width));
  plan.scratch_bytes = round_to_line(kernel.scratch_bytes(shape.head_width));
  return plan;
}

/// Head `index` of all images counted through, within rows [queries | keys | values].
AttentionHead head_of(const AttentionShape& shape, ConstValues qkv, std::int64_t index) {
  const std::int64_t channels = shape.heads * shape.head_width;
  const ConstValues queries = qkv.offset_by(index / shape.heads * shape.tokens * 3 * channels +
                                            index % shape.heads * shape.head_width);
  return {.queries = queries,
          .keys = queries.offset_by(channels),
          .values = queries.offset_by(2 * channels),
          .stride = 3 * channels,
          .tokens = shape.tokens,
          .width = shape.head_width};
}

}  // namespace

const AttentionKernel& fastest_attention_kernel(DType dtype, std::int64_t head_width) {
  if (dtype == DType::kBF16) {
    if (const AttentionKernel* amx = amx_attention_kernel(head_width)) return *amx;
    if (const AttentionKernel* bf16 = bf16_attention_kernel(head_width)) return *bf16;
  }
  return portable_attention_kernel();
}

std::size_t attention_workspace_bytes(const AttentionShape& shape, const AttentionKernel& kernel) {
  const Plan plan = make_plan(shape, kernel);
  return static_cast<std::size_t>(plan.heads_at_once) * plan.packed_bytes +
         static_cast<std::size_t>(thread_count()) * plan.scratch_bytes;
}

void attention(const AttentionShape& shape, const AttentionKernel& kernel, const void* qkv,
               DType dtype, std::byte* workspace, void* out) {
  const Plan plan = make_plan(shape, kernel);
  const std::int64_t channels = shape.heads * shape.head_width;
  const std::int64_t heads = shape.images * shape.heads;
  std::byte* scratch = workspace + static_cast<std::size_t>(plan.heads_at_once) * plan.packed_bytes;
  const auto packed = [&](std::int64_t slot) {
    return workspace + static_cast<std::size_t>(slot) * plan.packed_bytes;
  };

  for (std::int64_t first = 0; first < heads; first += plan.heads_at_once) {
    const std::int64_t count = std::min(plan.heads_at_once, heads - first);
#pragma omp parallel
    {
#pragma omp for schedule(static)
      for (std::int64_t i = 0; i < count * plan.blocks; ++i) {
        const std::int64_t slot = i / plan.blocks;
        kernel.pack(head_of(shape, {qkv, dtype}, first + slot), i % plan.blocks, packed(slot));
      }
      std::byte* own_scratch =
          scratch + static_cast<std::size_t>(omp_get_thread_num()) * plan.scratch_bytes;
#pragma omp for schedule(dynamic)
      for (std::int64_t i = 0; i < count * plan.tiles; ++i) {
        const std::int64_t slot = i / plan.tiles;
        const std::int64_t head = first + slot;
        const std::int64_t row = i % plan.tiles * kAttentionTile;
        const Values target =
            Values{out, dtype}.offset_by((head / shape.heads * shape.tokens + row) * channels +
                                         head % shape.heads * shape.head_width);
        kernel.attend(head_of(shape, {qkv, dtype}, head), packed(slot), row,
                      std::min(kAttentionTile, shape.tokens - row), own_scratch, target, channels);
      }
    }
  }
}

}  // namespace promptdepth::cpu
