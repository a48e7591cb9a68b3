#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "promptdepth/scene/world.h"

namespace promptdepth::scene {

inline constexpr std::uint32_t kNoObject = 0xffffffffU;

struct Ray {
  Vec3 origin;
  Vec3 direction;  ///< Not necessarily of unit length; distances count in multiples of it.
  float near = 0;
  float far = 1e6F;
};

/// What a ray meets first.
struct Hit {
  float distance = 0;  ///< Multiples of the ray's direction; undefined without a hit.
  ObjectId object = kNoObject;
  Vec3 point;   ///< In world coordinates.
  Vec3 normal;  ///< Unit length, smooth where the surface is, turned towards the ray's origin.
  Vec3 plane_normal;  ///< Of the facet that was hit, turned towards the ray's origin.

  bool found() const { return object != kNoObject; }
};

/// A world prepared for ray casting (Embree). Const and shareable between threads; it refers to the
/// world, which must outlive it and not change.
class RayCaster {
 public:
  explicit RayCaster(const World& world);
  RayCaster(const RayCaster&) = delete;
  RayCaster& operator=(const RayCaster&) = delete;
  ~RayCaster();

  const World& world() const { return world_; }

  /// First hits; hits.size() == rays.size(). Neighbouring rays should be similar.
  void intersect(std::span<const Ray> rays, std::span<Hit> hits) const;
  Hit intersect(const Ray& ray) const;

  /// blocked[i] = 1 where something that is not transparent lies between near and far of ray i,
  /// else 0.
  void occluded(std::span<const Ray> rays, std::span<std::uint8_t> blocked) const;

 private:
  struct Handles;
  const World& world_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace promptdepth::scene
