#include "promptdepth/image/exr.h"

#include <filesystem>
#include <string>

#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/base/files.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

/// An EXR of half-precision channels, 3 × 2 pixels at (-1, 5); channel i holds the value i + 1.
std::vector<std::byte> make_exr(const std::vector<std::string>& channels) {
  const std::filesystem::path path =
      std::filesystem::path(::testing::TempDir()) / "promptdepth_exr_test.exr";
  {
    const Imath::Box2i window({-1, 5}, {1, 6});
    Imf::Header header(Imath::Box2i({0, 0}, {9, 9}), window);
    Imf::FrameBuffer buffer;
    std::vector<std::vector<half>> pixels;
    for (std::size_t i = 0; i < channels.size(); ++i) {
      pixels.emplace_back(6, half(static_cast<float>(i + 1)));
    }
    for (std::size_t i = 0; i < channels.size(); ++i) {
      header.channels().insert(channels[i], Imf::Channel(Imf::HALF));
      buffer.insert(channels[i], Imf::Slice::Make(Imf::HALF, pixels[i].data(), window));
    }
    Imf::OutputFile file(path.c_str(), header);
    file.setFrameBuffer(buffer);
    file.writePixels(2);
  }
  std::vector<std::byte> content = read_file(path);
  std::filesystem::remove(path);
  return content;
}

TEST(Exr, ReadsWhatItWrote) {
  DepthMap map(67, 41);
  for (std::size_t i = 0; i < map.values.size(); ++i) map.values[i] = 0.1F * static_cast<float>(i);
  const std::vector<std::byte> exr = encode_exr(map);
  EXPECT_TRUE(is_exr(exr));
  const DepthMap back = decode_exr(exr, "the test");
  EXPECT_EQ(back.width, 67);
  EXPECT_EQ(back.height, 41);
  EXPECT_EQ(back.values, map.values);
}

TEST(Exr, TakesZThenYThenRThenTheOnlyChannel) {
  EXPECT_THAT(decode_exr(make_exr({"R", "Y", "Z"}), "the test").values, Each(3.0F));
  EXPECT_THAT(decode_exr(make_exr({"R", "Y"}), "the test").values, Each(2.0F));
  EXPECT_THAT(decode_exr(make_exr({"B", "G", "R"}), "the test").values, Each(3.0F));
  EXPECT_THAT(decode_exr(make_exr({"depth"}), "the test").values, Each(1.0F));
  EXPECT_THAT(error_of([] {
                decode_exr(make_exr({"a", "b"}), "the test");
              }),
              HasSubstr("Z, Y or R"));
}

TEST(Exr, ReadsTheDataWindowWhereverItLies) {
  const DepthMap map = decode_exr(make_exr({"Z"}), "the test");
  EXPECT_EQ(map.width, 3);
  EXPECT_EQ(map.height, 2);
}

TEST(Exr, RefusesTruncatedDataInSilence) {
  const std::vector<std::byte> exr = encode_exr(DepthMap(40, 40, 1.5F));
  ::testing::internal::CaptureStderr();
  for (std::size_t size = 0; size < exr.size(); ++size) {
    EXPECT_THROW(decode_exr(std::span(exr).first(size), "the test"), Error) << size;
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Exr, RefusesHugeSizesByTheHeader) {
  std::string text = to_text(encode_exr(DepthMap(4, 4, 1.0F)));
  // The attribute dataWindow holds min x, min y, max x, max y.
  const std::size_t window = text.find("dataWindow");
  ASSERT_NE(window, std::string::npos);
  const std::size_t max_x = window + std::string("dataWindow").size() + 1 + 6 + 4 + 8;
  text.replace(max_x, 8, std::string("\xff\xff\0\0\xff\x7f\0\0", 8));
  EXPECT_THAT(error_of([&] { decode_exr(to_bytes(text), "the test"); }),
              HasSubstr("65536 x 32768"));
  text.replace(max_x, 8, std::string("\xff\xff\0\0\xff\x0f\0\0", 8));
  EXPECT_THAT(error_of([&] { decode_exr(to_bytes(text), "the test"); }),
              HasSubstr("expected at least"));
}

}  // namespace
}  // namespace promptdepth
