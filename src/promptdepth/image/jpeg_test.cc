#include "promptdepth/image/jpeg.h"

#include <cmath>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <turbojpeg.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> compress(std::vector<std::uint8_t> pixels, int width, int height, int format,
                                int subsampling) {
  const std::unique_ptr<void, decltype(&tjDestroy)> handle(tjInitCompress(), tjDestroy);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  tjCompress2(handle.get(), pixels.data(), width, 0, height, format, &data, &size, subsampling, 100,
              TJFLAG_ACCURATEDCT);
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> result(bytes.begin(), bytes.end());
  tjFree(data);
  return result;
}

TEST(Jpeg, ComesBackNearlyAsItWas) {
  const Image image = smooth_image(64, 48);
  const Raster back = decode_jpeg(encode_jpeg(image, 95), "the test");
  ASSERT_EQ(back.width, 64);
  ASSERT_EQ(back.height, 48);
  ASSERT_EQ(back.channels, 3);
  double sum = 0.0;
  for (std::size_t i = 0; i < image.rgb.size(); ++i) {
    sum += std::abs(255.0F * image.rgb[i] - back.samples[i]);
  }
  EXPECT_LT(sum / static_cast<double>(image.rgb.size()), 2.0);
}

TEST(Jpeg, DecodesGrey) {
  const std::vector<std::byte> jpeg =
      compress(std::vector<std::uint8_t>(64, 77), 8, 8, TJPF_GRAY, TJSAMP_GRAY);
  EXPECT_THAT(decode_jpeg(jpeg, "the test").samples, ::testing::Each(77.0F));
}

TEST(Jpeg, DecodesCmykAsLightLessItsInk) {
  // Inverted CMYK: full samples are no ink. Red: no cyan, all magenta and yellow, no black.
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 64; ++i) pixels.insert(pixels.end(), {255, 0, 0, 255});
  const Raster red = decode_jpeg(compress(pixels, 8, 8, TJPF_CMYK, TJSAMP_444), "the test");
  EXPECT_NEAR(red.samples[0], 255.0F, 2.0F);
  EXPECT_NEAR(red.samples[1], 0.0F, 2.0F);
  EXPECT_NEAR(red.samples[2], 0.0F, 2.0F);
}

TEST(Jpeg, RefusesEveryTruncation) {
  const std::vector<std::byte> jpeg = encode_jpeg(smooth_image(64, 64), 90);
  for (std::size_t size = 0; size + 2 < jpeg.size(); ++size) {
    EXPECT_THROW(decode_jpeg(std::span(jpeg).first(size), "the test"), Error) << size;
  }
}

TEST(Jpeg, PrintsNothingAboutDamage) {
  std::vector<std::byte> jpeg = encode_jpeg(smooth_image(64, 64), 90);
  jpeg.resize(jpeg.size() / 2);
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(error_of([&] { decode_jpeg(jpeg, "the test"); }), HasSubstr("remature end"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Jpeg, RefusesAPictureWithoutPixels) { EXPECT_THROW(encode_jpeg(Image(), 90), Error); }

}  // namespace
}  // namespace promptdepth
