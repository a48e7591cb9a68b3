#include "promptdepth/scene/scene.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

constexpr SceneOptions kSmall{.width = 80, .height = 60, .kind = SceneKind::kRoom};

/// Share of the pixels whose right or lower neighbour is more than 10 % nearer or farther.
float edge_share(const DepthMap& depth) {
  int edges = 0;
  for (int y = 0; y + 1 < depth.height; ++y) {
    for (int x = 0; x + 1 < depth.width; ++x) {
      const float z = depth.at(x, y);
      const float right = std::max(depth.at(x + 1, y) / z, z / depth.at(x + 1, y));
      const float below = std::max(depth.at(x, y + 1) / z, z / depth.at(x, y + 1));
      edges += std::max(right, below) > 1.1F ? 1 : 0;
    }
  }
  return static_cast<float>(edges) / static_cast<float>(depth.pixel_count());
}

float median(std::vector<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

TEST(Scene, GivesTheSameBitsForTheSameSeedOnAnyNumberOfThreads) {
  constexpr int kFrames = 6;
  std::vector<RenderedFrame> serial(kFrames);
  for (int i = 0; i < kFrames; ++i) {
    serial[static_cast<std::size_t>(i)] = render_scene(static_cast<std::uint64_t>(i), kSmall);
  }
  std::vector<RenderedFrame> parallel(kFrames);
  set_thread_count(3);
  parallel_for(kFrames, [&](std::int64_t i) {
    parallel[static_cast<std::size_t>(i)] = render_scene(static_cast<std::uint64_t>(i), kSmall);
  });
  for (std::size_t i = 0; i < kFrames; ++i) {
    EXPECT_EQ(serial[i].image.rgb, parallel[i].image.rgb) << "seed " << i;
    EXPECT_EQ(serial[i].depth.values, parallel[i].depth.values) << "seed " << i;
    EXPECT_EQ(serial[i].world_from_camera, parallel[i].world_from_camera) << "seed " << i;
  }
}

/// Of depths rounded to 2 mm, so that the last bits do not matter.
std::uint64_t depth_hash(std::uint64_t seed, SceneKind kind) {
  std::uint64_t hash = 0;
  for (const float z : render_scene(seed, {.width = 32, .height = 24, .kind = kind}).depth.values) {
    hash = splitmix64(hash ^ static_cast<std::uint64_t>(std::lround(500 * z)));
  }
  return hash;
}

TEST(Scene, IsTheSameOnEveryMachine) {
  // Whoever changes how scenes are built writes down the new numbers.
  EXPECT_EQ(depth_hash(1, SceneKind::kRoom), 0x01da5c768067960cU);
  EXPECT_EQ(depth_hash(2, SceneKind::kRoom), 0x51c03209651170c7U);
  EXPECT_EQ(depth_hash(3, SceneKind::kStreet), 0xa7fb29b71a290c2eU);
}

TEST(Scene, KnowsWhatSensorsGetBackFromEachPixel) {
  int with_glass = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const RenderedFrame frame = render_scene(seed, kSmall);
    bool glass = false;
    for (std::size_t i = 0; i < frame.depth.values.size(); ++i) {
      const float mirror = frame.surfaces.mirror.values[i];
      const float transparency = frame.surfaces.transparency.values[i];
      const float beyond = frame.surfaces.beyond.values[i];
      ASSERT_TRUE(mirror >= 0 && transparency >= 0 && mirror + transparency <= 1) << seed;
      ASSERT_TRUE(beyond == 0 || beyond > frame.depth.values[i] - 1e-3F) << seed;
      ASSERT_TRUE(std::isfinite(beyond)) << seed;
      const float reflectance = frame.surfaces.reflectance.values[i];
      ASSERT_TRUE(reflectance >= 0 && reflectance <= 1.0001F) << seed << " " << reflectance;
      glass = glass || mirror > 0.5F || transparency > 0.5F;
    }
    with_glass += glass ? 1 : 0;
  }
  EXPECT_GT(with_glass, 5);
}

TEST(Scene, DiffersFromSeedToSeed) {
  EXPECT_NE(render_scene(1, kSmall).depth.values, render_scene(2, kSmall).depth.values);
}

TEST(Scene, OfARoomHasDepthAtEveryPixel) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const RenderedFrame frame = render_scene(seed, kSmall);
    for (const float z : frame.depth.values) {
      ASSERT_TRUE(std::isfinite(z) && z > 0.05F && z < 30) << "seed " << seed << " depth " << z;
    }
    for (const float v : frame.image.rgb) ASSERT_TRUE(v >= 0 && v <= 1) << "seed " << seed;
  }
}

TEST(Scene, OfManyRoomsHasEdgesAndTheDepthsOfRooms) {
  std::vector<float> edges;
  std::vector<float> medians;
  for (std::uint64_t seed = 100; seed < 200; ++seed) {
    const RenderedFrame frame = render_scene(seed, kSmall);
    edges.push_back(edge_share(frame.depth));
    medians.push_back(median(frame.depth.values));
  }
  EXPECT_GT(median(edges), 0.02F);
  EXPECT_LT(median(edges), 0.4F);
  EXPECT_GT(median(medians), 1);
  EXPECT_LT(median(medians), 5);
}

TEST(Scene, OfStreetsReachesFarAndHasSkyWithoutDepth) {
  SceneOptions options = kSmall;
  options.kind = SceneKind::kStreet;
  int with_sky = 0;
  std::vector<float> medians;
  for (std::uint64_t seed = 0; seed < 15; ++seed) {
    const RenderedFrame frame = render_scene(seed, options);
    std::vector<float> seen;
    for (const float z : frame.depth.values) {
      ASSERT_TRUE(std::isfinite(z) && z >= 0 && z < 250) << "seed " << seed << " depth " << z;
      if (z > 0) seen.push_back(z);
    }
    ASSERT_GT(seen.size(), 100U) << "seed " << seed;
    with_sky += seen.size() < frame.depth.values.size() ? 1 : 0;
    medians.push_back(median(seen));
  }
  EXPECT_GT(with_sky, 9);
  EXPECT_GT(median(medians), 4);
  EXPECT_LT(median(medians), 40);
}

TEST(Scene, KeepsItsFieldOfViewInsideTheOptions) {
  SceneOptions options{.width = 64, .height = 48, .min_fov_deg = 60, .max_fov_deg = 70};
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Intrinsics k = render_scene(seed, options).intrinsics;
    const double fov_deg = 2 * std::atan(32 / k.fx) * 180 / 3.14159265;
    EXPECT_GE(fov_deg, 59.99);
    EXPECT_LE(fov_deg, 70.01);
    EXPECT_EQ(k.cx, 31.5);
    EXPECT_EQ(k.cy, 23.5);
  }
}

TEST(Scene, RefusesOptionsOutsideTheirRange) {
  EXPECT_THROW(render_scene(0, {.width = 4}), Error);
  EXPECT_THROW(render_scene(0, {.height = 100000}), Error);
  EXPECT_THROW(render_scene(0, {.min_fov_deg = 80, .max_fov_deg = 70}), Error);
  EXPECT_THROW(render_scene(0, {.max_fov_deg = NAN}), Error);
}

}  // namespace
}  // namespace promptdepth
