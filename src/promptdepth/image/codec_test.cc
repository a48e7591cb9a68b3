#include "promptdepth/image/codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/files.h"
#include "promptdepth/image/jpeg.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class CodecFiles : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  const fs::path folder_ = fs::path(::testing::TempDir()) / "promptdepth_codec_test";
};

/// The JPEG with an EXIF block right after its start.
std::vector<std::byte> with_orientation(const std::vector<std::byte>& jpeg, int orientation) {
  const std::string exif = std::string("Exif\0\0", 6) + exif_block(orientation);
  const std::string segment =
      std::string("\xff\xe1\0", 3) + static_cast<char>(exif.size() + 2) + exif;
  return to_bytes(to_text(jpeg).insert(2, segment));
}

TEST(Codec, EightBitsBecomeExactlyTheirShareOf255) {
  std::vector<std::uint8_t> pixels(768);
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

TEST(Codec, TurnsAPictureAsItsExifDataSay) {
  const std::vector<std::byte> jpeg = encode_jpeg(smooth_image(32, 16), 95);
  const Image stored = decode_image(jpeg, "the test").image;
  for (int value = 1; value <= 8; ++value) {
    const auto orientation = static_cast<ExifOrientation>(value);
    const LoadedImage turned = decode_image(with_orientation(jpeg, value), "the test");
    EXPECT_EQ(turned.orientation, orientation);
    EXPECT_EQ(turned.image.rgb, apply_orientation(stored, orientation).rgb);
  }
}

TEST(Codec, LeavesAPictureAsStoredWhenToldSo) {
  const std::vector<std::byte> jpeg = encode_jpeg(smooth_image(32, 16), 95);
  const LoadedImage left =
      decode_image(with_orientation(jpeg, 6), "the test", {.apply_exif = false});
  EXPECT_EQ(left.orientation, ExifOrientation::kUpright);
  EXPECT_EQ(left.image.rgb, decode_image(jpeg, "the test").image.rgb);
}

TEST_F(CodecFiles, WritesByTheNamesEnding) {
  const Image image = smooth_image(20, 10);
  write_image(folder_ / "a.PNG", image);
  write_image(folder_ / "b.jpeg", image);
  EXPECT_TRUE(is_png(read_file(folder_ / "a.PNG")));
  EXPECT_TRUE(is_jpeg(read_file(folder_ / "b.jpeg")));
  EXPECT_EQ(read_image(folder_ / "a.PNG").image.width, 20);
  EXPECT_THAT(error_of([&] { write_image(folder_ / "c.bmp", image); }), HasSubstr("c.bmp"));
}

TEST_F(CodecFiles, SaysWhichFileCouldNotBeReadOrWritten) {
  EXPECT_THAT(error_of([&] { read_image(folder_ / "gone.png"); }), HasSubstr("gone.png"));
  EXPECT_THAT(error_of([&] { read_image(folder_); }), HasSubstr(folder_.string()));
  EXPECT_THAT(error_of([&] { write_image(folder_ / "no" / "a.png", smooth_image(2, 2)); }),
              HasSubstr("is not a folder"));
  write_file_atomically(folder_ / "text.png", "not a picture");
  EXPECT_THAT(error_of([&] { read_image(folder_ / "text.png"); }), HasSubstr("text.png"));
  write_file_atomically(folder_ / "empty.png", "");
  EXPECT_THAT(error_of([&] { read_image(folder_ / "empty.png"); }), HasSubstr("found 0 bytes"));
}

TEST(Codec, ReadsAPhonesPhoto) {
  const fs::path path = fs::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/phone_lidar/image.jpg";
  if (!fs::exists(path)) GTEST_SKIP() << "no recording at " << path;
  const LoadedImage photo = read_image(path);
  EXPECT_EQ(photo.image.width, 1920);
  EXPECT_EQ(photo.image.height, 1440);
}

}  // namespace
}  // namespace promptdepth
