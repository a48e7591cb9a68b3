#pragma once

#include <cstddef>
#include <cstdint>

#include "promptdepth/backend/cpu/epilogue.h"
#include "promptdepth/backend/cpu/onednn.h"
#include "promptdepth/backend/cpu/values.h"

namespace promptdepth::cpu {

/// Bytes that multiply() needs at `workspace`, 64-byte aligned.
std::size_t product_workspace_bytes(const PackedProduct& layer, std::int64_t rows);

/// out = epilogue(in·Wᵀ + b) on all threads: `in` holds rows × layer.in() elements of the layer's
/// dtype, `out` rows × layer.out().
///
/// oneDNN computes tiles that stay in a core's cache, the epilogue finishes them there.
void multiply(Executor& executor, const PackedProduct& layer, std::int64_t rows, const void* in,
              Values out, const Epilogue& epilogue, std::byte* workspace);

}  // namespace promptdepth::cpu
