#pragma once

#include <cstddef>

#include <ATen/core/Tensor.h>

#include "promptdepth/backend/feature_map.h"

namespace promptdepth::torch_backend {

/// A map over a tensor n×c×h×w, brought into the memory format if it is not there yet.
/// `live_bytes` counts the values while the map lives.
FeatureMap map_over(const at::Tensor& tensor, at::MemoryFormat format, std::size_t& live_bytes);

/// Of a float32 or bfloat16 tensor.
DType dtype_of(const at::Tensor& tensor);

/// n×c×h×w as rows of channels, [n·h·w, c]: a view of channels-last memory, a copy of other.
at::Tensor rows_of(const at::Tensor& image);

/// [n·h·w, c] as n×c×h×w of the given extents (c from the rows): a view.
at::Tensor image_of(const at::Tensor& rows, FeatureShape extents);

}  // namespace promptdepth::torch_backend
