#include "promptdepth/image/tiff.h"

#include <filesystem>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include "promptdepth/base/files.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct TiffOptions {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int samples = 1;
  int photometric = PHOTOMETRIC_MINISBLACK;
  int sample_format = SAMPLEFORMAT_UINT;
  int compression = COMPRESSION_NONE;
  int orientation = ORIENTATION_TOPLEFT;
  int planes = PLANARCONFIG_CONTIG;
  std::uint32_t rows_per_strip = 2;
  std::uint32_t tile = 0;  ///< Side of square tiles; 0 for strips.
};

void write_tiles(TIFF* file, const TiffOptions& o, const std::byte* pixels, std::size_t pixel) {
  std::vector<std::byte> tile(std::size_t{o.tile} * o.tile * pixel);
  for (std::uint32_t y = 0; y < o.height; y += o.tile) {
    for (std::uint32_t x = 0; x < o.width; x += o.tile) {
      for (std::uint32_t row = 0; row < std::min(o.tile, o.height - y); ++row) {
        std::copy_n(pixels + (std::size_t{y + row} * o.width + x) * pixel,
                    std::min(o.tile, o.width - x) * pixel,
                    tile.begin() + static_cast<std::ptrdiff_t>(std::size_t{row} * o.tile * pixel));
      }
      TIFFWriteTile(file, tile.data(), x, y, 0, 0);
    }
  }
}

template <typename T>
std::vector<std::byte> make_tiff(const TiffOptions& o, const std::vector<T>& values,
                                 const char* mode = "w") {
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "promptdepth_tiff_test.tif";
  {
    const std::unique_ptr<TIFF, decltype(&TIFFClose)> file(TIFFOpen(path.c_str(), mode), TIFFClose);
    TIFF* tiff = file.get();
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, o.width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, o.height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sizeof(T)));
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, o.samples);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, o.photometric);
    TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, o.sample_format);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, o.compression);
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, o.orientation);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, o.planes);
    if (o.photometric == PHOTOMETRIC_PALETTE) {
      std::vector<std::uint16_t> map(256);
      for (std::size_t i = 0; i < 256; ++i) map[i] = static_cast<std::uint16_t>(257 * (255 - i));
      TIFFSetField(tiff, TIFFTAG_COLORMAP, map.data(), map.data(), map.data());
    }
    const std::size_t pixel = sizeof(T) * static_cast<std::size_t>(o.samples);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    if (o.tile > 0) {
      TIFFSetField(tiff, TIFFTAG_TILEWIDTH, o.tile);
      TIFFSetField(tiff, TIFFTAG_TILELENGTH, o.tile);
      write_tiles(tiff, o, bytes, pixel);
    } else {
      TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, o.rows_per_strip);
      for (std::uint32_t y = 0; y < o.height; ++y) {
        TIFFWriteScanline(tiff, const_cast<std::byte*>(bytes) + std::size_t{y} * o.width * pixel, y,
                          0);
      }
    }
  }
  std::vector<std::byte> content = read_file(path);
  std::filesystem::remove(path);
  return content;
}

template <typename T>
std::vector<T> counting(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(3 * i);
  return values;
}

