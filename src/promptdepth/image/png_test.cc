#include "promptdepth/image/png.h"

#include <cstdlib>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spng.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct PngOptions {
  std::vector<std::uint8_t> palette = {};  ///< RGB triples.
  int orientation = 0;                     ///< An eXIf chunk, unless 0.
  spng_interlace_method interlace = SPNG_INTERLACE_NONE;
};

/// A PNG of any kind from its raw, packed rows.
std::vector<std::byte> make_png(std::uint32_t width, std::uint32_t height, int bits, int color_type,
                                std::vector<std::uint8_t> rows, const PngOptions& options = {}) {
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> context(spng_ctx_new(SPNG_CTX_ENCODER),
                                                                    spng_ctx_free);
  spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  spng_ihdr header = {width,
                      height,
                      static_cast<std::uint8_t>(bits),
                      static_cast<std::uint8_t>(color_type),
                      0,
                      0,
                      static_cast<std::uint8_t>(options.interlace)};
  spng_set_ihdr(context.get(), &header);
  spng_plte palette = {};
  palette.n_entries = static_cast<std::uint32_t>(options.palette.size() / 3);
  for (std::size_t i = 0; i < palette.n_entries; ++i) {
    palette.entries[i] = {options.palette[3 * i], options.palette[3 * i + 1],
                          options.palette[3 * i + 2], 0};
  }
  if (palette.n_entries > 0) spng_set_plte(context.get(), &palette);
  std::string block = exif_block(options.orientation);
  spng_exif exif = {block.size(), block.data()};
  if (options.orientation != 0) spng_set_exif(context.get(), &exif);
  EXPECT_EQ(spng_encode_image(context.get(), rows.data(), rows.size(), SPNG_FMT_PNG,
                              SPNG_ENCODE_FINALIZE),
            SPNG_OK);
  std::size_t size = 0;
  int error = 0;
  void* data = spng_get_png_buffer(context.get(), &size, &error);
  const std::span bytes(static_cast<const std::byte*>(data), size);
  std::vector<std::byte> result(bytes.begin(), bytes.end());
  std::free(data);
  return result;
}

Raster decode(const std::vector<std::byte>& png) { return decode_png(png, "the test"); }

/// A valid PNG of one pixel whose header claims another size.
std::vector<std::byte> claiming(std::uint32_t width, std::uint32_t height) {
  std::vector<std::byte> png = encode_png_grey16(1, 1, std::vector<std::uint16_t>{1});
  for (unsigned i = 0; i < 4; ++i) {
    png[16 + i] = static_cast<std::byte>(width >> (24 - 8 * i));
    png[20 + i] = static_cast<std::byte>(height >> (24 - 8 * i));
  }
  return png;
}

TEST(Png, ReadsWhatItWrote) {
  const std::vector<std::uint16_t> grey{0, 1, 256, 65535, 1234, 4321};
  const Raster back = decode(encode_png_grey16(3, 2, grey));
  EXPECT_EQ(back.width, 3);
  EXPECT_EQ(back.height, 2);
  EXPECT_EQ(back.channels, 1);
  EXPECT_EQ(back.full_scale, 65535.0F);
  EXPECT_THAT(back.samples, ElementsAre(0, 1, 256, 65535, 1234, 4321));
  const std::vector<std::uint8_t> rgb{1, 2, 3, 250, 251, 252};
  EXPECT_THAT(decode(encode_png_rgb8(2, 1, rgb)).samples, ElementsAre(1, 2, 3, 250, 251, 252));
}

TEST(Png, KeepsSmallGreySamplesAsStored) {
  const Raster one = decode(make_png(8, 1, 1, SPNG_COLOR_TYPE_GRAYSCALE, {0b01000001}));
  EXPECT_EQ(one.full_scale, 1.0F);
  EXPECT_THAT(one.samples, ElementsAre(0, 1, 0, 0, 0, 0, 0, 1));
  const Raster two = decode(make_png(4, 1, 2, SPNG_COLOR_TYPE_GRAYSCALE, {0b00011011}));
  EXPECT_EQ(two.full_scale, 3.0F);
  EXPECT_THAT(two.samples, ElementsAre(0, 1, 2, 3));
  const Raster four = decode(make_png(2, 1, 4, SPNG_COLOR_TYPE_GRAYSCALE, {0x7f}));
  EXPECT_EQ(four.full_scale, 15.0F);
  EXPECT_THAT(four.samples, ElementsAre(7, 15));
}

TEST(Png, DropsAlphaAndKeepsTheColoursBehindIt) {
  EXPECT_THAT(decode(make_png(1, 1, 8, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, {10, 20, 30, 0})).samples,
              ElementsAre(10, 20, 30));
  EXPECT_THAT(decode(make_png(1, 1, 8, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, {99, 0})).samples,
              ElementsAre(99));
  // 16 bits per sample, in the machine's byte order.
  const Raster deep =
      decode(make_png(1, 1, 16, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, {1, 1, 2, 2, 3, 3, 0, 0}));
  EXPECT_EQ(deep.full_scale, 65535.0F);
  EXPECT_THAT(deep.samples, ElementsAre(257, 514, 771));
  EXPECT_THAT(decode(make_png(1, 1, 16, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, {4, 4, 0, 0})).samples,
              ElementsAre(1028));
}

TEST(Png, LooksUpPalettes) {
  const std::vector<std::byte> png =
      make_png(2, 1, 8, SPNG_COLOR_TYPE_INDEXED, {1, 0}, {.palette = {1, 2, 3, 4, 5, 6}});
  EXPECT_THAT(decode(png).samples, ElementsAre(4, 5, 6, 1, 2, 3));
}

TEST(Png, ReadsTheOrientation) {
  const std::vector<std::byte> png =
      make_png(1, 1, 8, SPNG_COLOR_TYPE_GRAYSCALE, {5}, {.orientation = 8});
  EXPECT_EQ(decode(png).orientation, ExifOrientation::kRotated270);
}

// Only the check sum of the empty last chunk is not missed.
TEST(Png, RefusesEveryTruncation) {
  const std::vector<std::byte> png = encode_png_grey16(8, 8, std::vector<std::uint16_t>(64, 500));
  for (std::size_t size = 0; size + 4 < png.size(); ++size) {
    EXPECT_THROW(decode_png(std::span(png).first(size), "the test"), Error) << size;
  }
}

TEST(Png, RefusesSizesByTheHeaderAlone) {
  EXPECT_THROW(decode(claiming(0, 1)), Error);
  EXPECT_THROW(decode(claiming(1, 0)), Error);
  EXPECT_THAT(error_of([] { decode(claiming(65536, 32768)); }), HasSubstr("65536 x 32768"));
  EXPECT_THAT(error_of([] { decode(claiming(0x7fffffff, 0x7fffffff)); }),
              HasSubstr("2147483647 x 2147483647"));
  // 2^28 pixels are allowed, but not in less than a hundred bytes.
  EXPECT_THAT(error_of([] { decode(claiming(16384, 16384)); }), HasSubstr("expected at least"));
}

TEST(Png, PrintsNothingAboutDamage) {
  std::vector<std::byte> png = encode_png_rgb8(8, 8, std::vector<std::uint8_t>(192, 9));
  png[png.size() / 2] ^= std::byte{0xff};
  ::testing::internal::CaptureStderr();
  EXPECT_THROW(decode(png), Error);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace promptdepth
