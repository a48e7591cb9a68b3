#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "promptdepth/backend/conformance/conformance.h"
#include "promptdepth/base/random.h"

// The tables, by theme, and what they are made of.

namespace promptdepth {

std::vector<OperationCases> product_cases();        ///< linear, patch_embed
std::vector<OperationCases> convolution_cases();    ///< conv2d, conv_transpose2d
std::vector<OperationCases> token_cases();          ///< norms, attention, swiglu, positions
std::vector<OperationCases> propagation_cases();    ///< propagate
std::vector<OperationCases> rearrangement_cases();  ///< resize, blocks, concat, add, upload

/// Random operands of one case, the same on every machine. All are numbers of bfloat16.
class RandomOperands {
 public:
  explicit RandomOperands(std::string_view case_name);

  /// Normal values. Rows (the channels of a pixel) take turns in size: three of about 1, one a
  /// thousand times larger, one a thousand times smaller.
  MapValues map(FeatureShape shape, bool stored);

  /// Uniform in [0, 1).
  MapValues image(FeatureShape shape);

  HostTensor normal(Shape shape, float deviation);
  HostTensor around_one(Shape shape);

 private:
  Random random_;
};

/// A nonempty tensor's values through f; an empty one stays empty.
HostTensor transformed(const HostTensor& tensor, float (*f)(float));

float magnitude(float x);
float square(float x);

/// How an operation is given its residual.
enum class Residual { kNone, kGiven, kHeld };

/// "x8", "_gelu" ...: parts of case names.
std::string_view suffix(Nonlinearity nonlinearity);
std::string_view suffix(Residual residual);

constexpr DType in_storage(DType storage) { return storage; }
constexpr DType always_f32(DType /*storage*/) { return DType::kF32; }

}  // namespace promptdepth
