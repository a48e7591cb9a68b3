#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "promptdepth/backend/cpu/epilogue.h"
#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/feature_map.h"

// Everything that the project asks of oneDNN. Only onednn.cc knows its API.

namespace promptdepth::cpu {

/// Whether oneDNN has bfloat16 kernels for this processor (AVX-512), and whether the processor
/// multiplies bfloat16 itself.
bool bf16_is_supported();
bool bf16_is_native();

/// Whether the processor multiplies tiles of bfloat16 (AMX), and the operating system lets it.
bool amx_is_usable();

/// How many rows of a product oneDNN's kernels work on at a time: tiles of fewer waste the rest.
std::int64_t tile_row_step(DType dtype);

/// The weights of y = x·Wᵀ + b, rounded to `dtype` and laid out for the processor in chunks of
/// columns (of y).
class PackedProduct {
 public:
  struct Chunk {
    std::int64_t first;
    std::int64_t columns;
  };

  static constexpr std::int64_t kMostColumns = 512;

  /// `weight` is [out, in] row-major, `scale` multiplies its rows, `bias` is added as it is; both
  /// have `out` elements or none. Chunks are about equal, and have at most `most_columns` columns.
  PackedProduct(std::int64_t in, std::int64_t out, ConstValues weight, std::span<const float> scale,
                std::span<const float> bias, DType dtype, std::int64_t most_columns = kMostColumns);
  ~PackedProduct();

  std::int64_t in() const { return in_; }
  std::int64_t out() const { return out_; }
  DType dtype() const { return dtype_; }
  /// out() values, zeros where there is no bias.
  const float* bias() const { return bias_.data(); }

  std::int64_t chunk_count() const { return (out_ + columns_ - 1) / columns_; }
  /// All chunks but the last have as many columns as the first.
  Chunk chunk(std::int64_t index) const {
    const std::int64_t first = index * columns_;
    return {first, std::min(columns_, out_ - first)};
  }

 private:
  friend class Executor;
  struct Packed;
  std::int64_t in_;
  std::int64_t out_;
  std::int64_t columns_;  ///< Of the chunks before the last.
  DType dtype_;
  std::vector<float> bias_;
  std::unique_ptr<Packed> packed_;
};

/// How the result of a tile is stored: rows of a chunk's columns, without gaps (oneDNN's kernels
/// for packed weights know no others).
struct TileTarget {
  DType dtype = DType::kF32;
  bool bias = false;  ///< Whether the bias is added.
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
  PackedConvolution(const ConvolutionGeometry& geometry, ConstValues weight,
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

  /// out = in·Wᵀ as oneDNN computes it at once on all threads; for layers of one chunk, in their
  /// dtype.
  void multiply(const PackedProduct& layer, std::int64_t rows, const void* in, void* out);

  /// Makes multiply_tile() ready for tiles of `rows` rows and such targets, on thread_count()
  /// threads.
  void prepare_tiles(const PackedProduct& layer, std::int64_t rows, const TileTarget& target);

  /// out = in·W_chunkᵀ, plus the bias if the target says so, on the calling thread. Called by the
  /// threads of one parallel region at once. `out` is the first element, of the target's dtype.
  void multiply_tile(const PackedProduct& layer, std::int64_t chunk, std::int64_t rows,
                     const TileTarget& target, const void* in, void* out) const;

  /// `in` is NHWC, of the layer's dtype.
  void convolve(const PackedConvolution& layer, const FeatureShape& shape, const void* in,
                Values out, const Epilogue& epilogue);

  /// Scratch memory, of tiles too, and weights that had to be packed once more for an unusual
  /// shape.
  std::size_t allocated_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace promptdepth::cpu
