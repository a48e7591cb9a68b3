#pragma once

#include <functional>
#include <span>

#include "promptdepth/image/image.h"

namespace promptdepth {

inline constexpr int kMaxNeighbours = 16;

/// A measured pixel seen from a hole.
struct Neighbour {
  int x = 0;
  int y = 0;
  float distance_px = 0;
};

using HoleVisitor = std::function<void(int x, int y, std::span<const Neighbour> neighbours)>;

/// Calls `visit` once for every pixel of `measured` that is not above 0, with exactly its `count`
/// nearest pixels above 0 (all, if there are fewer), nearest first, equally near ones in row-major
/// order. 1 <= count <= kMaxNeighbours. Calls come from several threads at once. Throws
/// Error(kInvalidData) when no pixel is measured.
///
/// Exact for any distribution of the points, and its cost hardly depends on it: blocks of pixels
/// are split again and again, and each keeps only those candidates of its parent that can be a
/// nearest neighbour of one of its pixels.
void visit_holes(const DepthMap& measured, int count, const HoleVisitor& visit);

}  // namespace promptdepth
