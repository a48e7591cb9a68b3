#include "promptdepth/image/codec.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"
#include "promptdepth/image/jpeg.h"
#include "promptdepth/image/png.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Image smooth_image(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<float>(x) / static_cast<float>(width);
      image.at(x, y)[1] = static_cast<float>(y) / static_cast<float>(height);
      image.at(x, y)[2] = 0.5F;
    }
  }
  return image;
}

std::string error_of(std::span<const std::byte> bytes) {
  try {
    decode_image(bytes, "the test");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of(const std::string& text) { return error_of(std::as_bytes(std::span(text))); }

/// The JPEG with an EXIF block of the one tag Orientation right after its start.
std::vector<std::byte> with_orientation(const std::vector<std::byte>& jpeg, char orientation) {
  const std::string tiff = std::string("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18) +
                           orientation + std::string(7, '\0');
  const std::string block = std::string(
                                "\xff\xe1\0\x22"
                                "Exif\0\0",
                                10) +
                            tiff;
  std::vector<std::byte> result(jpeg.begin(), jpeg.begin() + 2);
  for (const char c : block) result.push_back(static_cast<std::byte>(c));
  result.insert(result.end(), jpeg.begin() + 2, jpeg.end());
  return result;
}

TEST(Codec, EightBitsBecomeExactlyTheirShareOf255) {
  std::vector<std::uint8_t> pixels(256 * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i / 3);
  const Image image = decode_image(encode_png_rgb8(16, 16, pixels), "the test").image;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    EXPECT_EQ(image.rgb[i], static_cast<float>(pixels[i]) / 255.0F);
  }
}

TEST(Codec, SixteenBitGreyFillsAllThreeChannels) {
  const std::vector<std::uint16_t> pixels{0, 1, 1000, 65535};
  const Image image = decode_image(encode_png_grey16(2, 2, pixels), "the test").image;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_EQ(image.rgb[3 * i + c], static_cast<float>(pixels[i]) / 65535.0F);
    }
  }
}

TEST(Codec, JpegComesBackNearlyAsItWas) {
  const Image image = smooth_image(64, 48);
  const Image back = decode_image(encode_jpeg(image, 95), "the test").image;
  ASSERT_EQ(back.width, 64);
  ASSERT_EQ(back.height, 48);
  double sum = 0.0;
  for (std::size_t i = 0; i < image.rgb.size(); ++i) sum += std::abs(image.rgb[i] - back.rgb[i]);
  EXPECT_LT(sum / static_cast<double>(image.rgb.size()), 0.01);
}

TEST(Codec, TurnsAPictureAsItsExifDataSay) {
  const std::vector<std::byte> jpeg = encode_jpeg(smooth_image(32, 16), 95);
  const Image stored = decode_image(jpeg, "the test").image;
  const LoadedImage turned = decode_image(with_orientation(jpeg, 6), "the test");
  EXPECT_EQ(turned.orientation, ExifOrientation::kRotated90);
  EXPECT_EQ(turned.image.rgb, apply_orientation(stored, ExifOrientation::kRotated90).rgb);
  const LoadedImage left =
      decode_image(with_orientation(jpeg, 6), "the test", {.apply_exif = false});
  EXPECT_EQ(left.orientation, ExifOrientation::kUpright);
  EXPECT_EQ(left.image.rgb, stored.rgb);
}

// Only the check sum of the empty last chunk is not missed.
TEST(Codec, RefusesEveryTruncatedPng) {
  const std::vector<std::byte> png = encode_png_grey16(8, 8, std::vector<std::uint16_t>(64, 500));
  for (std::size_t size = 0; size + 4 < png.size(); ++size) {
    EXPECT_THROW(decode_image(std::span(png).first(size), "the test"), Error) << size;
  }
}

TEST(Codec, RefusesTruncatedJpegs) {
  const std::vector<std::byte> jpeg = encode_jpeg(smooth_image(64, 64), 90);
  for (std::size_t size = 0; size + 2 < jpeg.size(); ++size) {
    EXPECT_THROW(decode_image(std::span(jpeg).first(size), "the test"), Error) << size;
  }
}

TEST(Codec, RefusesPicturesOfNoOrTooManyPixelsByTheirHeader) {
  const auto png_of = [](std::uint32_t width, std::uint32_t height) {
    std::vector<std::byte> png = encode_png_grey16(1, 1, std::vector<std::uint16_t>{1});
    for (unsigned i = 0; i < 4; ++i) {
      png[16 + i] = static_cast<std::byte>(width >> (24 - 8 * i));
      png[20 + i] = static_cast<std::byte>(height >> (24 - 8 * i));
    }
    return png;
  };
  EXPECT_THAT(error_of(png_of(0, 1)), HasSubstr("PNG"));
  EXPECT_THAT(error_of(png_of(0x7fffffff, 0x7fffffff)), HasSubstr("2147483647 x 2147483647"));
  EXPECT_THAT(error_of(png_of(65536, 32768)), HasSubstr("65536 x 32768"));
  EXPECT_THAT(error_of(png_of(16384, 16384)), HasSubstr("only"));
}

TEST(Codec, SaysWhatItExpectedOfSomethingElse) {
  EXPECT_THAT(error_of(""), HasSubstr("found 0 bytes"));
  EXPECT_THAT(error_of("a text that is called photo.png"), HasSubstr("JPEG, PNG, WebP or TIFF"));
}

TEST(Codec, WritesByTheNamesEnding) {
  const fs::path folder = fs::path(::testing::TempDir()) / "codec_test";
  fs::create_directories(folder);
  const Image image = smooth_image(20, 10);
  write_image(folder / "a.PNG", image);
  write_image(folder / "b.jpeg", image);
  EXPECT_TRUE(is_png(read_file(folder / "a.PNG")));
  EXPECT_TRUE(is_jpeg(read_file(folder / "b.jpeg")));
  EXPECT_EQ(read_image(folder / "a.PNG").image.width, 20);
  EXPECT_THROW(write_image(folder / "c.bmp", image), Error);
  EXPECT_THROW(write_image(folder / "none" / "a.png", image), Error);
  EXPECT_THROW(read_image(folder / "missing.png"), Error);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace promptdepth
