#include "promptdepth/scene/discontinuity_buffer.h"

#include <algorithm>
#include <array>
#include <span>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "promptdepth/scene/discontinuity_buffer.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef PROMPTDEPTH_SCENE_DISCONTINUITY_BUFFER_PLANES
#define PROMPTDEPTH_SCENE_DISCONTINUITY_BUFFER_PLANES
namespace promptdepth::scene {

/// Of the values: the surface that a pixel sees, then the diffuse and the specular light.
enum Plane : std::size_t {
  kNormalX,
  kNormalY,
  kNormalZ,
  kPointX,
  kPointY,
  kPointZ,
  kDistance,
  kLight,
  kPlanes = kLight + 6
};
/// Of the averages: six of light and the count.
constexpr std::size_t kCount = 6;
constexpr std::size_t kMeans = 7;
constexpr std::size_t kMostLanes = 16;

struct Planes {
  const ObjectId* objects;
  const float* values;
  std::size_t plane;  ///< Elements of each.
};

}  // namespace promptdepth::scene
#endif

HWY_BEFORE_NAMESPACE();
namespace promptdepth::scene::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kMostLanes>;
using Objects = hn::RebindToUnsigned<Floats>;
using Vector = hn::Vec<Floats>;

/// The pixels side by side that are averaged at once.
struct Block {
  hn::Vec<Objects> object;
  Vector nx, ny, nz, px, py, pz, most_height;
};

HWY_INLINE Block load_block(const Planes& planes, std::size_t at) {
  const Floats d;
  const auto value = [&](Plane which) HWY_ATTR {
    return hn::LoadU(d, planes.values + which * planes.plane + at);
  };
  const auto slack = hn::Set(d, 0.01F);
  return {hn::LoadU(Objects(), planes.objects + at),
          value(kNormalX),
          value(kNormalY),
          value(kNormalZ),
          value(kPointX),
          value(kPointY),
          value(kPointZ),
          hn::Add(slack, hn::Mul(slack, value(kDistance)))};
}

/// Sums in the order of (x, y, z), without fused multiplication: the same bits everywhere.
HWY_INLINE Vector dot(Vector ax, Vector ay, Vector az, Vector bx, Vector by, Vector bz) {
  return hn::Add(hn::Add(hn::Mul(ax, bx), hn::Mul(ay, by)), hn::Mul(az, bz));
}

/// Whether the pixels at `at` show the same surfaces as those of the block.
HWY_INLINE hn::Mask<Floats> same_surface(const Block& center, const Planes& planes,
                                         std::size_t at) {
  const Floats d;
  const auto value = [&](Plane which) HWY_ATTR {
    return hn::LoadU(d, planes.values + which * planes.plane + at);
  };
  const auto object =
      hn::RebindMask(d, hn::Eq(center.object, hn::LoadU(Objects(), planes.objects + at)));
  const auto cosine =
      dot(center.nx, center.ny, center.nz, value(kNormalX), value(kNormalY), value(kNormalZ));
  const auto height = dot(center.nx, center.ny, center.nz, hn::Sub(value(kPointX), center.px),
                          hn::Sub(value(kPointY), center.py), hn::Sub(value(kPointZ), center.pz));
  return hn::And(object, hn::And(hn::Gt(cosine, hn::Set(d, 0.95F)),
                                 hn::Lt(hn::Abs(height), center.most_height)));
}

