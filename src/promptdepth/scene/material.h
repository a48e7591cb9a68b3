#pragma once

#include <cstdint>

#include "promptdepth/scene/vec3.h"

namespace promptdepth::scene {

/// The procedural textures. All are functions of the position in the object's own frame.
enum class Pattern : std::uint8_t {
  kPlain,
  kNoise,    ///< Soft blotches of several sizes.
  kSpeckle,  ///< Small irregular grains: terrazzo, gravel, carpet.
  kChecker,
  kStripes,
  kWood,  ///< Grain along the object's longest local axis, with boards.
  kBricks,
  kTiles,  ///< Square tiles with joints, each a little different.
  kMarble,
  kGradient,
  kText,    ///< Lines of letter-like marks.
  kPoster,  ///< A composition of rectangles and discs over a gradient.
  kWeave,
  kDots,
  kPatches,    ///< Voronoi cells: stone paving, patchwork, camouflage.
  kLandscape,  ///< Sky, hills and ground: what a window or a screen shows.
  kPanels,     ///< Large boards with dark gaps: cupboards, cladding, siding.
};
inline constexpr int kPatternCount = 17;

/// How a surface looks. Colours are linear RGB.
struct Material {
  Pattern pattern = Pattern::kPlain;
  Vec3 first{0.5F, 0.5F, 0.5F};
  Vec3 second{0.3F, 0.3F, 0.3F};
  Vec3 third{0.2F, 0.2F, 0.2F};
  float scale = 10;        ///< Features of the pattern per metre.
  float grime = 0;         ///< Strength of slow changes of brightness, 0 to 1.
  float gloss = 0;         ///< Strength of highlights, 0 to 1.
  float shininess = 30;    ///< Exponent of the highlights.
  float mirror = 0;        ///< Share of light reflected as by a mirror, 0 to 1.
  float transparency = 0;  ///< Share of light let through, 0 to 1; with mirror at most 1.
  float emission = 0;      ///< Radiance emitted, times the pattern's colour.
  std::uint32_t seed = 0;  ///< Makes two materials of one pattern differ.
};

/// The colour of the material at a point of an object's frame. `normal` is the unit normal in that
/// frame and `footprint_m` the size of what one pixel sees: detail finer than it is averaged away.
/// The product of the two below.
Vec3 albedo(const Material& material, Vec3 point, Vec3 normal, float footprint_m);

/// The pattern alone.
Vec3 pattern_albedo(const Material& material, Vec3 point, Vec3 normal, float footprint_m);

/// The slow changes of brightness: a factor around 1.
float grime_factor(const Material& material, Vec3 point, float footprint_m);

}  // namespace promptdepth::scene
