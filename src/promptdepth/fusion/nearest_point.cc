#include "promptdepth/fusion/nearest_point.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <nanoflann.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

/// What nanoflann asks of a set of points.
struct Points {
  const std::vector<Vec3f>& positions_m;

  std::size_t kdtree_get_point_count() const { return positions_m.size(); }
  float kdtree_get_pt(std::size_t index, std::size_t axis) const {
    return positions_m[index][static_cast<int>(axis)];
  }
  template <typename Box>
  bool kdtree_get_bbox(Box&) const {
    return false;
  }
};

using Index =
    nanoflann::KDTreeSingleIndexAdaptor<nanoflann::L2_Simple_Adaptor<float, Points>, Points, 3>;

}  // namespace

struct NearestPoint::Tree {
  explicit Tree(const std::vector<Vec3f>& positions_m)
      : points{positions_m}, index(3, points, nanoflann::KDTreeSingleIndexAdaptorParams(16)) {}

  Points points;
  Index index;
};

NearestPoint::NearestPoint(const std::vector<Vec3f>& points) {
  if (points.empty()) fail(ErrorKind::kInvalidArgument, "expected points, found none");
  tree_ = std::make_unique<Tree>(points);
}

NearestPoint::~NearestPoint() = default;

std::vector<float> NearestPoint::distances_m(std::span<const Vec3f> queries) const {
  std::vector<float> distances(queries.size());
  constexpr std::size_t kTogether = 1024;
  const std::size_t parts = (queries.size() + kTogether - 1) / kTogether;
  parallel_for(static_cast<std::int64_t>(parts), [&](std::int64_t part) {
    const std::size_t first = static_cast<std::size_t>(part) * kTogether;
    for (std::size_t i = first; i < std::min(queries.size(), first + kTogether); ++i) {
      std::size_t nearest = 0;
      float squared = 0;
      nanoflann::KNNResultSet<float> result(1);
      result.init(&nearest, &squared);
      tree_->index.findNeighbors(result, queries[i].data(), nanoflann::SearchParams());
      distances[i] = std::sqrt(squared);
    }
  });
  return distances;
}

}  // namespace promptdepth
