#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/interpolation.h"

namespace promptdepth::cpu {

/// What a bilinear resize of NHWC maps needs to know, worked out once for each size.
struct ResizePlan {
  /// Output columns whose source columns fit together into a first-level cache.
  struct Block {
    std::int64_t out_begin;
    std::int64_t out_end;
    std::int64_t in_begin;
    std::int64_t in_end;
  };

  ResizePlan(std::int64_t in_height, std::int64_t in_width, std::int64_t out_height,
             std::int64_t out_width, std::int64_t channels, PixelAlignment alignment);

  std::size_t table_bytes() const;

  std::int64_t in_height;
  std::int64_t in_width;
  std::int64_t out_height;
  std::int64_t out_width;
  std::int64_t channels;
  LinearTaps rows;
  LinearTaps columns;
  std::vector<Block> blocks;
  /// For maps of few channels, per element of an output row: the elements of the input row that it
  /// lies between, and where. Empty otherwise.
  std::vector<std::int32_t> low_element;
  std::vector<std::int32_t> high_element;
  std::vector<float> element_t;
};

/// Resizes `count` maps; in and out of one dtype. First between two rows, then between columns.
void resize_bilinear(const ResizePlan& plan, ConstValues in, Values out, std::int64_t count);

}  // namespace promptdepth::cpu
