#include "promptdepth/prompt/fill.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/clean.h"
#include "promptdepth/prompt/guide.h"

namespace promptdepth {
namespace {

using Similarities = std::array<float, kMaxNeighbours>;

/// exp(-(|ΔRGB|² - the least |ΔRGB|²) / (2σ²)): the common factor cancels in the mean, and without
/// it the best neighbour's weight cannot underflow.
Similarities similarities(const Image& guide, int x, int y, std::span<const Neighbour> neighbours,
                          float rgb_sigma) {
  Similarities result;
  const float* here = guide.at(x, y);
  float least = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    result[i] = squared_rgb_distance(here, guide.at(neighbours[i].x, neighbours[i].y));
    least = std::min(least, result[i]);
  }
  const float scale = -0.5F / (rgb_sigma * rgb_sigma);
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    result[i] = std::exp(scale * (result[i] - least));
  }
  return result;
}

float weighted_mean(const DepthMap& measured, std::span<const Neighbour> neighbours,
                    const Similarities& similarity) {
  float sum = 0;
  float weight_sum = 0;
  float least = std::numeric_limits<float>::max();
  float greatest = 0;
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const float z = measured.at(neighbours[i].x, neighbours[i].y);
    const float weight = similarity[i] / neighbours[i].distance_px;
    sum += weight * z;
    weight_sum += weight;
    least = std::min(least, z);
    greatest = std::max(greatest, z);
  }
  return std::clamp(sum / weight_sum, least, greatest);  // rounding cannot leave the range
}

}  // namespace

void FillOptions::validate() const {
  if (neighbours < 1 || neighbours > kMaxNeighbours) {
    fail(ErrorKind::kInvalidArgument, "hole filling: expected 1 to {} neighbours, found {}",
         kMaxNeighbours, neighbours);
  }
  if (!(rgb_sigma > 0) || !std::isfinite(rgb_sigma)) {
    fail(ErrorKind::kInvalidArgument, "hole filling: expected rgb_sigma above 0, found {}",
         rgb_sigma);
  }
}

DepthMap fill_holes(const DepthMap& measured, const Image* guide, const FillOptions& options) {
  options.validate();
  PD_CHECK(measured.values.size() ==
           static_cast<std::size_t>(measured.width) * static_cast<std::size_t>(measured.height));
  if (!measured.empty() && count_valid(measured) == measured.pixel_count()) return measured;
  std::optional<Guide> on_grid;
  if (guide != nullptr) on_grid.emplace(*guide, measured.width, measured.height);

  DepthMap filled = measured;
  Similarities equal;
  equal.fill(1.0F);
  visit_holes(
      measured, options.neighbours, [&](int x, int y, std::span<const Neighbour> neighbours) {
        const Similarities similarity =
            on_grid ? similarities(on_grid->image(), x, y, neighbours, options.rgb_sigma) : equal;
        filled.at(x, y) = weighted_mean(measured, neighbours, similarity);
      });
  return filled;
}

}  // namespace promptdepth
