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
      {{frame.point(a), frame.point(b), frame.point(c), frame.point(d)}, {}, object, false});
}

void World::add_smooth_quad(ObjectId object, const std::array<Vec3, 4>& corners,
                            const std::array<Vec3, 4>& normals) {
  PD_CHECK(object < objects_.size());
  const Frame& frame = objects_[object].frame;
  Quad quad{{}, {}, object, true};
  for (std::size_t i = 0; i < 4; ++i) {
    quad.corners[i] = frame.point(corners[i]);
    quad.normals[i] = frame.direction(normals[i]);
  }
  quads_.push_back(quad);
}

void World::add_sphere(ObjectId object, float radius) {
  PD_CHECK(object < objects_.size());
  spheres_.push_back({objects_[object].frame.origin, radius, object});
}

}  // namespace promptdepth::scene
