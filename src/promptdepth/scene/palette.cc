#include "promptdepth/scene/palette.h"

#include <iterator>

#include "promptdepth/scene/color.h"

namespace promptdepth::scene {
Palette::Palette(World& world, Random& random) : world_(world), random_(random) {
  const float hue = random_.uniform();
  for (Vec3& base : base_) {
    const float spread = random_.chance(0.5F) ? 0.08F : 0.5F;
    const float own_hue = hue + spread * random_.uniform(-1, 1);
    base = from_hsv({fraction(own_hue + 2), random_.uniform(0.1F, 1),
                     linear_from_lightness(random_.uniform(0.15F, 1))});
  }
  wall_color_ = neutral();
  camouflage_ = random_.chance(0.3F) ? random_.uniform(0.3F, 0.7F) : random_.uniform(0, 0.2F);
  plainness_ = random_.uniform(0.05F, 0.6F);
}

Vec3 Palette::variation(Vec3 c, float amount) {
  const float gain = 1 + random_.uniform(-amount, amount);
  return c * gain *
         Vec3{1 + 0.3F * random_.uniform(-amount, amount), 1,
              1 + 0.3F * random_.uniform(-amount, amount)};
}

Vec3 Palette::neutral() {
  const float value = linear_from_lightness(random_.chance(0.7F) ? random_.uniform(0.6F, 0.98F)
                                                                 : random_.uniform(0.15F, 0.7F));
  return from_hsv({random_.chance(0.6F) ? random_.uniform(0.05F, 0.17F) : random_.uniform(),
                   random_.chance(0.75F) ? random_.uniform(0, 0.25F) : random_.uniform(0, 0.7F),
                   value});
}

Vec3 Palette::color() {
  if (random_.chance(camouflage_)) return variation(wall_color_, 0.15F);
  if (random_.chance(0.6F)) return variation(base_[random_.below(4)], 0.3F);
  if (random_.chance(0.4F)) return neutral();
  return from_hsv({random_.uniform(), random_.uniform(0.2F, 0.95F),
                   linear_from_lightness(random_.uniform(0.1F, 1))});
}

MaterialId Palette::add(Material material) {
  material.seed = static_cast<std::uint32_t>(random_.next_u64());
  return world_.add_material(material);
}

MaterialId Palette::wood() {
  Material m;
  m.pattern = Pattern::kWood;
  const float light = linear_from_lightness(random_.uniform(0.25F, 0.9F));
  m.first = from_hsv({random_.uniform(0.04F, 0.12F), random_.uniform(0.25F, 0.75F), light});
  m.second = m.first * random_.uniform(0.35F, 0.85F);
  m.scale = random_.uniform(4, 14);
  m.grime = random_.uniform(0, 0.2F);
  m.gloss = random_.chance(0.6F) ? random_.uniform(0, 0.5F) : 0;
  m.shininess = random_.uniform(10, 80);
  m.mirror = random_.chance(0.2F) ? random_.uniform(0.02F, 0.12F) : 0;
  return add(m);
}

MaterialId Palette::fabric() {
  Material m;
  constexpr Pattern kChoices[] = {Pattern::kPlain,   Pattern::kNoise, Pattern::kWeave,
                                  Pattern::kStripes, Pattern::kDots,  Pattern::kChecker,
                                  Pattern::kPatches, Pattern::kPoster};
  m.pattern =
      random_.chance(plainness_) ? Pattern::kPlain : kChoices[random_.below(std::size(kChoices))];
  m.first = color();
  m.second = random_.chance(0.5F) ? variation(m.first, 0.5F) : color();
  m.third = color();
  m.scale = m.pattern == Pattern::kPoster ? random_.uniform(1, 4) : random_.uniform(6, 60);
  m.grime = random_.uniform(0, 0.2F);
  return add(m);
}

MaterialId Palette::metal() {
  Material m;
  const float light = linear_from_lightness(random_.uniform(0.1F, 0.85F));
  m.first = random_.chance(0.75F) ? Vec3{1, 1, 1.03F} * light
                                  : from_hsv({0.11F, random_.uniform(0.2F, 0.6F), light});
  m.second = m.first * 0.7F;
  m.gloss = random_.uniform(0.2F, 1);
  m.shininess = random_.uniform(20, 200);
  m.mirror = random_.chance(0.4F) ? random_.uniform(0.05F, 0.5F) : 0;
  return add(m);
}

MaterialId Palette::plastic() {
  Material m;
  m.first = color();
  m.gloss = random_.uniform(0.1F, 0.8F);
  m.shininess = random_.uniform(15, 120);
  return add(m);
}

MaterialId Palette::paint() {
  Material m;
  m.first = random_.chance(0.4F) ? variation(wall_color_, 0.2F) : color();
  m.grime = random_.chance(0.5F) ? random_.uniform(0, 0.3F) : 0;
  m.gloss = random_.chance(0.3F) ? random_.uniform(0, 0.4F) : 0;
  return add(m);
}

MaterialId Palette::paper() {
  Material m;
  m.pattern = random_.chance(0.6F) ? Pattern::kText : Pattern::kPoster;
  m.first = random_.chance(0.5F) ? Vec3{0.85F, 0.84F, 0.8F} : color();
  m.second = random_.chance(0.6F) ? Vec3{0.04F, 0.04F, 0.05F} : color();
  m.third = color();
  m.scale = m.pattern == Pattern::kText ? random_.uniform(20, 90) : random_.uniform(3, 9);
  return add(m);
}

MaterialId Palette::picture() {
  Material m;
  m.pattern = random_.chance(0.6F) ? Pattern::kPoster : Pattern::kLandscape;
  m.first = color();
  m.second = color();
  m.third = color();
  m.scale = random_.uniform(0.8F, 3);
  m.gloss = random_.chance(0.5F) ? random_.uniform(0, 0.6F) : 0;
  m.mirror = random_.chance(0.3F) ? random_.uniform(0.03F, 0.12F) : 0;
  return add(m);
}

MaterialId Palette::leaf() {
  Material m;
  m.first = from_hsv({random_.uniform(0.17F, 0.4F), random_.uniform(0.3F, 0.85F),
                      linear_from_lightness(random_.uniform(0.2F, 0.7F))});
  m.second = m.first * random_.uniform(0.4F, 1.3F);
  m.pattern = random_.chance(0.5F) ? Pattern::kNoise : Pattern::kPlain;
  m.scale = random_.uniform(10, 60);
  m.gloss = random_.uniform(0, 0.4F);
  return add(m);
}

MaterialId Palette::ceramic() {
  Material m;
  m.pattern = random_.chance(0.6F) ? Pattern::kPlain
                                   : (random_.chance(0.5F) ? Pattern::kStripes : Pattern::kDots);
  m.first = random_.chance(0.5F) ? neutral() : color();
  m.second = color();
  m.third = color();
  m.scale = random_.uniform(15, 60);
  m.gloss = random_.uniform(0.2F, 0.9F);
  m.shininess = random_.uniform(40, 200);
  return add(m);
}

MaterialId Palette::dark() {
  Material m;
  m.first = Vec3{1, 1, 1} * random_.uniform(0.008F, 0.05F);
  m.gloss = random_.uniform(0, 0.5F);
  m.mirror = random_.chance(0.3F) ? random_.uniform(0.02F, 0.08F) : 0;
  return add(m);
}

MaterialId Palette::skin() {
  Material m;
  m.first = from_hsv({random_.uniform(0.03F, 0.08F), random_.uniform(0.3F, 0.6F),
                      linear_from_lightness(random_.uniform(0.25F, 0.85F))});
  m.gloss = 0.1F;
  return add(m);
}

MaterialId Palette::anything() {
  switch (random_.below(10)) {
    case 0:
      return wood();
    case 1:
      return fabric();
    case 2:
      return metal();
    case 3:
      return plastic();
    case 4:
      return paint();
    case 5:
      return ceramic();
    case 6:
      return stone();
    case 7:
      return paper();
    default:
      break;
  }
  Material m;
  m.pattern = static_cast<Pattern>(random_.below(kPatternCount));
  m.first = color();
  m.second = color();
  m.third = color();
  m.scale = random_.uniform(2, 40);
  m.grime = random_.uniform(0, 0.3F);
  m.gloss = random_.chance(0.3F) ? random_.uniform(0, 0.8F) : 0;
  m.shininess = random_.uniform(10, 100);
  return add(m);
}

MaterialId Palette::glowing(Vec3 light, float radiance) {
  Material m;
  m.first = light;
  m.emission = radiance;
  return add(m);
}

}  // namespace promptdepth::scene
