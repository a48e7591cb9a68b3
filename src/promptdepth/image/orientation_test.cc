#include "promptdepth/image/orientation.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;

/// 0 1 2
/// 3 4 5
DepthMap counting_map() {
  DepthMap map(3, 2);
  for (std::size_t i = 0; i < 6; ++i) map.values[i] = static_cast<float>(i);
  return map;
}

ExifOrientation at(int value) { return static_cast<ExifOrientation>(value); }

ExifOrientation parsed(const std::string& bytes) {
  return exif_orientation(std::as_bytes(std::span(bytes)));
}

// The eight cases as EXIF draws them: which stored row and column is top and left.
TEST(Orientation, TurnsAsExifDefines) {
  const auto turned = [](int value) { return apply_orientation(counting_map(), at(value)).values; };
  EXPECT_THAT(turned(1), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(turned(2), ElementsAre(2, 1, 0, 5, 4, 3));
  EXPECT_THAT(turned(3), ElementsAre(5, 4, 3, 2, 1, 0));
  EXPECT_THAT(turned(4), ElementsAre(3, 4, 5, 0, 1, 2));
  EXPECT_THAT(turned(5), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_THAT(turned(6), ElementsAre(3, 0, 4, 1, 5, 2));
  EXPECT_THAT(turned(7), ElementsAre(5, 2, 4, 1, 3, 0));
  EXPECT_THAT(turned(8), ElementsAre(2, 5, 1, 4, 0, 3));
}

TEST(Orientation, InverseUndoesEveryTurn) {
  for (int value = 1; value <= 8; ++value) {
    const DepthMap turned = apply_orientation(counting_map(), at(value));
    EXPECT_EQ(turned.width, swaps_sides(at(value)) ? 2 : 3);
    EXPECT_EQ(apply_orientation(turned, inverse(at(value))).values, counting_map().values);
  }
}

TEST(Orientation, TurnsPicturesLikeMaps) {
  const DepthMap map = counting_map();
  Image image(3, 2);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<float>(i);
  for (int value = 1; value <= 8; ++value) {
    const DepthMap turned_map = apply_orientation(map, at(value));
    const Image turned = apply_orientation(image, at(value));
    ASSERT_EQ(turned.width, turned_map.width);
    for (std::size_t i = 0; i < turned_map.values.size(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_EQ(turned.rgb[3 * i + c], 3.0F * turned_map.values[i] + static_cast<float>(c));
      }
    }
  }
}

TEST(Orientation, ReadsTheExifTag) {
  for (int value = 1; value <= 8; ++value) {
    EXPECT_EQ(parsed(exif_block(value)), at(value));
    EXPECT_EQ(parsed(std::string("Exif\0\0", 6) + exif_block(value)), at(value));
  }
}

TEST(Orientation, TakesNonsenseForUpright) {
  EXPECT_EQ(parsed(exif_block(0)), ExifOrientation::kUpright);
  EXPECT_EQ(parsed(exif_block(9)), ExifOrientation::kUpright);
  EXPECT_EQ(parsed(""), ExifOrientation::kUpright);
  EXPECT_EQ(parsed("no picture at all"), ExifOrientation::kUpright);
  EXPECT_EQ(parsed(exif_block(6).substr(0, 15)), ExifOrientation::kUpright);
}

}  // namespace
}  // namespace promptdepth
