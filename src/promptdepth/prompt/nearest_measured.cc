#include "promptdepth/prompt/nearest_measured.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

constexpr int kTopBlock = 64;  ///< Pixels a side; one task.
constexpr int kLeafBlock = 4;
constexpr std::size_t kPixelsWorthThreads = std::size_t{1} << 17;  ///< About 10 ms of work.

struct Point {
  int x;
  int y;
};

/// Pixels [x0, x1) × [y0, y1).
struct Block {
  int x0;
  int y0;
  int x1;
  int y1;

  double centre_x() const { return 0.5 * (x0 + x1 - 1); }
  double centre_y() const { return 0.5 * (y0 + y1 - 1); }
  /// From the centre to the farthest pixel.
  double radius() const {
    const double width = x1 - x0 - 1;
    const double height = y1 - y0 - 1;
    return 0.5 * std::sqrt(width * width + height * height);
  }
  bool empty() const { return x0 >= x1 || y0 >= y1; }
};

/// The `capacity` least keys offered so far, in order; of equal keys the ones offered first.
template <typename Key, typename Value>
class Smallest {
 public:
  explicit Smallest(int capacity) : capacity_(capacity) {}

  void offer(Key key, Value value) {
    if (size_ == capacity_ && !(key < keys_[index(size_ - 1)])) return;
    int i = size_ < capacity_ ? size_++ : size_ - 1;
    for (; i > 0 && key < keys_[index(i - 1)]; --i) {
      keys_[index(i)] = keys_[index(i - 1)];
      values_[index(i)] = values_[index(i - 1)];
    }
    keys_[index(i)] = key;
    values_[index(i)] = value;
  }

  int size() const { return size_; }
  Key key(int i) const { return keys_[index(i)]; }
  const Value& value(int i) const { return values_[index(i)]; }
  Key largest_key() const { return keys_[index(size_ - 1)]; }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  int capacity_;
  int size_ = 0;
  std::array<Key, kMaxNeighbours> keys_;
  std::array<Value, kMaxNeighbours> values_;
};

/// Measured pixels in row-major order, with quick access to a window of them.
class PointIndex {
 public:
  explicit PointIndex(const DepthMap& measured) {
    row_start_.reserve(static_cast<std::size_t>(measured.height) + 1);
    for (int y = 0; y < measured.height; ++y) {
      row_start_.push_back(points_.size());
      for (int x = 0; x < measured.width; ++x) {
        if (measured.at(x, y) > 0) points_.push_back({x, y});
      }
    }
    row_start_.push_back(points_.size());
  }

  std::size_t size() const { return points_.size(); }

  void collect(const Block& window, std::vector<Point>& found) const {
    found.clear();
    const auto left_of = [](const Point& point, int x) { return point.x < x; };
    for (int y = window.y0; y < window.y1; ++y) {
      const auto row = points_.begin() + static_cast<std::ptrdiff_t>(row_start_[index(y)]);
      const auto row_end = points_.begin() + static_cast<std::ptrdiff_t>(row_start_[index(y + 1)]);
      const auto first = std::lower_bound(row, row_end, window.x0, left_of);
      found.insert(found.end(), first, std::lower_bound(first, row_end, window.x1, left_of));
    }
  }

 private:
  static std::size_t index(int y) { return static_cast<std::size_t>(y); }

  std::vector<Point> points_;
  std::vector<std::size_t> row_start_;
};

/// How many holes a block has, by a summed-area table.
class HoleCounter {
 public:
  explicit HoleCounter(const DepthMap& measured)
      : stride_(static_cast<std::size_t>(measured.width) + 1),
        sums_(stride_ * (static_cast<std::size_t>(measured.height) + 1)) {
    for (int y = 0; y < measured.height; ++y) {
      std::uint32_t in_row = 0;
      for (int x = 0; x < measured.width; ++x) {
        in_row += measured.at(x, y) > 0 ? 0 : 1;
        sums_[index(x + 1, y + 1)] = sums_[index(x + 1, y)] + in_row;
      }
    }
  }

  /// Exact even where the sums of a huge map have wrapped, because a block has fewer than 2^32.
  std::uint32_t count(const Block& b) const {
    return sums_[index(b.x1, b.y1)] - sums_[index(b.x0, b.y1)] - sums_[index(b.x1, b.y0)] +
           sums_[index(b.x0, b.y0)];
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x);
  }

  std::size_t stride_;
  std::vector<std::uint32_t> sums_;
};

class HoleWalk {
 public:
  HoleWalk(const DepthMap& measured, int count, const HoleVisitor& visit)
      : measured_(measured), points_(measured), holes_(measured), visit_(visit) {
    count_ = static_cast<int>(std::min<std::size_t>(points_.size(), static_cast<unsigned>(count)));
  }

  bool has_points() const { return count_ > 0; }

  void run() const {
    const int columns = (measured_.width + kTopBlock - 1) / kTopBlock;
    const int rows = (measured_.height + kTopBlock - 1) / kTopBlock;
    const auto walk_top_block = [&](std::int64_t i) {
      const int x0 = static_cast<int>(i % columns) * kTopBlock;
      const int y0 = static_cast<int>(i / columns) * kTopBlock;
      const Block block = {x0, y0, std::min(x0 + kTopBlock, measured_.width),
                           std::min(y0 + kTopBlock, measured_.height)};
      if (holes_.count(block) > 0) walk(block, candidates_of(block));
    };
    parallel_for(std::int64_t{columns} * rows, walk_top_block,
                 measured_.pixel_count() >= kPixelsWorthThreads);
  }