void expect_counting(const Raster& raster, std::size_t count) {
  ASSERT_EQ(raster.samples.size(), count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(raster.samples[i], static_cast<float>(3 * i));
}

TEST(Tiff, DecodesStripsOfEverySampleType) {
  const TiffOptions grey{.width = 5, .height = 7};
  const Raster bytes = decode_tiff(make_tiff(grey, counting<std::uint8_t>(35)), "the test");
  EXPECT_EQ(bytes.full_scale, 255.0F);
  EXPECT_EQ(bytes.width, 5);
  EXPECT_EQ(bytes.height, 7);
  expect_counting(bytes, 35);
  const Raster words = decode_tiff(make_tiff(grey, counting<std::uint16_t>(35)), "the test");
  EXPECT_EQ(words.full_scale, 65535.0F);
  expect_counting(words, 35);
  TiffOptions real = grey;
  real.sample_format = SAMPLEFORMAT_IEEEFP;
  const Raster floats = decode_tiff(make_tiff(real, counting<float>(35)), "the test");
  EXPECT_EQ(floats.full_scale, 0.0F);
  expect_counting(floats, 35);
}

TEST(Tiff, DecodesTilesBothByteOrdersAndCompression) {
  TiffOptions options{.width = 37, .height = 21, .tile = 16};
  expect_counting(decode_tiff(make_tiff(options, counting<std::uint16_t>(777)), "the test"), 777);
  options.compression = COMPRESSION_LZW;
  expect_counting(decode_tiff(make_tiff(options, counting<std::uint16_t>(777), "wb"), "the test"),
                  777);
  options.tile = 0;
  options.compression = COMPRESSION_ADOBE_DEFLATE;
  expect_counting(decode_tiff(make_tiff(options, counting<std::uint16_t>(777), "wl8"), "the test"),
                  777);
}

TEST(Tiff, DropsAlpha) {
  const TiffOptions options{.width = 2, .height = 1, .samples = 4, .photometric = PHOTOMETRIC_RGB};
  const std::vector<std::uint8_t> rgba{1, 2, 3, 0, 4, 5, 6, 128};
  EXPECT_THAT(decode_tiff(make_tiff(options, rgba), "the test").samples,
              ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Tiff, TurnsMinIsWhiteRound) {
  const TiffOptions options{.width = 2, .height = 1, .photometric = PHOTOMETRIC_MINISWHITE};
  EXPECT_THAT(
      decode_tiff(make_tiff(options, std::vector<std::uint8_t>{0, 200}), "the test").samples,
      ElementsAre(255, 55));
}

TEST(Tiff, LooksUpPalettes) {
  const TiffOptions options{.width = 2, .height = 1, .photometric = PHOTOMETRIC_PALETTE};
  EXPECT_THAT(decode_tiff(make_tiff(options, std::vector<std::uint8_t>{0, 5}), "the test").samples,
              ElementsAre(255, 255, 255, 250, 250, 250));
}

TEST(Tiff, ReportsTheOrientationAndKeepsPixelsAsStored) {
  const TiffOptions options{.width = 2, .height = 1, .orientation = ORIENTATION_RIGHTTOP};
  const Raster raster =
      decode_tiff(make_tiff(options, std::vector<std::uint8_t>{7, 9}), "the test");
  EXPECT_EQ(raster.orientation, ExifOrientation::kRotated90);
  EXPECT_THAT(raster.samples, ElementsAre(7, 9));
}

TEST(Tiff, RefusesWhatItDoesNotKnowByItsName) {
  const TiffOptions doubles{.width = 1, .height = 1, .sample_format = SAMPLEFORMAT_IEEEFP};
  EXPECT_THAT(
      error_of([&] { decode_tiff(make_tiff(doubles, std::vector<double>{1.0}), "the test"); }),
      HasSubstr("found 64 bits"));
}

TEST(Tiff, RefusesTruncatedDataInSilence) {
  const TiffOptions options{.width = 16, .height = 16};
  const std::vector<std::byte> tiff = make_tiff(options, counting<std::uint16_t>(256));
  ::testing::internal::CaptureStderr();
  for (std::size_t size = 0; size + 1 < tiff.size(); size += 3) {
    EXPECT_THROW(decode_tiff(std::span(tiff).first(size), "the test"), Error) << size;
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

/// The value of a tag of type SHORT becomes `value`.
void set_short(std::vector<std::byte>& tiff, char tag, std::uint16_t value) {
  const std::size_t entry = to_text(tiff).find(tag + std::string("\x01\x03\0\x01\0\0\0", 7));
  ASSERT_NE(entry, std::string::npos);
  tiff[entry + 8] = static_cast<std::byte>(value & 0xffU);
  tiff[entry + 9] = static_cast<std::byte>(value >> 8U);
}

TEST(Tiff, RefusesTilesMuchLargerThanThePicture) {
  const TiffOptions options{.width = 37, .height = 21, .tile = 16};
  std::vector<std::byte> tiff = make_tiff(options, counting<std::uint8_t>(777));
  set_short(tiff, 0x42, 16384);
  set_short(tiff, 0x43, 16384);
  EXPECT_THAT(error_of([&] { decode_tiff(tiff, "the test"); }),
              HasSubstr("found tiles of 16384 x 16384"));
}

TEST(Tiff, RefusesTilesThatTheFileCannotHold) {
  const TiffOptions options{.width = 16,
                            .height = 16,
                            .samples = 8,
                            .sample_format = SAMPLEFORMAT_IEEEFP,
                            .compression = COMPRESSION_ADOBE_DEFLATE,
                            .tile = 16};
  std::vector<std::byte> tiff = make_tiff(options, std::vector<float>(8 * 256));
  set_short(tiff, 0x42, 2048);
  set_short(tiff, 0x43, 2048);
  EXPECT_THAT(error_of([&] { decode_tiff(tiff, "the test"); }), HasSubstr("at least 2048 bytes"));
}

TEST(Tiff, RefusesHugeSizesByTheHeader) {
  const TiffOptions options{.width = 100000, .height = 1};
  std::vector<std::byte> tiff = make_tiff(options, counting<std::uint8_t>(100000));
  // The value of ImageLength (tag 0x0101, type SHORT) becomes 60000.
  const std::string tag("\x01\x01\x03\0\x01\0\0\0", 8);
  const std::size_t entry = to_text(tiff).find(tag);
  ASSERT_NE(entry, std::string::npos);
  tiff[entry + 8] = std::byte{0x60};
  tiff[entry + 9] = std::byte{0xea};
  EXPECT_THAT(error_of([&] { decode_tiff(tiff, "the test"); }), HasSubstr("100000 x 60000"));
}

}  // namespace
}  // namespace promptdepth
