#include "promptdepth/scene/ray_caster.h"

#include <algorithm>
#include <cstring>

#include <embree3/rtcore.h>

#include "promptdepth/base/error.h"

namespace promptdepth::scene {
namespace {

constexpr unsigned kQuadGeometry = 0;
constexpr unsigned kSphereGeometry = 1;
constexpr std::size_t kPacket = 8;
constexpr std::size_t kManyQuads = 25000;

/// One device for the process. Embree starts no threads of its own, and takes at most the
/// instructions named, so that processors with and without wider ones give the same bits.
RTCDevice shared_device() {
  static const RTCDevice device = rtcNewDevice("threads=1,max_isa=avx2");
  if (device == nullptr) {
    fail(ErrorKind::kInternal, "cannot start Embree: error {}",
         static_cast<int>(rtcGetDeviceError(nullptr)));
  }
  return device;
}

struct SphereVertex {
  Vec3 center;
  float radius;
};

template <typename Element>
Element* new_buffer(RTCGeometry geometry, RTCBufferType type, RTCFormat format, std::size_t count) {
  void* memory = rtcSetNewGeometryBuffer(geometry, type, 0, format, sizeof(Element), count);
  if (memory == nullptr) fail(ErrorKind::kOutOfMemory, "Embree has no memory for {} items", count);
  return static_cast<Element*>(memory);
}

/// A better tree pays where building it is short beside the 200,000 rays of a small picture.
RTCBuildQuality build_quality(const World& world) {
  return world.quads().size() < kManyQuads ? RTC_BUILD_QUALITY_MEDIUM : RTC_BUILD_QUALITY_LOW;
}

void attach(RTCScene scene, RTCGeometry geometry, unsigned id, RTCBuildQuality quality) {
  rtcSetGeometryBuildQuality(geometry, quality);
  rtcCommitGeometry(geometry);
  rtcAttachGeometryByID(scene, geometry, id);
  rtcReleaseGeometry(geometry);
}

void attach_quads(RTCScene scene, const World& world) {
  const std::vector<Quad>& quads = world.quads();
  if (quads.empty()) return;
  RTCGeometry geometry = rtcNewGeometry(shared_device(), RTC_GEOMETRY_TYPE_QUAD);
  auto* corners =
      new_buffer<Vec3>(geometry, RTC_BUFFER_TYPE_VERTEX, RTC_FORMAT_FLOAT3, 4 * quads.size());
  auto* indices = new_buffer<std::array<std::uint32_t, 4>>(geometry, RTC_BUFFER_TYPE_INDEX,
                                                           RTC_FORMAT_UINT4, quads.size());
  for (std::size_t i = 0; i < quads.size(); ++i) {
    std::copy(quads[i].corners.begin(), quads[i].corners.end(), corners + 4 * i);
    for (std::uint32_t k = 0; k < 4; ++k) indices[i][k] = static_cast<std::uint32_t>(4 * i) + k;
  }
  attach(scene, geometry, kQuadGeometry, build_quality(world));
}

void attach_spheres(RTCScene scene, const World& world) {
  const std::vector<Sphere>& spheres = world.spheres();
  if (spheres.empty()) return;
  RTCGeometry geometry = rtcNewGeometry(shared_device(), RTC_GEOMETRY_TYPE_SPHERE_POINT);
  auto* vertices =
      new_buffer<SphereVertex>(geometry, RTC_BUFFER_TYPE_VERTEX, RTC_FORMAT_FLOAT4, spheres.size());
  for (std::size_t i = 0; i < spheres.size(); ++i) {
    vertices[i] = {spheres[i].center, spheres[i].radius};
  }
  attach(scene, geometry, kSphereGeometry, build_quality(world));
}

/// Fills lane `lane` of a packet's rays (RTCRay8 is an array per field).
void set_lane(RTCRay8& packet, std::size_t lane, const Ray& ray) {
  packet.org_x[lane] = ray.origin.x;
  packet.org_y[lane] = ray.origin.y;
  packet.org_z[lane] = ray.origin.z;
  packet.tnear[lane] = ray.near;
  packet.dir_x[lane] = ray.direction.x;
  packet.dir_y[lane] = ray.direction.y;
  packet.dir_z[lane] = ray.direction.z;
  packet.time[lane] = 0;
  packet.tfar[lane] = ray.far;
  packet.mask[lane] = ~0U;
  packet.id[lane] = static_cast<unsigned>(lane);
  packet.flags[lane] = 0;
}

RTCIntersectContext context_for(RTCIntersectContextFlags coherence) {
  RTCIntersectContext context;
  rtcInitIntersectContext(&context);
  context.flags = coherence;
  return context;
}

Vec3 towards_origin(Vec3 normal, Vec3 direction) {
  return dot(normal, direction) > 0 ? -normal : normal;
}

/// Bilinear inside the quad, as Embree's u and v are laid out for RTC_GEOMETRY_TYPE_QUAD.
Vec3 interpolated_normal(const Quad& quad, float u, float v) {
  const Vec3 low = mix(quad.normals[0], quad.normals[1], u);
  const Vec3 high = mix(quad.normals[3], quad.normals[2], u);
  return normalized(mix(low, high, v));
}

Hit make_hit(const World& world, const Ray& ray, const RTCRayHit8& packet, std::size_t lane) {
  Hit hit;
  if (packet.hit.geomID[lane] == RTC_INVALID_GEOMETRY_ID) return hit;
  hit.distance = packet.ray.tfar[lane];
  hit.point = ray.origin + ray.direction * hit.distance;
  const unsigned primitive = packet.hit.primID[lane];
  const Vec3 facet =
      normalized({packet.hit.Ng_x[lane], packet.hit.Ng_y[lane], packet.hit.Ng_z[lane]});
  hit.plane_normal = towards_origin(facet, ray.direction);
  hit.normal = hit.plane_normal;
  if (packet.hit.geomID[lane] == kSphereGeometry) {
    hit.object = world.spheres()[primitive].object;
    return hit;
  }
  const Quad& quad = world.quads()[primitive];
  hit.object = quad.object;
  if (quad.smooth) {
    hit.normal = towards_origin(interpolated_normal(quad, packet.hit.u[lane], packet.hit.v[lane]),
                                ray.direction);
  }
  return hit;
}

}  // namespace

struct RayCaster::Handles {
  RTCScene scene;
};

RayCaster::RayCaster(const World& world) : world_(world), handles_(std::make_unique<Handles>()) {
  RTCScene scene = rtcNewScene(shared_device());
  rtcSetSceneFlags(scene, RTC_SCENE_FLAG_NONE);
  rtcSetSceneBuildQuality(scene, build_quality(world));
  handles_->scene = scene;
  attach_quads(scene, world);
  attach_spheres(scene, world);
  rtcCommitScene(scene);
}

RayCaster::~RayCaster() { rtcReleaseScene(handles_->scene); }

void RayCaster::intersect(std::span<const Ray> rays, std::span<Hit> hits) const {
  PD_CHECK(rays.size() == hits.size());
  RTCIntersectContext context = context_for(RTC_INTERSECT_CONTEXT_FLAG_COHERENT);
  for (std::size_t first = 0; first < rays.size(); first += kPacket) {
    const std::size_t count = std::min(kPacket, rays.size() - first);
    alignas(64) RTCRayHit8 packet;
    alignas(64) std::array<int, kPacket> valid{};
    for (std::size_t lane = 0; lane < kPacket; ++lane) {
      // Lanes that are not used still have to hold numbers.
      set_lane(packet.ray, lane, rays[first + std::min(lane, count - 1)]);
      packet.hit.geomID[lane] = RTC_INVALID_GEOMETRY_ID;
      packet.hit.instID[0][lane] = RTC_INVALID_GEOMETRY_ID;
      valid[lane] = lane < count ? -1 : 0;
    }
    rtcIntersect8(valid.data(), handles_->scene, &context, &packet);
    for (std::size_t lane = 0; lane < count; ++lane) {
      hits[first + lane] = make_hit(world_, rays[first + lane], packet, lane);
    }
  }
}

Hit RayCaster::intersect(const Ray& ray) const {
  Hit hit;
  intersect(std::span(&ray, 1), std::span(&hit, 1));
  return hit;
}

void RayCaster::occluded(std::span<const Ray> rays, std::span<std::uint8_t> blocked) const {
  PD_CHECK(rays.size() == blocked.size());
  RTCIntersectContext context = context_for(RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT);
  for (std::size_t first = 0; first < rays.size(); first += kPacket) {
    const std::size_t count = std::min(kPacket, rays.size() - first);
    alignas(64) RTCRay8 packet;
    alignas(64) std::array<int, kPacket> valid{};
    for (std::size_t lane = 0; lane < kPacket; ++lane) {
      set_lane(packet, lane, rays[first + std::min(lane, count - 1)]);
      valid[lane] = lane < count ? -1 : 0;
    }
    rtcOccluded8(valid.data(), handles_->scene, &context, &packet);
    for (std::size_t lane = 0; lane < count; ++lane) {
      blocked[first + lane] = packet.tfar[lane] < 0 ? 1 : 0;
    }
  }
}

}  // namespace promptdepth::scene