 private:
  /// A circle of this radius about the block's centre holds the nearest neighbours of all its
  /// pixels: with d the distance from the centre to its k-th neighbour and R the block's radius, a
  /// pixel has k points within d + R, so none of its neighbours is farther than d + 2R from the
  /// centre.
  double search_radius(const Block& block, const std::vector<Point>& points) const {
    Smallest<double, char> nearest(count_);
    for (const Point& point : points) nearest.offer(squared_distance(block, point), 0);
    return (std::sqrt(nearest.largest_key()) + 2 * block.radius()) * (1 + 1e-9) + 1e-6;
  }

  static double squared_distance(const Block& block, const Point& point) {
    const double dx = point.x - block.centre_x();
    const double dy = point.y - block.centre_y();
    return dx * dx + dy * dy;
  }

  void keep_within_reach(const Block& block, const std::vector<Point>& points,
                         std::vector<Point>& kept) const {
    const double radius = search_radius(block, points);
    kept.clear();
    for (const Point& point : points) {
      if (squared_distance(block, point) <= radius * radius) kept.push_back(point);
    }
  }

  /// Looks in windows of growing size about the block until one holds its search circle.
  std::vector<Point> candidates_of(const Block& block) const {
    std::vector<Point> found;
    for (std::int64_t margin = kTopBlock / 4;; margin *= 2) {
      const Block window = grow(block, margin);
      points_.collect(window, found);
      const bool everything = found.size() == points_.size();
      if (!everything && found.size() < static_cast<std::size_t>(count_)) continue;
      const double reach =
          static_cast<double>(margin) + 0.5 * std::min(block.x1 - block.x0, block.y1 - block.y0);
      if (!everything && search_radius(block, found) >= reach) continue;
      std::vector<Point> kept;
      keep_within_reach(block, found, kept);
      return kept;
    }
  }

  Block grow(const Block& block, std::int64_t margin) const {
    const auto clamp = [](std::int64_t value, int limit) {
      return static_cast<int>(std::clamp<std::int64_t>(value, 0, limit));
    };
    return {clamp(block.x0 - margin, measured_.width), clamp(block.y0 - margin, measured_.height),
            clamp(block.x1 + margin, measured_.width), clamp(block.y1 + margin, measured_.height)};
  }

  void walk(const Block& block, const std::vector<Point>& candidates) const {
    const int side = std::max(block.x1 - block.x0, block.y1 - block.y0);
    if (side <= kLeafBlock || candidates.size() <= 2 * static_cast<std::size_t>(count_)) {
      visit_block(block, candidates);
      return;
    }
    const int middle_x = std::min(block.x0 + (side + 1) / 2, block.x1);
    const int middle_y = std::min(block.y0 + (side + 1) / 2, block.y1);
    std::vector<Point> kept;
    for (const Block& part : {Block{block.x0, block.y0, middle_x, middle_y},
                              Block{middle_x, block.y0, block.x1, middle_y},
                              Block{block.x0, middle_y, middle_x, block.y1},
                              Block{middle_x, middle_y, block.x1, block.y1}}) {
      if (part.empty() || holes_.count(part) == 0) continue;
      keep_within_reach(part, candidates, kept);
      walk(part, kept);
    }
  }

  void visit_block(const Block& block, const std::vector<Point>& candidates) const {
    for (int y = block.y0; y < block.y1; ++y) {
      for (int x = block.x0; x < block.x1; ++x) {
        if (!(measured_.at(x, y) > 0)) visit_pixel(x, y, candidates);
      }
    }
  }

  void visit_pixel(int x, int y, const std::vector<Point>& candidates) const {
    Smallest<std::int64_t, Point> nearest(count_);
    for (const Point& point : candidates) {
      const std::int64_t dx = point.x - x;
      const std::int64_t dy = point.y - y;
      nearest.offer(dx * dx + dy * dy, point);
    }
    std::array<Neighbour, kMaxNeighbours> neighbours;
    for (int i = 0; i < nearest.size(); ++i) {
      const Point& point = nearest.value(i);
      neighbours[static_cast<std::size_t>(i)] = {
          point.x, point.y, static_cast<float>(std::sqrt(static_cast<double>(nearest.key(i))))};
    }
    visit_(x, y, {neighbours.data(), static_cast<std::size_t>(nearest.size())});
  }

  const DepthMap& measured_;
  PointIndex points_;
  HoleCounter holes_;
  const HoleVisitor& visit_;
  int count_;
};

}  // namespace

void visit_holes(const DepthMap& measured, int count, const HoleVisitor& visit) {
  PD_CHECK(count >= 1 && count <= kMaxNeighbours);
  const HoleWalk walk(measured, count, visit);
  if (!walk.has_points()) {
    fail(ErrorKind::kInvalidData,
         "hole filling: expected at least one measured pixel, found none in a {}×{} prompt",
         measured.width, measured.height);
  }
  walk.run();
}

}  // namespace promptdepth
