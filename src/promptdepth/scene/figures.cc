#include <array>

#include "promptdepth/scene/furniture.h"
#include "promptdepth/scene/portable_math.h"

namespace promptdepth::scene {
namespace {

/// A tapering limb with rounded ends.
void add_limb(Kit& kit, const Frame& frame, Vec3 from, Vec3 to, float thick, float thin,
              MaterialId material) {
  const float reach = length(to - from);
  const Frame axis = frame * along(from, to - from);
  const std::array<ProfilePoint, 8> profile{{{0, -thick},
                                             {0.7F * thick, -0.7F * thick},
                                             {thick, 0},
                                             {mix(thick, thin, 0.5F), 0.5F * reach},
                                             {thin, reach},
                                             {0.8F * thin, reach + 0.6F * thin},
                                             {0.4F * thin, reach + 0.9F * thin},
                                             {0, reach + thin}}};
  add_lathe(kit.world, axis, profile, 12, material);
}

struct Clothes {
  MaterialId top;
  MaterialId trousers;
  MaterialId shoes;
  MaterialId skin;
  MaterialId hair;
};

void add_head(Kit& kit, const Frame& neck, float h, const Clothes& clothes) {
  add_limb(kit, neck, {0, 0, -0.02F * h}, {0, 0, 0.05F * h}, 0.035F * h, 0.03F * h, clothes.skin);
  const Frame head = neck.moved({0, 0.01F * h, 0.115F * h}) * turned_z(kit.pick(-0.6F, 0.6F));
  add_ellipsoid(kit.world, head, {0.045F * h, 0.055F * h, 0.068F * h}, 16, clothes.skin);
  add_ellipsoid(kit.world, head.moved({0, -0.014F * h, 0.014F * h}),
                {0.051F * h, 0.053F * h, 0.062F * h}, 16, clothes.hair);
  if (kit.chance(0.3F)) {
    add_ellipsoid(kit.world, head.moved({0, -0.04F * h, -0.03F * h}),
                  {0.05F * h, 0.025F * h, 0.08F * h}, 12, clothes.hair);
  }
}

void add_arm(Kit& kit, const Frame& shoulder, float side, float h, const Clothes& clothes) {
  const float lift = kit.chance(0.35F) ? kit.pick(0.3F, 2.2F) : kit.pick(0, 0.35F);
  const float forward = kit.pick(-0.4F, 0.9F);
  const Vec3 elbow = Vec3{side * portable::sin(lift) * 0.16F, 0.12F * portable::sin(forward),
                          -0.16F * portable::cos(lift) * portable::cos(forward)} *
                     h;
  const float bend = kit.pick(0, 1.8F);
  const Vec3 along_arm = normalized(elbow);
  const Vec3 hand =
      elbow + normalized(along_arm * portable::cos(bend) + Vec3{0, 1, 0.3F} * portable::sin(bend)) *
                  (0.15F * h);
  add_limb(kit, shoulder, {0, 0, 0}, elbow, 0.03F * h, 0.024F * h, clothes.top);
  const MaterialId sleeve = kit.chance(0.5F) ? clothes.top : clothes.skin;
  add_limb(kit, shoulder, elbow, hand, 0.023F * h, 0.016F * h, sleeve);
  add_ellipsoid(kit.world, shoulder * along(hand, hand - elbow),
                {0.02F * h, 0.013F * h, 0.045F * h}, 10, clothes.skin);
}

void add_leg(Kit& kit, const Frame& hip, float h, float swing, float knee_bend,
             const Clothes& clothes) {
  const Vec3 knee = Vec3{0, portable::sin(swing), -portable::cos(swing)} * (0.245F * h);
  const Vec3 foot =
      knee +
      Vec3{0, portable::sin(swing - knee_bend), -portable::cos(swing - knee_bend)} * (0.235F * h);
  add_limb(kit, hip, {0, 0, 0}, knee, 0.052F * h, 0.034F * h, clothes.trousers);
  add_limb(kit, hip, knee, foot, 0.034F * h, 0.024F * h, clothes.trousers);
  add_superellipsoid(kit.world, hip.moved(foot + Vec3{0, 0.03F * h, -0.005F * h}),
                     {0.025F * h, 0.07F * h, 0.024F * h}, 0.7F, 12, clothes.shoes);
}

}  // namespace

void build_person(Kit& kit, const Frame& frame, Vec3 size) {
  const float h = size.z;
  Clothes clothes{kit.palette.fabric(), kit.palette.fabric(), kit.palette.dark(),
                  kit.palette.skin(), 0};
  clothes.hair = kit.chance(0.6F) ? kit.palette.dark() : kit.palette.wood();
  const bool sitting = kit.chance(0.25F);
  const float hip_height = sitting ? 0.29F * h : 0.505F * h;
  const Frame pelvis = frame.moved({0, 0, hip_height});
  if (sitting) {
    add_box(kit.world, frame, {-0.2F, -0.2F, 0}, {0.2F, 0.2F, hip_height - 0.07F * h},
            kit.palette.anything());
  }
  for (const float side : {-1.0F, 1.0F}) {
    const float swing = sitting ? kit.pick(1.3F, 1.6F) : kit.pick(-0.35F, 0.35F);
    const float bend = sitting ? swing + kit.pick(-0.2F, 0.2F) : kit.pick(0, 0.3F);
    add_leg(kit, pelvis.moved({side * 0.05F * h, 0, 0}), h, swing, bend, clothes);
  }
  const Frame bent = pelvis * turned_x(kit.pick(-0.15F, 0.1F));
  const Frame torso = bent * turned_z(kit.pick(-0.3F, 0.3F));
  add_superellipsoid(kit.world, torso.moved({0, 0, 0.02F * h}), {0.095F * h, 0.065F * h, 0.07F * h},
                     0.8F, 16, clothes.trousers);
  add_superellipsoid(kit.world, torso.moved({0, 0, 0.17F * h}), {0.105F * h, 0.066F * h, 0.17F * h},
                     0.7F, 18, clothes.top);
  for (const float side : {-1.0F, 1.0F}) {
    add_arm(kit, torso.moved({side * 0.115F * h, 0, 0.295F * h}), side, h, clothes);
  }
  add_head(kit, torso.moved({0, 0, 0.33F * h}), h, clothes);
}

}  // namespace promptdepth::scene
