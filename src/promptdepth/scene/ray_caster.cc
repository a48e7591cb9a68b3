#include "promptdepth/scene/ray_caster.h"

#include <algorithm>
#include <cmath>

#include <embree3/rtcore.h>

#include "promptdepth/base/error.h"

namespace promptdepth::scene {
namespace {

constexpr unsigned kSolidGeometry = 0;  ///< Quads.
constexpr unsigned kClearGeometry = 1;  ///< Quads that cast no shadow.
constexpr unsigned kSphereGeometry = 2;
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

/// Lets rays of light through.
void reject_all(const RTCFilterFunctionNArguments* arguments) {
  std::fill_n(arguments->valid, arguments->N, 0);
}

/// Attaches the quads of the world that `chosen` numbers.
void attach_quads(RTCScene scene, const World& world, const std::vector<std::uint32_t>& chosen,
                  unsigned id) {
  if (chosen.empty()) return;
  RTCGeometry geometry = rtcNewGeometry(shared_device(), RTC_GEOMETRY_TYPE_QUAD);
  auto* corners =
      new_buffer<Vec3>(geometry, RTC_BUFFER_TYPE_VERTEX, RTC_FORMAT_FLOAT3, 4 * chosen.size());
  auto* indices = new_buffer<std::array<std::uint32_t, 4>>(geometry, RTC_BUFFER_TYPE_INDEX,
                                                           RTC_FORMAT_UINT4, chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Quad& quad = world.quads()[chosen[i]];
    std::copy(quad.corners.begin(), quad.corners.end(), corners + 4 * i);
    for (std::uint32_t k = 0; k < 4; ++k) indices[i][k] = static_cast<std::uint32_t>(4 * i) + k;
  }
  if (id == kClearGeometry) rtcSetGeometryOccludedFilterFunction(geometry, reject_all);
  attach(scene, geometry, id, build_quality(world));
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

/// A normal of the triangle of the quad that (u, v) lies in, of any length.
Vec3 facet_normal(const Quad& quad, float u, float v) {
  const auto& c = quad.corners;
  return u + v <= 1 ? cross(c[1] - c[0], c[3] - c[0]) : cross(c[3] - c[2], c[1] - c[2]);
}

/// Embree divides by approximate reciprocals, which differ between processors in their last bits;
/// this is the same everywhere. Embree's own where a facet is too thin to be sure.
float plane_distance(const Ray& ray, Vec3 corner, Vec3 normal, float approximate) {
  const float exact = dot(corner - ray.origin, normal) / dot(ray.direction, normal);
  return std::fabs(exact - approximate) < 1e-3F * approximate ? exact : approximate;
}

/// What Embree says about one ray.
struct Meeting {
  float distance;
  float u;
  float v;
  unsigned geometry;
  unsigned primitive;
};

}  // namespace

struct RayCaster::Handles {
  RTCScene scene;
  /// Quads of the world by geometry and primitive.
  std::array<std::vector<std::uint32_t>, 2> quads;

  Hit make_hit(const World& world, const Ray& ray, const Meeting& meeting) const;
};

Hit RayCaster::Handles::make_hit(const World& world, const Ray& ray, const Meeting& meeting) const {
  Hit hit;
  if (meeting.geometry == RTC_INVALID_GEOMETRY_ID) return hit;
  hit.distance = meeting.distance;
  if (meeting.geometry == kSphereGeometry) {
    const Sphere& sphere = world.spheres()[meeting.primitive];
    hit.object = sphere.object;
    hit.point = ray.origin + ray.direction * hit.distance;
    hit.plane_normal = towards_origin(normalized(hit.point - sphere.center), ray.direction);
    hit.normal = hit.plane_normal;
    return hit;
  }
  const Quad& quad = world.quads()[quads[meeting.geometry][meeting.primitive]];
  const float u = meeting.u;
  const float v = meeting.v;
  const Vec3 facet = facet_normal(quad, u, v);
  hit.object = quad.object;
  hit.distance = plane_distance(ray, quad.corners[u + v <= 1 ? 0 : 2], facet, hit.distance);
  hit.point = ray.origin + ray.direction * hit.distance;
  hit.plane_normal = towards_origin(normalized(facet), ray.direction);
  hit.normal = quad.smooth ? towards_origin(interpolated_normal(quad, u, v), ray.direction)
                           : hit.plane_normal;
  return hit;
}

RayCaster::RayCaster(const World& world) : world_(world), handles_(std::make_unique<Handles>()) {
  RTCScene scene = rtcNewScene(shared_device());
  rtcSetSceneFlags(scene, RTC_SCENE_FLAG_NONE);
  rtcSetSceneBuildQuality(scene, build_quality(world));
  handles_->scene = scene;
  for (std::uint32_t i = 0; i < world.quads().size(); ++i) {
    const bool clear = world.material_of(world.quads()[i].object).transparency > 0;
    handles_->quads[clear ? kClearGeometry : kSolidGeometry].push_back(i);
  }
  for (const unsigned id : {kSolidGeometry, kClearGeometry}) {
    attach_quads(scene, world, handles_->quads[id], id);
  }
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
      hits[first + lane] =
          handles_->make_hit(world_, rays[first + lane],
                             {packet.ray.tfar[lane], packet.hit.u[lane], packet.hit.v[lane],
                              packet.hit.geomID[lane], packet.hit.primID[lane]});
    }
  }
}

Hit RayCaster::intersect(const Ray& ray) const {
  RTCIntersectContext context = context_for(RTC_INTERSECT_CONTEXT_FLAG_INCOHERENT);
  RTCRayHit one;
  one.ray = {ray.origin.x,
             ray.origin.y,
             ray.origin.z,
             ray.near,
             ray.direction.x,
             ray.direction.y,
             ray.direction.z,
             0,
             ray.far,
             ~0U,
             0,
             0};
  one.hit.geomID = RTC_INVALID_GEOMETRY_ID;
  one.hit.instID[0] = RTC_INVALID_GEOMETRY_ID;
  rtcIntersect1(handles_->scene, &context, &one);
  return handles_->make_hit(world_, ray,
                            {one.ray.tfar, one.hit.u, one.hit.v, one.hit.geomID, one.hit.primID});
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
