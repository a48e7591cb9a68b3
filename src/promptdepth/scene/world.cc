#include "promptdepth/scene/world.h"

#include "promptdepth/base/error.h"

namespace promptdepth::scene {

MaterialId World::add_material(const Material& material) {
  materials_.push_back(material);
  return static_cast<MaterialId>(materials_.size() - 1);
}

ObjectId World::add_object(const Frame& frame, MaterialId material) {
  PD_CHECK(material < materials_.size());
  objects_.push_back({frame, material});
  return static_cast<ObjectId>(objects_.size() - 1);
}

void World::add_quad(ObjectId object, Vec3 a, Vec3 b, Vec3 c, Vec3 d) {
  PD_CHECK(object < objects_.size());
  const Frame& frame = objects_[object].frame;
  quads_.push_back(
      {{frame.point(a), frame.point(b), frame.point(c), frame.point(d)}, object, false, {}});
}

void World::add_smooth_grid(ObjectId object, std::size_t columns, std::span<const Vec3> points,
                            std::span<const Vec3> normals) {
  PD_CHECK(object < objects_.size() && columns > 0 && points.size() == normals.size() &&
           points.size() % columns == 0);
  const Frame& frame = objects_[object].frame;
  std::vector<Vec3> points_in_world(points.size());
  std::vector<Vec3> normals_in_world(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    points_in_world[i] = frame.point(points[i]);
    normals_in_world[i] = frame.direction(normals[i]);
  }
  for (std::size_t row = columns; row < points.size(); row += columns) {
    for (std::size_t column = 0; column + 1 < columns; ++column) {
      const std::size_t a = row - columns + column;
      const std::array<std::size_t, 4> around{a, a + 1, a + columns + 1, a + columns};
      Quad& quad = quads_.emplace_back();
      quad.object = object;
      quad.smooth = true;
      for (std::size_t i = 0; i < 4; ++i) {
        quad.corners[i] = points_in_world[around[i]];
        quad.normals[i] = normals_in_world[around[i]];
      }
    }
  }
}

void World::add_sphere(ObjectId object, float radius) {
  PD_CHECK(object < objects_.size());
  spheres_.push_back({objects_[object].frame.origin, radius, object});
}

}  // namespace promptdepth::scene
