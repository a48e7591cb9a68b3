#include "promptdepth/scene/shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

constexpr float kTwoPi = 2 * std::numbers::pi_v<float>;
constexpr float kThinRadius = 0.03F;  ///< Thinner rods have fewer segments and open ends.

std::size_t nearest_index(float position) {
  return static_cast<std::size_t>(std::trunc(position + 0.5F));
}

/// Position samples of a surface and the normals between them.
class Grid {
 public:
  Grid(int columns, int rows, bool closed_u) : columns_(columns), rows_(rows), closed_u_(closed_u) {
    points_.resize(static_cast<std::size_t>(columns + 1) * static_cast<std::size_t>(rows + 1));
  }

  Vec3& point(int column, int row) {
    return points_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_ + 1) +
                   static_cast<std::size_t>(column)];
  }

  void add_to(World& world, ObjectId object) {
    std::vector<Vec3> normals;
    normals.reserve(points_.size());
    for (int row = 0; row <= rows_; ++row) {
      for (int column = 0; column <= columns_; ++column) normals.push_back(normal(column, row));
    }
    world.add_smooth_grid(object, static_cast<std::size_t>(columns_) + 1, points_, normals);
  }

 private:
  Vec3 normal(int column, int row) {
    const Vec3 along_u = difference_u(column, row);
    const Vec3 along_v =
        point(column, std::min(row + 1, rows_)) - point(column, std::max(row - 1, 0));
    const Vec3 n = cross(along_u, along_v);
    if (dot(n, n) > 1e-16F) return normalized(n);
    // A pole: the neighbouring row's circle has the right sense.
    const int inner = row == 0 ? 1 : rows_ - 1;
    return normalized(cross(difference_u(column, inner), along_v) * 1e3F);
  }

  Vec3 difference_u(int column, int row) {
    if (closed_u_) {
      const int next = column == columns_ ? 1 : column + 1;
      const int previous = column == 0 ? columns_ - 1 : column - 1;
      return point(next, row) - point(previous, row);
    }
    return point(std::min(column + 1, columns_), row) - point(std::max(column - 1, 0), row);
  }

  int columns_;
  int rows_;
  bool closed_u_;
  std::vector<Vec3> points_;
};

/// The directions of a closed surface's columns.
class Circle {
 public:
  explicit Circle(int segments) : segments_(static_cast<float>(segments)) {
    for (int i = 0; i < segments; ++i) {
      directions_.push_back(portable::sin_cos(kTwoPi * (static_cast<float>(i) / segments_)));
    }
  }

  /// u: a multiple of 1/segments below 1.
  portable::SinCos at(float u) const { return directions_[nearest_index(u * segments_)]; }

 private:
  float segments_;
  std::vector<portable::SinCos> directions_;
};

float signed_power(float value, float exponent) {
  return std::copysign(portable::pow(std::fabs(value), exponent), value);
}

void add_cap(World& world, ObjectId object, float radius, float height, int segments) {
  for (int i = 0; i < segments; i += 2) {
    const auto rim = [&](int k) {
      const auto angle =
          portable::sin_cos(kTwoPi * static_cast<float>(k) / static_cast<float>(segments));
      return Vec3{radius * angle.cos, radius * angle.sin, height};
    };
    world.add_quad(object, {0, 0, height}, rim(i), rim(i + 1), rim(std::min(i + 2, segments)));
  }
}

}  // namespace

ObjectId add_box(World& world, const Frame& frame, Vec3 low, Vec3 high, MaterialId material) {
  const ObjectId object = world.add_object(frame.moved((low + high) * 0.5F), material);
  const Vec3 h = (high - low) * 0.5F;
  const auto face = [&](Vec3 center, Vec3 u, Vec3 v) {
    world.add_quad(object, center - u - v, center + u - v, center + u + v, center - u + v);
  };
  face({h.x, 0, 0}, {0, h.y, 0}, {0, 0, h.z});
  face({-h.x, 0, 0}, {0, -h.y, 0}, {0, 0, h.z});
  face({0, h.y, 0}, {-h.x, 0, 0}, {0, 0, h.z});
  face({0, -h.y, 0}, {h.x, 0, 0}, {0, 0, h.z});
  face({0, 0, h.z}, {h.x, 0, 0}, {0, h.y, 0});
  face({0, 0, -h.z}, {-h.x, 0, 0}, {0, h.y, 0});
  return object;
}

ObjectId add_bevelled_box(World& world, const Frame& frame, Vec3 low, Vec3 high, float bevel,
                          MaterialId material) {
  const ObjectId object = world.add_object(frame.moved((low + high) * 0.5F), material);
  const Vec3 h = (high - low) * 0.5F;
  const float b = std::min({bevel, 0.45F * h.x, 0.45F * h.y, 0.45F * h.z});
  // The outline at three kinds of height: the inset top and bottom, and the full waist.
  const auto ring = [&](float inset, int k) {
    const float x = h.x - inset;
    const float y = h.y - inset;
    const float c = b;
    const std::array<Vec3, 8> outline{{{x, -y + c, 0},
                                       {x, y - c, 0},
                                       {x - c, y, 0},
                                       {-x + c, y, 0},
                                       {-x, y - c, 0},
                                       {-x, -y + c, 0},
                                       {-x + c, -y, 0},
                                       {x - c, -y, 0}}};
    return outline[static_cast<std::size_t>(k % 8)];
  };
  const std::array<ProfilePoint, 4> levels{{{b, -h.z}, {0, -h.z + b}, {0, h.z - b}, {b, h.z}}};
  const auto corner = [&](std::size_t level, int k) {
    const Vec3 p = ring(levels[level].radius, k);
    return Vec3{p.x, p.y, levels[level].height};
  };
  for (int k = 0; k < 8; ++k) {
    for (std::size_t level = 0; level < 3; ++level) {
      world.add_quad(object, corner(level, k), corner(level, k + 1), corner(level + 1, k + 1),
                     corner(level + 1, k));
    }
  }
  for (const std::size_t level : {std::size_t{0}, std::size_t{3}}) {
    world.add_quad(object, corner(level, 0), corner(level, 1), corner(level, 2), corner(level, 3));
    world.add_quad(object, corner(level, 0), corner(level, 3), corner(level, 4), corner(level, 7));
    world.add_quad(object, corner(level, 4), corner(level, 5), corner(level, 6), corner(level, 7));
  }
  return object;
}

