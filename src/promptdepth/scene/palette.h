#pragma once

#include "promptdepth/base/random.h"
#include "promptdepth/scene/world.h"

namespace promptdepth::scene {

/// Chooses materials that belong to one scene: a few base colours, shared by its things, so that
/// some things nearly vanish before their background, as they do in real rooms.
class Palette {
 public:
  Palette(World& world, Random& random);

  MaterialId wall();
  MaterialId floor();
  MaterialId ceiling();
  MaterialId wood();
  MaterialId fabric();
  MaterialId metal();
  MaterialId plastic();  ///< Plain and glossy; often strongly coloured.
  MaterialId paint();    ///< Plain and matt; often near to the wall's colour.
  MaterialId paper();    ///< Text, covers, posters.
  MaterialId picture();  ///< One composition over an object of the size 1 / scale.
  MaterialId leaf();
  MaterialId ceramic();
  MaterialId dark();
  MaterialId skin();
  MaterialId stone();
  MaterialId glass();  ///< Dark and mirroring, as panes from outside.
  MaterialId clear_glass();
  MaterialId mirror();
  MaterialId vessel();  ///< Of bottles, cups and vases: ceramic or clear glass.
  MaterialId asphalt();
  MaterialId grass();
  MaterialId road_paint();
  MaterialId anything();  ///< Any of the above, or any pattern with any colours.
  MaterialId glowing(Vec3 color, float radiance);
  /// A picture that glows (a window's view, a screen) and spans `width_m`.
  MaterialId view(float width_m, float radiance);
  /// The same behind clear glass.
  MaterialId window_view(float width_m, float radiance);

  /// A colour of the scene's palette or, now and then, any other.
  Vec3 color();
  Vec3 neutral();

 private:
  Material glowing_picture(float width_m, float radiance);
  MaterialId add(Material material);
  Vec3 variation(Vec3 color, float amount);

  World& world_;
  Random& random_;
  Vec3 base_[4];
  Vec3 wall_color_;
  float camouflage_;  ///< Chance that a thing takes the wall's colour.
  float plainness_;   ///< Chance that a material has no pattern.
};

}  // namespace promptdepth::scene
