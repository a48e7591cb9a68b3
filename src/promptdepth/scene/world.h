#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "promptdepth/scene/material.h"
#include "promptdepth/scene/vec3.h"

namespace promptdepth::scene {

using MaterialId = std::uint32_t;
using ObjectId = std::uint32_t;

/// A thing with one material and one frame, in which its texture is evaluated.
struct Object {
  Frame frame;
  MaterialId material = 0;
};

/// A quadrilateral in world coordinates, made of the triangles (0, 1, 3) and (2, 3, 1).
struct Quad {
  std::array<Vec3, 4> corners;
  ObjectId object = 0;
  bool smooth = false;          ///< Shaded with the interpolated normals instead of the plane's.
  std::array<Vec3, 4> normals;  ///< Only for smooth quads.
};

struct Sphere {
  Vec3 center;
  float radius = 1;
  ObjectId object = 0;
};

/// A scene as plain lists, to be built with the functions below and of shapes.h and then given to
/// a RayCaster. All lengths are metres.
class World {
 public:
  MaterialId add_material(const Material& material);
  ObjectId add_object(const Frame& frame, MaterialId material);

  /// A flat quad, its corners in the object's frame, in order around it.
  void add_quad(ObjectId object, Vec3 a, Vec3 b, Vec3 c, Vec3 d);
  /// A triangle, as a quad whose last two corners coincide.
  void add_triangle(ObjectId object, Vec3 a, Vec3 b, Vec3 c) { add_quad(object, a, b, c, c); }
  /// Smooth quads between a grid's points, row by row and each with its normal, all in the object's
  /// frame. points.size() == normals.size(), a multiple of `columns`.
  void add_smooth_grid(ObjectId object, std::size_t columns, std::span<const Vec3> points,
                       std::span<const Vec3> normals);
  /// An exact sphere around the origin of the object's frame.
  void add_sphere(ObjectId object, float radius);

  const std::vector<Material>& materials() const { return materials_; }
  const std::vector<Object>& objects() const { return objects_; }
  const std::vector<Quad>& quads() const { return quads_; }
  const std::vector<Sphere>& spheres() const { return spheres_; }
  const Material& material_of(ObjectId object) const {
    return materials_[objects_[object].material];
  }

 private:
  std::vector<Material> materials_;
  std::vector<Object> objects_;
  std::vector<Quad> quads_;
  std::vector<Sphere> spheres_;
};

}  // namespace promptdepth::scene
