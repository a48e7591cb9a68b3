#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/feature_map.h"
#include "promptdepth/backend/layers.h"

// Everything that the project asks of oneDNN. Only onednn.cc knows its API.

namespace promptdepth::cpu {

/// Whether oneDNN has bfloat16 kernels for this processor (AVX-512), and whether the processor
/// multiplies bfloat16 itself.
bool bf16_is_supported();
bool bf16_is_native();

/// What happens to a product before it is stored: nonlinearity(product + bias), then, with
/// `accumulate`, what `out` holds is added.
struct Epilogue {
  Nonlinearity nonlinearity = Nonlinearity::kIdentity;
  bool accumulate = false;
};

/// The weights of y = x·Wᵀ + b, rounded to `dtype` and laid out for the processor.
class PackedProduct {
 public:
  /// `weight` is [out, in] row-major; `bias` has `out` elements or none.
  PackedProduct(std::int64_t in, std::int64_t out, std::span<const float> weight,
                std::span<const float> bias, DType dtype);
  ~PackedProduct();

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }

 private:
  friend class Executor;
  struct Packed;
  std::int64_t in_;
  std::int64_t out_;
  DType dtype_;
  std::unique_ptr<Packed> packed_;
};

struct ConvolutionGeometry {
  std::int64_t in = 0;   ///< Channels.
  std::int64_t out = 0;  ///< Channels.
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t padding = 0;

  FeatureShape output_shape(const FeatureShape& input) const;
};

/// The weights of a convolution, likewise.
class PackedConvolution {
 public:
  /// `weight` is [out, in, kernel, kernel] row-major; `bias` has `out` elements or none.
  PackedConvolution(const ConvolutionGeometry& geometry, std::span<const float> weight,
                    std::span<const float> bias, DType dtype);
  ~PackedConvolution();

  const ConvolutionGeometry& geometry() const { return geometry_; }

 private:
  friend class Executor;
  struct Packed;
  ConvolutionGeometry geometry_;
  DType dtype_;
  std::unique_ptr<Packed> packed_;
};

/// Runs packed layers, and keeps what oneDNN has generated for each layer and shape. Not
/// thread-safe; may not outlive the layers it has run.
class Executor {
 public:
  Executor();
  ~Executor();

  /// `in` holds rows × layer.in() elements of the layer's dtype.
  void multiply(const PackedProduct& layer, std::int64_t rows, const void* in, Values out,
                const Epilogue& epilogue);

  /// `in` is NHWC, of the layer's dtype.
  void convolve(const PackedConvolution& layer, const FeatureShape& shape, const void* in,
                Values out, const Epilogue& epilogue);

  /// Scratch memory, and weights that had to be packed once more for an unusual shape.
  std::size_t allocated_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace promptdepth::cpu
