// What rooms and streets are built of: the large surfaces of a palette.
#include <algorithm>
#include <iterator>

#include "promptdepth/scene/color.h"
#include "promptdepth/scene/palette.h"

namespace promptdepth::scene {

MaterialId Palette::wall() {
  Material m;
  m.first = variation(wall_color_, 0.08F);
  m.grime = random_.chance(0.5F) ? random_.uniform(0, 0.25F) : 0;
  m.second = random_.chance(0.7F) ? variation(m.first, 0.35F) : color();
  m.third = m.first * random_.uniform(0.4F, 0.9F);
  if (!random_.chance(0.5F)) {
    constexpr Pattern kChoices[] = {Pattern::kNoise, Pattern::kStripes, Pattern::kBricks,
                                    Pattern::kTiles, Pattern::kPanels,  Pattern::kSpeckle,
                                    Pattern::kDots,  Pattern::kWood,    Pattern::kPatches};
    m.pattern = kChoices[random_.below(std::size(kChoices))];
    m.scale = m.pattern == Pattern::kPanels ? random_.uniform(0.6F, 3) : random_.uniform(3, 25);
    if (m.pattern == Pattern::kBricks) m.scale = random_.uniform(3, 5);
  }
  m.gloss = random_.chance(0.2F) ? random_.uniform(0, 0.3F) : 0;
  return add(m);
}

MaterialId Palette::floor() {
  switch (random_.below(6)) {
    case 0:
    case 1: {
      const MaterialId id = wood();
      return id;
    }
    case 2:
      return stone();
    case 3: {
      Material m;
      m.pattern = random_.chance(0.5F) ? Pattern::kTiles : Pattern::kChecker;
      m.first = neutral();
      m.second = random_.chance(0.6F) ? variation(m.first, 0.5F) : color();
      m.third = m.first * 0.5F;
      m.scale = random_.uniform(1.5F, 8);
      m.gloss = random_.uniform(0, 0.6F);
      m.mirror = random_.chance(0.4F) ? random_.uniform(0.03F, 0.2F) : 0;
      return add(m);
    }
    case 4: {
      Material m;
      m.pattern = random_.chance(0.5F) ? Pattern::kNoise : Pattern::kSpeckle;
      m.first = color();
      m.second = variation(m.first, 0.4F);
      m.third = m.first * 0.6F;
      m.scale = random_.uniform(10, 90);
      m.grime = 0.2F;
      return add(m);
    }
    default:
      return fabric();
  }
}

MaterialId Palette::ceiling() {
  Material m;
  m.first =
      random_.chance(0.8F) ? Vec3{0.8F, 0.8F, 0.78F} * random_.uniform(0.7F, 1.1F) : neutral();
  m.second = m.first * random_.uniform(0.6F, 1);
  m.third = m.first * 0.4F;
  if (random_.chance(0.3F)) {
    m.pattern = random_.chance(0.5F) ? Pattern::kTiles : Pattern::kPanels;
    m.scale = random_.uniform(0.8F, 3);
  }
  m.grime = random_.uniform(0, 0.15F);
  return add(m);
}

MaterialId Palette::stone() {
  Material m;
  constexpr Pattern kChoices[] = {Pattern::kMarble, Pattern::kNoise, Pattern::kSpeckle,
                                  Pattern::kPatches, Pattern::kTiles};
  m.pattern = kChoices[random_.below(std::size(kChoices))];
  m.first = neutral();
  m.second = variation(m.first, 0.5F);
  m.third = m.first * random_.uniform(0.3F, 1.2F);
  m.scale = m.pattern == Pattern::kSpeckle ? random_.uniform(20, 80) : random_.uniform(1.5F, 10);
  m.grime = random_.uniform(0, 0.3F);
  m.gloss = random_.chance(0.4F) ? random_.uniform(0, 0.6F) : 0;
  m.mirror = random_.chance(0.25F) ? random_.uniform(0.03F, 0.2F) : 0;
  return add(m);
}

MaterialId Palette::glass() {
  Material m;
  m.first = Vec3{0.8F, 0.95F, 1} * random_.uniform(0.01F, 0.12F);
  m.mirror = random_.uniform(0.1F, 0.6F);
  m.gloss = 0.5F;
  m.shininess = 150;
  return add(m);
}

MaterialId Palette::asphalt() {
  Material m;
  m.pattern = random_.chance(0.5F) ? Pattern::kNoise : Pattern::kSpeckle;
  m.first = Vec3{1, 1, 1.02F} * random_.uniform(0.04F, 0.22F);
  m.second = m.first * random_.uniform(0.6F, 1.3F);
  m.third = m.first * random_.uniform(0.5F, 1.6F);
  m.scale = random_.uniform(5, 40);
  m.grime = random_.uniform(0.1F, 0.4F);
  m.mirror = random_.chance(0.1F) ? 0.1F : 0;  // wet
  return add(m);
}

MaterialId Palette::grass() {
  Material m;
  m.pattern = Pattern::kNoise;
  m.first = from_hsv(
      {random_.uniform(0.15F, 0.32F), random_.uniform(0.3F, 0.8F), random_.uniform(0.05F, 0.3F)});
  m.second = m.first * random_.uniform(0.4F, 1.5F);
  m.scale = random_.uniform(10, 30);
  m.grime = random_.uniform(0.1F, 0.5F);
  return add(m);
}

MaterialId Palette::road_paint() {
  Material m;
  m.first = random_.chance(0.8F) ? Vec3{0.75F, 0.75F, 0.73F} : Vec3{0.8F, 0.55F, 0.05F};
  m.grime = random_.uniform(0, 0.4F);
  return add(m);
}

Material Palette::glowing_picture(float width_m, float radiance) {
  Material m;
  m.pattern = random_.chance(0.7F) ? Pattern::kLandscape : Pattern::kPlain;
  m.first = mix(Vec3{0.3F, 0.5F, 0.9F}, Vec3{1, 1, 1}, random_.uniform());
  m.second = from_hsv({random_.uniform(0.15F, 0.4F), 0.6F, random_.uniform(0.1F, 0.4F)});
  m.third = from_hsv({random_.uniform(0.05F, 0.4F), 0.5F, random_.uniform(0.1F, 0.5F)});
  m.scale = 1 / width_m;
  m.emission = radiance;
  return m;
}

MaterialId Palette::view(float width_m, float radiance) {
  return add(glowing_picture(width_m, radiance));
}

MaterialId Palette::window_view(float width_m, float radiance) {
  Material m = glowing_picture(width_m, radiance);
  m.transparency = random_.uniform(0.75F, 0.92F);
  m.mirror = random_.uniform(0.03F, 0.08F);
  return add(m);
}

MaterialId Palette::clear_glass() {
  Material m;
  m.first = from_hsv({random_.uniform(), random_.chance(0.3F) ? random_.uniform(0.2F, 0.8F) : 0.1F,
                      random_.uniform(0.2F, 0.8F)});
  m.transparency = random_.uniform(0.55F, 0.92F);
  m.mirror = std::min(random_.uniform(0.03F, 0.2F), 1 - m.transparency);
  m.gloss = random_.uniform(0.2F, 0.7F);
  m.shininess = 200;
  return add(m);
}

MaterialId Palette::mirror() {
  Material m;
  m.first = Vec3{1, 1, 1} * random_.uniform(0.02F, 0.3F);
  m.mirror = random_.uniform(0.75F, 0.95F);
  m.grime = random_.uniform(0, 0.3F);
  return add(m);
}

MaterialId Palette::vessel() { return random_.chance(0.25F) ? clear_glass() : ceramic(); }

}  // namespace promptdepth::scene
