#pragma once

#include <cstdint>

#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/layers.h"

namespace promptdepth::cpu {

/// What happens to a product before it is stored: out = nonlinearity(product + bias), or, with
/// `accumulate`, out += nonlinearity(product + bias).
struct Epilogue {
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  bool accumulate = false;
};

/// A tile of a product, float32 rows without gaps.
struct ProductTile {
  const float* product = nullptr;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  const float* bias = nullptr;  ///< `columns` values.
  Values out;
  std::int64_t out_stride = 0;  ///< Elements between rows of `out`.
};

/// Finishes a tile on the calling thread. GELU(x) is off by at most 2e-7·|x| where `out` is float32
/// and 2e-4·|x| where it is bfloat16.
void finish_tile(const ProductTile& tile, const Epilogue& epilogue);

}  // namespace promptdepth::cpu
