#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace promptdepth {

/// A cube's corner c lies at (c & 1, c >> 1 & 1, c >> 2 & 1). Its edge 4 a + n runs along axis a
/// from the corner that the n-th of the four corners without that axis is.
struct CubeEdge {
  int corner = 0;
  int axis = 0;
};
CubeEdge cube_edge(int edge);

/// The triangles of marching cubes, by a cube's corners below 0 (bit c: corner c), as triples of
/// edges that the surface crosses, counter-clockwise seen from the corners above 0. Two corners
/// below 0 that face each other across a side are kept apart, on either side of it alike, so that
/// neighbouring cubes fit together.
const std::array<std::vector<std::array<std::uint8_t, 3>>, 256>& cube_triangles();

}  // namespace promptdepth
