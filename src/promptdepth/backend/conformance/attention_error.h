#pragma once

#include <span>
#include <vector>

#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {

struct AttentionExtents {
  std::int64_t images;
  std::int64_t tokens;
  std::int64_t heads;
  std::int64_t width;  ///< Channels of a head.
};

/// Largest permitted errors of softmax(s)·v with s = q·k/√d, see error_model.h. The weight p of a
/// key is off by a relative ρ, which is the absolute error of its score,
///   ρ = u32·((2√d + 4)·Σ|q||k|/√d + |s − max s| + 8),
/// and since the weights are normalised, y = Σ p·v by at most Σ p·ρ·(|v| + |y|), plus
/// 2√t·u32·Σ p·|v| for the sum. bfloat16 adds to the weights, independently of each other, one
/// rounding each (u16), a rounding of q where 1/√d is no power of two
/// (u16·√Σ(q·k)²/√d), and exponentials as good as u16²; and one rounding of the result.
std::vector<double> attention_tolerance(const AttentionExtents& extents, std::span<const float> qkv,
                                        const Arithmetic& arithmetic,
                                        std::span<const float> expected);

}  // namespace promptdepth