ObjectId add_surface(World& world, const Frame& frame, int columns, int rows, bool closed_u,
                     const std::function<Vec3(float u, float v)>& position, MaterialId material) {
  Grid grid(columns, rows, closed_u);
  for (int row = 0; row <= rows; ++row) {
    for (int column = 0; column <= columns; ++column) {
      const int wrapped = closed_u && column == columns ? 0 : column;
      grid.point(column, row) = position(static_cast<float>(wrapped) / static_cast<float>(columns),
                                         static_cast<float>(row) / static_cast<float>(rows));
    }
  }
  const ObjectId object = world.add_object(frame, material);
  grid.add_to(world, object);
  return object;
}

ObjectId add_cylinder(World& world, const Frame& frame, float radius, float top_radius,
                      float height, int segments, MaterialId material) {
  const Circle circle(segments);
  const ObjectId object = add_surface(
      world, frame, segments, 1, true,
      [&](float u, float v) {
        const float r = mix(radius, top_radius, v);
        const auto [sine, cosine] = circle.at(u);
        return Vec3{r * cosine, r * sine, height * v};
      },
      material);
  add_cap(world, object, radius, 0, segments);
  add_cap(world, object, top_radius, height, segments);
  return object;
}

ObjectId add_rod(World& world, const Frame& frame, Vec3 from, Vec3 to, float radius,
                 MaterialId material) {
  const Frame axis = frame * along(from, to - from);
  const float reach = length(to - from);
  if (radius >= kThinRadius) {
    return add_cylinder(world, axis, radius, radius, reach, 12, material);
  }
  const Circle circle(6);
  return add_surface(
      world, axis, 6, 1, true,
      [&](float u, float v) {
        const auto [sine, cosine] = circle.at(u);
        return Vec3{radius * cosine, radius * sine, reach * v};
      },
      material);
}

ObjectId add_tube(World& world, const Frame& frame, std::span<const Vec3> points, float radius,
                  MaterialId material) {
  const std::size_t last = points.size() - 1;
  std::vector<Frame> rings;
  for (std::size_t i = 0; i <= last; ++i) {
    const Vec3 next = points[std::min(i + 1, last)];
    const Vec3 previous = points[i == 0 ? 0 : i - 1];
    rings.push_back(along(points[i], next - previous));
  }
  const int columns = radius < kThinRadius ? 6 : 12;
  const Circle circle(columns);
  return add_surface(
      world, frame, columns, static_cast<int>(last), true,
      [&](float u, float v) {
        const auto [sine, cosine] = circle.at(u);
        return rings[nearest_index(v * static_cast<float>(last))].point(
            {radius * cosine, radius * sine, 0});
      },
      material);
}

ObjectId add_ellipsoid(World& world, const Frame& frame, Vec3 radii, int segments,
                       MaterialId material) {
  return add_superellipsoid(world, frame, radii, 1, segments, material);
}

ObjectId add_superellipsoid(World& world, const Frame& frame, Vec3 radii, float exponent,
                            int segments, MaterialId material) {
  const auto shape = [exponent](float value) {
    return exponent == 1 ? value : signed_power(value, exponent);
  };
  const Circle circle(segments);
  return add_surface(
      world, frame, segments, std::max(4, segments / 2), true,
      [&](float u, float v) {
        const auto latitude = portable::sin_cos((v - 0.5F) * std::numbers::pi_v<float>);
        const float ring = shape(std::max(0.0F, latitude.cos));
        const auto [sine, cosine] = circle.at(u);
        return radii * Vec3{ring * shape(cosine), ring * shape(sine), shape(latitude.sin)};
      },
      material);
}

ObjectId add_torus(World& world, const Frame& frame, float radius, float tube_radius, int segments,
                   MaterialId material) {
  const Circle circle(segments);
  return add_surface(
      world, frame, segments, tube_radius < 0.02F ? 5 : 10, true,
      [&](float u, float v) {
        const auto around = portable::sin_cos(kTwoPi * v);
        const float ring = radius + tube_radius * around.cos;
        const auto [sine, cosine] = circle.at(u);
        return Vec3{ring * cosine, ring * sine, tube_radius * around.sin};
      },
      material);
}

ObjectId add_lathe(World& world, const Frame& frame, std::span<const ProfilePoint> profile,
                   int segments, MaterialId material) {
  const int rows = static_cast<int>(profile.size()) - 1;
  const Circle circle(segments);
  return add_surface(
      world, frame, segments, rows, true,
      [&](float u, float v) {
        const ProfilePoint p = profile[nearest_index(v * static_cast<float>(rows))];
        const auto [sine, cosine] = circle.at(u);
        return Vec3{p.radius * cosine, p.radius * sine, p.height};
      },
      material);
}

ObjectId add_disc(World& world, const Frame& frame, float radius, int segments,
                  MaterialId material) {
  const ObjectId object = world.add_object(frame, material);
  add_cap(world, object, radius, 0, segments);
  return object;
}

}  // namespace promptdepth::scene
