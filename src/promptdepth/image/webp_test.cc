#include "promptdepth/image/webp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <webp/encode.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

/// A lossless WebP of `width` × `height` pixels, RGBA.
std::string make_webp(const std::vector<std::uint8_t>& rgba, int width, int height) {
  std::uint8_t* data = nullptr;
  const std::size_t size = WebPEncodeLosslessRGBA(rgba.data(), width, height, 4 * width, &data);
  std::string result(reinterpret_cast<const char*>(data), size);
  WebPFree(data);
  return result;
}

std::string little_endian(std::size_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xffU);
  return text;
}

std::string chunk(const std::string& name, const std::string& content) {
  return name + little_endian(content.size(), 4) + content + std::string(content.size() % 2, '\0');
}

/// The same picture in the extended container (VP8X) with an EXIF chunk.
std::string with_orientation(const std::string& webp, int width, int height, int orientation) {
  const std::string flags("\x08\0\0\0", 4);
  const std::string header = flags + little_endian(static_cast<std::size_t>(width - 1), 3) +
                             little_endian(static_cast<std::size_t>(height - 1), 3);
  const std::string body =
      "WEBP" + chunk("VP8X", header) + webp.substr(12) + chunk("EXIF", exif_block(orientation));
  return "RIFF" + little_endian(body.size(), 4) + body;
}

std::vector<std::uint8_t> counting_rgba(int pixels) {
  std::vector<std::uint8_t> rgba;
  for (int i = 0; i < pixels; ++i) {
    const auto value = static_cast<std::uint8_t>(i);
    rgba.insert(rgba.end(), {value, static_cast<std::uint8_t>(2 * i), 7, 255});
  }
  return rgba;
}

TEST(WebP, DecodesEveryPixel) {
  const Raster raster = decode_webp(to_bytes(make_webp(counting_rgba(15), 5, 3)), "the test");
  EXPECT_EQ(raster.width, 5);
  EXPECT_EQ(raster.height, 3);
  for (std::size_t i = 0; i < 15; ++i) {
    EXPECT_EQ(raster.samples[3 * i], static_cast<float>(i));
    EXPECT_EQ(raster.samples[3 * i + 1], static_cast<float>(2 * i));
    EXPECT_EQ(raster.samples[3 * i + 2], 7.0F);
  }
}

TEST(WebP, ReadsTheOrientation) {
  const std::string webp = make_webp(counting_rgba(15), 5, 3);
  EXPECT_EQ(decode_webp(to_bytes(webp), "the test").orientation, ExifOrientation::kUpright);
  const Raster turned = decode_webp(to_bytes(with_orientation(webp, 5, 3, 6)), "the test");
  EXPECT_EQ(turned.orientation, ExifOrientation::kRotated90);
  EXPECT_EQ(turned.samples, decode_webp(to_bytes(webp), "the test").samples);
}

TEST(WebP, RefusesTruncatedData) {
  const std::string webp = make_webp(counting_rgba(64), 8, 8);
  for (std::size_t size = 0; size + 1 < webp.size(); ++size) {
    EXPECT_THROW(decode_webp(to_bytes(webp.substr(0, size)), "the test"), Error) << size;
  }
  EXPECT_THAT(error_of([] { decode_webp(to_bytes("RIFF    WEBPVP8X"), "the test"); }),
              HasSubstr("malformed header"));
}

}  // namespace
}  // namespace promptdepth
