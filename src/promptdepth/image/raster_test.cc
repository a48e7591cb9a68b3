#include "promptdepth/image/raster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/image/jpeg.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(PictureSize, AcceptsOneToTwoToThe28Pixels) {
  EXPECT_NO_THROW(check_picture_size(1, 1, "the test"));
  EXPECT_NO_THROW(check_picture_size(1U << 14, 1U << 14, "the test"));
  EXPECT_NO_THROW(check_picture_size(1U << 28, 1, "the test"));
  EXPECT_THROW(check_picture_size(0, 1, "the test"), Error);
  EXPECT_THROW(check_picture_size(1, 0, "the test"), Error);
  EXPECT_THROW(check_picture_size((1U << 28) + 1, 1, "the test"), Error);
  EXPECT_THROW(check_picture_size(1U << 16, 1U << 15, "the test"), Error);
  EXPECT_THROW(check_picture_size(~0ULL, ~0ULL, "the test"), Error);
}

TEST(PictureSize, MustFitIntoTheFile) {
  EXPECT_NO_THROW(check_file_holds(10, 20, 100, 100, "the test"));
  EXPECT_THAT(error_of([] { check_file_holds(10, 20, 100, 99, "the test"); }),
              HasSubstr("expected at least 100 bytes for 10 x 20 pixels in the test, found 99"));
}

TEST(Raster, IsRecognisedByContent) {
  const std::vector<std::byte> png = encode_png_rgb8(1, 1, std::vector<std::uint8_t>{1, 2, 3});
  EXPECT_THAT(decode_raster(png, "a.jpg").samples, ElementsAre(1, 2, 3));
  EXPECT_EQ(decode_raster(encode_jpeg(smooth_image(9, 8), 90), "a.png").width, 9);
}

TEST(Raster, SaysWhatItExpectedOfSomethingElse) {
  EXPECT_THAT(
      error_of([] { decode_raster(to_bytes("a text"), "'photo.png'"); }),
      HasSubstr("expected a JPEG, PNG, WebP or TIFF picture in 'photo.png', found 6 bytes"));
  EXPECT_THAT(error_of([] { decode_raster({}, "'photo.png'"); }), HasSubstr("found 0 bytes"));
}

TEST(Raster, LeavesOutTheSamplesAfterTheChannels) {
  const std::uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
  EXPECT_THAT(to_samples(pixels, 2, 3, 1), ElementsAre(1, 4));
  EXPECT_THAT(to_samples(pixels, 2, 3, 2), ElementsAre(1, 2, 4, 5));
}

}  // namespace
}  // namespace promptdepth
