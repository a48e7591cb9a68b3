#include "promptdepth/fusion/cube_cases.h"

#include <cstddef>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr int kNone = -1;

int edge_between(int a, int b) {
  for (int edge = 0; edge < 12; ++edge) {
    const CubeEdge ends = cube_edge(edge);
    const int other = ends.corner | 1 << ends.axis;
    if ((ends.corner == a && other == b) || (ends.corner == b && other == a)) return edge;
  }
  PD_CHECK(false);
}

/// The corners of the side at `high` (0 or 1) of an axis, counter-clockwise seen from outside.
std::array<int, 4> side_corners(int axis, int high) {
  const int u = 1 << (axis + 1) % 3;
  const int v = 1 << (axis + 2) % 3;
  const int base = high << axis;
  if (high == 1) return {base, base | u, base | u | v, base | v};
  return {base, base | v, base | u | v, base | u};
}

/// next[e]: the edge to which the surface goes on from edge e. On every side it cuts each run of
/// corners below 0 off, from the edge where a walk around the side enters the run to the edge where
/// it leaves; the neighbouring side walks the other way, so that lines join to loops.
std::array<int, 12> links(unsigned below) {
  std::array<int, 12> next{};
  next.fill(kNone);
  const auto is_below = [&](int corner) { return (below >> corner & 1U) != 0; };
  for (int side = 0; side < 6; ++side) {
    const std::array<int, 4> corners = side_corners(side / 2, side % 2);
    const auto at = [&](std::size_t i) { return corners[i % 4]; };
    for (std::size_t i = 0; i < 4; ++i) {
      if (is_below(at(i)) || !is_below(at(i + 1))) continue;
      std::size_t last = i + 1;
      while (is_below(at(last + 1))) ++last;
      next[static_cast<std::size_t>(edge_between(at(i), at(i + 1)))] =
          edge_between(at(last), at(last + 1));
    }
  }
  return next;
}

std::vector<std::array<std::uint8_t, 3>> triangles_of(unsigned below) {
  std::array<int, 12> next = links(below);
  std::vector<std::array<std::uint8_t, 3>> triangles;
  for (std::size_t first = 0; first < next.size(); ++first) {
    std::vector<std::uint8_t> loop;
    for (int edge = static_cast<int>(first); next[static_cast<std::size_t>(edge)] != kNone;) {
      loop.push_back(static_cast<std::uint8_t>(edge));
      const int following = next[static_cast<std::size_t>(edge)];
      next[static_cast<std::size_t>(edge)] = kNone;
      edge = following;
    }
    for (std::size_t i = 2; i < loop.size(); ++i) {
      triangles.push_back({loop[0], loop[i - 1], loop[i]});
    }
  }
  return triangles;
}

}  // namespace

CubeEdge cube_edge(int edge) {
  const int axis = edge / 4;
  const int n = edge % 4;
  const int u = (axis + 1) % 3;
  const int v = (axis + 2) % 3;
  return {.corner = (n & 1) << u | (n >> 1) << v, .axis = axis};
}

const std::array<std::vector<std::array<std::uint8_t, 3>>, 256>& cube_triangles() {
  static const auto table = [] {
    std::array<std::vector<std::array<std::uint8_t, 3>>, 256> cases;
    for (unsigned below = 0; below < 256; ++below) cases[below] = triangles_of(below);
    return cases;
  }();
  return table;
}

}  // namespace promptdepth
