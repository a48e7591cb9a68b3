#include "promptdepth/image/pfm.h"

#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Pfm, ReadsWhatItWrote) {
  DepthMap map(3, 2);
  map.values = {1.5F, 2.5F, 3.5F, 1e-20F, 0.0F, 1e20F};
  const DepthMap back = decode_pfm(encode_pfm(map), "the test");
  EXPECT_EQ(back.width, 3);
  EXPECT_EQ(back.height, 2);
  EXPECT_EQ(back.values, map.values);
}

TEST(Pfm, StoresTheBottomRowFirst) {
  DepthMap map(1, 2);
  map.values = {1.0F, 2.0F};
  const std::vector<std::byte> pfm = encode_pfm(map);
  float first = 0.0F;
  std::memcpy(&first, pfm.data() + pfm.size() - 8, 4);
  EXPECT_EQ(first, 2.0F);
}

TEST(Pfm, ReadsBigEndianValues) {
  const std::string one("\x3f\x80\0\0", 4);
  EXPECT_THAT(decode_pfm(to_bytes("Pf\n1 1\n1.0\n" + one), "the test").values, ElementsAre(1.0F));
}

TEST(Pfm, RefusesEveryTruncation) {
  const std::vector<std::byte> pfm = encode_pfm(DepthMap(4, 4, 1.0F));
  for (std::size_t size = 0; size < pfm.size(); ++size) {
    EXPECT_THROW(decode_pfm(std::span(pfm).first(size), "the test"), Error) << size;
  }
}

TEST(Pfm, RefusesHostileHeaders) {
  const auto error = [](const std::string& text) {
    return error_of([&] { decode_pfm(to_bytes(text), "the test"); });
  };
  EXPECT_THAT(error("Pf\n65536 32768\n-1\nabcd"), HasSubstr("65536 x 32768"));
  EXPECT_THAT(error("Pf\n0 5\n-1\nabcd"), HasSubstr("0 x 5"));
  EXPECT_THAT(error("Pf\n16384 16384\n-1\nabcd"), HasSubstr("found 4"));
  EXPECT_THAT(error("Pf\n-1 5\n-1\nabcd"), HasSubstr("PFM header"));
  EXPECT_THAT(error("PF\n1 1\n-1\nabcdabcdabcd"), HasSubstr("PFM header"));
  EXPECT_THAT(error("Pf\n99999999999999999999 1\n-1\n"), HasSubstr("PFM header"));
}

TEST(Pfm, ReadsLineEndsOfTwoBytesAndRefusesOneByteMoreThanThePixels) {
  const std::string pixel("\0\0\xc0\x3f", 4);  // 1.5
  const auto decode = [](const std::string& text) {
    return decode_pfm(std::as_bytes(std::span(text)), "the test").values;
  };
  EXPECT_THAT(decode("Pf\r\n1 1\r\n-1.0\r\n" + pixel), ::testing::ElementsAre(1.5F));
  EXPECT_THAT(decode("Pf\n1 1\n-1.0\n" + pixel), ::testing::ElementsAre(1.5F));
  EXPECT_THROW(decode("Pf\n1 1\n-1.0\n" + pixel + "x"), Error);
}

}  // namespace
}  // namespace promptdepth