/// means: planes of `columns` elements, for the pixels from index `center` on; `neighbours` are the
/// indices of what lies around the first of them.
void average(const Planes& planes, std::size_t center, std::span<const std::size_t> neighbours,
             std::size_t columns, float* means) {
  const Floats d;
  const auto one = hn::Set(d, 1);
  for (std::size_t i = 0; i < columns; i += hn::Lanes(d)) {
    const Block block = load_block(planes, center + i);
    auto count = hn::Zero(d);
    auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d);
    auto s3 = hn::Zero(d), s4 = hn::Zero(d), s5 = hn::Zero(d);
    for (const std::size_t neighbour : neighbours) {
      const std::size_t at = neighbour + i;
      const auto same = same_surface(block, planes, at);
      const float* light = planes.values + kLight * planes.plane + at;
      const auto color = [&](std::size_t k) HWY_ATTR {
        return hn::IfThenElseZero(same, hn::LoadU(d, light + k * planes.plane));
      };
      s0 = hn::Add(s0, color(0));
      s1 = hn::Add(s1, color(1));
      s2 = hn::Add(s2, color(2));
      s3 = hn::Add(s3, color(3));
      s4 = hn::Add(s4, color(4));
      s5 = hn::Add(s5, color(5));
      count = hn::Add(count, hn::IfThenElseZero(same, one));
    }
    const auto share = hn::Div(one, hn::Max(count, one));
    hn::StoreU(hn::Mul(s0, share), d, means + i);
    hn::StoreU(hn::Mul(s1, share), d, means + columns + i);
    hn::StoreU(hn::Mul(s2, share), d, means + 2 * columns + i);
    hn::StoreU(hn::Mul(s3, share), d, means + 3 * columns + i);
    hn::StoreU(hn::Mul(s4, share), d, means + 4 * columns + i);
    hn::StoreU(hn::Mul(s5, share), d, means + 5 * columns + i);
    hn::StoreU(count, d, means + kCount * columns + i);
  }
}

}  // namespace promptdepth::scene::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace promptdepth::scene {
namespace {

HWY_EXPORT(average);

constexpr std::size_t kRows = 4;
constexpr std::ptrdiff_t kMargin = 2;          ///< Columns: 4 pixels.
constexpr ObjectId kOutside = kNoObject - 1U;  ///< Beside the picture.

std::size_t rounded_up(std::size_t count, std::size_t to) { return (count + to - 1) / to * to; }

}  // namespace

DiscontinuityBuffer::DiscontinuityBuffer(int width, int height)
    : width_(width),
      height_(height),
      columns_(rounded_up((static_cast<std::size_t>(width) + 1) / 2, kMostLanes)),
      plane_(2 * kRows * (columns_ + 2 * kMargin)),
      objects_(plane_, kOutside),
      values_(kPlanes * plane_),
      means_(kMeans * columns_) {}

std::size_t DiscontinuityBuffer::index(int y, int parity, std::ptrdiff_t column) const {
  const std::size_t row =
      2 * (static_cast<std::size_t>(y) % kRows) + static_cast<std::size_t>(parity);
  return row * (columns_ + 2 * kMargin) + static_cast<std::size_t>(column + kMargin);
}

void DiscontinuityBuffer::set(int x, int y, const Hit& hit, const Illumination& light) {
  const std::size_t i = index(y, x & 1, x / 2);
  objects_[i] = hit.object;
  const std::array<float, kPlanes> values{
      hit.normal.x,     hit.normal.y,     hit.normal.z,    hit.point.x,     hit.point.y,
      hit.point.z,      hit.distance,     light.diffuse.x, light.diffuse.y, light.diffuse.z,
      light.specular.x, light.specular.y, light.specular.z};
  for (std::size_t k = 0; k < kPlanes; ++k) values_[k * plane_ + i] = values[k];
}

/// Of the first pixel of a parity, row by row.
std::vector<std::size_t> DiscontinuityBuffer::neighbours(int y, int parity) const {
  std::vector<std::size_t> indices;
  for (int row = std::max(0, y - 2); row < std::min(height_, y + 2); ++row) {
    // The lit pixels of a row have its parity. Those of even x begin a column later beside odd x.
    const int lit = row & 1;
    const std::ptrdiff_t first = parity == 1 && lit == 0 ? -1 : -2;
    for (std::ptrdiff_t column = first; column < first + 4; ++column) {
      indices.push_back(index(row, lit, column));
    }
  }
  return indices;
}

void DiscontinuityBuffer::average_row(int y, std::vector<Average>& averages) {
  averages.resize(static_cast<std::size_t>(width_));
  for (const int parity : {0, 1}) {
    HWY_DYNAMIC_DISPATCH(average)
    ({objects_.data(), values_.data(), plane_}, index(y, parity, 0), neighbours(y, parity),
     columns_, means_.data());
    const auto mean = [&](std::size_t k, std::size_t i) { return means_[k * columns_ + i]; };
    const auto color = [&](std::size_t k, std::size_t i) {
      return Vec3{mean(k, i), mean(k + 1, i), mean(k + 2, i)};
    };
    for (std::size_t x = static_cast<std::size_t>(parity); x < averages.size(); x += 2) {
      averages[x] = {{color(0, x / 2), color(3, x / 2)}, mean(kCount, x / 2)};
    }
  }
}

}  // namespace promptdepth::scene
#endif
