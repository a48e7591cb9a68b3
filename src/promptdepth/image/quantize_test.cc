#include "promptdepth/image/quantize.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(Quantize, EightBitsComeBackFromTheirShareOf255) {
  Image image(256, 1);
  for (int v = 0; v < 256; ++v) image.at(v, 0)[0] = static_cast<float>(v) / 255.0F;
  const std::vector<std::uint8_t> pixels = quantize_8bit(image);
  for (std::size_t v = 0; v < 256; ++v) EXPECT_EQ(pixels[3 * v], v);
}

TEST(Quantize, ClampsColours) {
  Image image(2, 1);
  image.rgb = {-0.5F, 1.5F, kNan, kInfinity, -kInfinity, 0.5F};
  EXPECT_THAT(quantize_8bit(image), ElementsAre(0, 255, 0, 255, 0, 128));
}

TEST(Quantize, RoundsDepthToMillimetresAndSaturates) {
  DepthMap depth(7, 1);
  depth.values = {0.0F, 0.0004F, 0.0006F, 65.5349F, 65.536F, 1e30F, 2.0F};
  EXPECT_THAT(quantize_millimetres(depth), ElementsAre(0, 0, 1, 65535, 65535, 65535, 2000));
}

TEST(Quantize, EveryMillimetreComesBack) {
  DepthMap depth(65536, 1);
  for (int v = 0; v < 65536; ++v) depth.at(v, 0) = static_cast<float>(v) / 1000.0F;
  const std::vector<std::uint16_t> stored = quantize_millimetres(depth);
  for (std::size_t v = 0; v < 65536; ++v) ASSERT_EQ(stored[v], v);
}

}  // namespace
}  // namespace promptdepth
