#include "promptdepth/scene/discontinuity_buffer.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include "promptdepth/base/random.h"

namespace promptdepth::scene {
namespace {

struct Pixel {
  Hit hit;
  Illumination light;
};

struct Picture {
  int width;
  int height;
  std::vector<Pixel> pixels;

  const Pixel& at(int x, int y) const {
    return pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                  static_cast<std::size_t>(x)];
  }
};

/// Two objects, the second bent and stepped, and holes.
Picture random_picture(int width, int height) {
  Picture picture{width, height, {}};
  Random random(11);
  const auto color = [&] {
    const float r = random.uniform();
    const float g = random.uniform();
    return Vec3{r, g, random.uniform()};
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      Pixel pixel;
      pixel.hit.distance = 2 + 0.1F * random.uniform();
      pixel.hit.object = random.chance(0.1F) ? kNoObject : (x > width / 2 ? 1 : 0);
      pixel.hit.point = {0.01F * static_cast<float>(x), 0.01F * static_cast<float>(y),
                         random.chance(0.2F) ? 0.1F : 0.0F};
      pixel.hit.normal = normalized({random.chance(0.2F) ? 0.5F : 0.0F, 0, 1});
      if (pixel.hit.found()) {
        const Vec3 diffuse = color();
        pixel.light = {diffuse, color()};
      }
      picture.pixels.push_back(pixel);
    }
  }
  return picture;
}

bool same_surface(const Hit& a, const Hit& b) {
  return a.object == b.object && dot(a.normal, b.normal) > 0.95F &&
         std::fabs(dot(a.normal, b.point - a.point)) < 0.01F + 0.01F * a.distance;
}

/// The mean as its definition says, row by row.
DiscontinuityBuffer::Average plain_average(const Picture& picture, int x, int y) {
  DiscontinuityBuffer::Average mean;
  for (int ny = std::max(0, y - 2); ny < std::min(picture.height, y + 2); ++ny) {
    for (int nx = std::max(0, x - 4); nx < std::min(picture.width, x + 4); ++nx) {
      const Pixel& neighbour = picture.at(nx, ny);
      if (((nx + ny) & 1) != 0 || !same_surface(picture.at(x, y).hit, neighbour.hit)) continue;
      mean.light.diffuse += neighbour.light.diffuse;
      mean.light.specular += neighbour.light.specular;
      mean.count += 1;
    }
  }
  mean.light.diffuse *= 1 / std::max(mean.count, 1.0F);
  mean.light.specular *= 1 / std::max(mean.count, 1.0F);
  return mean;
}

void set_row(const Picture& picture, int y, DiscontinuityBuffer& buffer) {
  for (int x = 0; x < picture.width; ++x) {
    buffer.set(x, y, picture.at(x, y).hit, picture.at(x, y).light);
  }
}

void expect_equal(Vec3 a, Vec3 b) {
  EXPECT_EQ(a.x, b.x);
  EXPECT_EQ(a.y, b.y);
  EXPECT_EQ(a.z, b.z);
}

void expect_plain_averages(const Picture& picture) {
  DiscontinuityBuffer buffer(picture.width, picture.height);
  std::vector<DiscontinuityBuffer::Average> row;
  set_row(picture, 0, buffer);
  for (int y = 0; y < picture.height; ++y) {
    if (y + 1 < picture.height) set_row(picture, y + 1, buffer);
    buffer.average_row(y, row);
    ASSERT_EQ(row.size(), static_cast<std::size_t>(picture.width));
    for (int x = 0; x < picture.width; ++x) {
      SCOPED_TRACE(testing::Message() << x << "," << y);
      if (!picture.at(x, y).hit.found()) continue;
      const auto expected = plain_average(picture, x, y);
      const auto& actual = row[static_cast<std::size_t>(x)];
      EXPECT_EQ(actual.count, expected.count);
      expect_equal(actual.light.diffuse, expected.light.diffuse);
      expect_equal(actual.light.specular, expected.light.specular);
    }
  }
}

/// Until its end, with one instruction set; 0 is all that the processor has.
class WithTarget {
 public:
  explicit WithTarget(std::int64_t target) { choose(target); }
  ~WithTarget() { choose(0); }
  WithTarget(const WithTarget&) = delete;
  WithTarget& operator=(const WithTarget&) = delete;

 private:
  static void choose(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

TEST(DiscontinuityBuffer, AveragesAsItsDefinitionSaysInTheSameBitsWithEveryInstructionSet) {
  const std::int64_t supported = hwy::SupportedTargets();
  for (std::int64_t rest = HWY_TARGETS & supported; rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    SCOPED_TRACE(hwy::TargetName(target));
    const WithTarget chosen(target);
    for (const int width : {1, 8, 31, 32, 33, 67}) expect_plain_averages(random_picture(width, 9));
  }
}

TEST(DiscontinuityBuffer, CountsNothingWhereNoLitPixelOfTheSurfaceIsNear) {
  DiscontinuityBuffer buffer(8, 1);
  Hit hit;
  hit.object = 3;
  hit.normal = {0, 0, 1};
  for (int x = 0; x < 8; ++x) buffer.set(x, 0, x == 3 ? hit : Hit{}, {});
  std::vector<DiscontinuityBuffer::Average> row;
  buffer.average_row(0, row);
  EXPECT_EQ(row[3].count, 0);
  EXPECT_EQ(row[3].light.diffuse.x, 0);
}

}  // namespace
}  // namespace promptdepth::scene
