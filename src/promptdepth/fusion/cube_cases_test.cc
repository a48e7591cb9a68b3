#include "promptdepth/fusion/cube_cases.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <utility>

#include <gtest/gtest.h>

namespace promptdepth {
namespace {

bool crosses(unsigned below, int edge) {
  const CubeEdge ends = cube_edge(edge);
  const int other = ends.corner | 1 << ends.axis;
  return (below >> ends.corner & 1U) != (below >> other & 1U);
}

/// Whether two edges lie on one side of the cube.
bool share_a_side(int a, int b) {
  const auto corners = [](int edge) {
    const CubeEdge ends = cube_edge(edge);
    return std::pair(ends.corner, ends.corner | 1 << ends.axis);
  };
  const auto [a0, a1] = corners(a);
  const auto [b0, b1] = corners(b);
  const int all = a0 & a1 & b0 & b1;
  const int any = a0 | a1 | b0 | b1;
  return all != 0 || any != 7;
}

TEST(CubeCases, TheTwelveEdgesAreAllDifferent) {
  std::set<std::pair<int, int>> edges;
  for (int edge = 0; edge < 12; ++edge) {
    const CubeEdge ends = cube_edge(edge);
    EXPECT_EQ(ends.corner >> ends.axis & 1, 0) << "an edge starts at its lower corner";
    edges.emplace(ends.corner, ends.axis);
  }
  EXPECT_EQ(edges.size(), 12U);
}

TEST(CubeCases, OneCornerIsCutOffByOneTriangleThatFacesAwayFromIt) {
  const auto& triangles = cube_triangles()[1];
  ASSERT_EQ(triangles.size(), 1U);
  std::array<std::uint8_t, 3> t = triangles[0];
  std::rotate(t.begin(), std::min_element(t.begin(), t.end()), t.end());
  EXPECT_EQ(t, (std::array<std::uint8_t, 3>{0, 4, 8})) << "the edges along x, y, z in this order";
}

TEST(CubeCases, UseEveryCrossedEdgeAndNoOther) {
  for (unsigned below = 0; below < 256; ++below) {
    std::set<int> used;
    for (const auto& triangle : cube_triangles()[below])
      used.insert(triangle.begin(), triangle.end());
    for (int edge = 0; edge < 12; ++edge) {
      EXPECT_EQ(used.contains(edge), crosses(below, edge)) << below << ", edge " << edge;
    }
  }
}

TEST(CubeCases, BordersRunOnTheCubesSidesOnly) {
  for (unsigned below = 0; below < 256; ++below) {
    std::map<std::pair<int, int>, int> balance;
    for (const auto& t : cube_triangles()[below]) {
      for (std::size_t i = 0; i < 3; ++i) {
        const int a = t[i];
        const int b = t[(i + 1) % 3];
        balance[{std::min(a, b), std::max(a, b)}] += a < b ? 1 : -1;
      }
    }
    for (const auto& [line, count] : balance) {
      if (count != 0) {
        EXPECT_TRUE(share_a_side(line.first, line.second)) << below;
      }
    }
  }
}

TEST(CubeCases, TheOppositeCaseIsTheSameTurnedAroundWhereNothingIsAmbiguous) {
  // Three neighbouring corners below, or five.
  EXPECT_EQ(cube_triangles()[0b00000111].size(), cube_triangles()[0b11111000].size());
  EXPECT_TRUE(cube_triangles()[0].empty());
  EXPECT_TRUE(cube_triangles()[255].empty());
}

}  // namespace
}  // namespace promptdepth
