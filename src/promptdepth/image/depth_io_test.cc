#include "promptdepth/image/depth_io.h"

#include <cmath>
#include <csignal>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "promptdepth/base/error.h"
#include "promptdepth/image/npy.h"
#include "promptdepth/image/png.h"
#include "promptdepth/image/test_pictures.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

DepthMap map_of(int width, int height, std::vector<float> values) {
  DepthMap map(width, height);
  map.values = std::move(values);
  return map;
}

DepthMap after_round_trip(const DepthMap& depth, std::string_view ending) {
  return decode_depth(encode_depth(depth, ending), ending);
}

TEST(DepthIo, FloatFormatsKeepEveryBit) {
  const DepthMap depth = map_of(3, 2, {0.0F, 1.2345678F, 1e-6F, 80.125F, 65.6F, 3.0F});
  for (const std::string_view ending : {".exr", ".npy", ".pfm"}) {
    const DepthMap back = after_round_trip(depth, ending);
    EXPECT_EQ(back.width, 3) << ending;
    EXPECT_EQ(back.height, 2) << ending;
    EXPECT_EQ(back.values, depth.values) << ending;
  }
}

TEST(DepthIo, PngRoundsToMillimetresAndSaturates) {
  const DepthMap depth = map_of(6, 1, {0.0F, 1.2344F, 1.2346F, 65.535F, 70.0F, 1e30F});
  EXPECT_THAT(after_round_trip(depth, ".png").values,
              ElementsAre(0.0F, 1.234F, 1.235F, 65.535F, 65.535F, 65.535F));
}

TEST(DepthIo, ReadsConfidencesBackFromEveryFormat) {
  const fs::path folder = fs::path(::testing::TempDir()) / "promptdepth_confidence_test";
  fs::create_directories(folder);
  const DepthMap confidence = map_of(3, 1, {0, 1, 2});
  for (const char* name : {"c.png", "c.npy", "c.exr", "c.pfm"}) {
    write_confidence(folder / name, confidence);
    EXPECT_EQ(read_confidence(folder / name).values, confidence.values) << name;
  }
  fs::remove_all(folder);
}

TEST(DepthIo, EveryMillimetreOfAPngIsTheNearestFloat) {
  std::vector<std::uint16_t> stored(65536);
  for (std::size_t i = 0; i < stored.size(); ++i) stored[i] = static_cast<std::uint16_t>(i);
  const DepthMap depth = decode_depth(encode_png_grey16(256, 256, stored), "the test");
  for (std::size_t i = 0; i < stored.size(); ++i) {
    ASSERT_EQ(depth.values[i], static_cast<float>(i) / 1000.0F) << i;
  }
}

TEST(DepthIo, WritesNoMeasurementForWhatIsNotADistance) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const DepthMap depth = map_of(4, 1, {nan, infinity, -1.0F, 2.0F});
  for (const std::string_view ending : {".png", ".exr", ".npy", ".pfm"}) {
    EXPECT_THAT(after_round_trip(depth, ending).values, ElementsAre(0.0F, 0.0F, 0.0F, 2.0F));
  }
}

TEST(DepthIo, ReadsValuesAsStoredTimesTheScale) {
  const std::vector<std::byte> png = encode_png_grey16(2, 1, std::vector<std::uint16_t>{0, 500});
  EXPECT_THAT(decode_depth(png, "the test", {.scale_m = 1.0 / 5000.0}).values,
              ElementsAre(0.0F, 0.1F));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<std::byte> npy =
      encode_npy(std::vector<std::int64_t>{1, 2}, std::vector<float>{nan, -2.0F});
  const DepthMap raw = decode_depth(npy, "the test");
  EXPECT_TRUE(std::isnan(raw.values[0]));
  EXPECT_EQ(raw.values[1], -2.0F);
  EXPECT_EQ(decode_depth(npy, "the test", {.scale_m = 0.5}).values[1], -1.0F);
}

TEST(DepthIo, DropsDimensionsOfOne) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{1, 1, 2, 3}, {2, 3, 1}, {1, 2, 3}, {2, 3}}) {
    const DepthMap depth = decode_depth(encode_npy(shape, values), "the test");
    EXPECT_EQ(depth.width, 3);
    EXPECT_EQ(depth.height, 2);
  }
  EXPECT_THROW(decode_depth(encode_npy(std::vector<std::int64_t>{6}, values), "x"), Error);
  EXPECT_THROW(decode_depth(encode_npy(std::vector<std::int64_t>{2, 3, 1, 0}, {}), "x"), Error);
}

TEST(DepthIo, RefusesColours) {
  const std::vector<std::byte> png = encode_png_rgb8(1, 1, std::vector<std::uint8_t>{1, 2, 3});
  try {
    decode_depth(png, "the test");
    FAIL() << "took colours for depth";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_THAT(error.what(), HasSubstr("one channel"));
  }
}

TEST(DepthIo, NamesTheEndingsItCanWrite) {
  EXPECT_NO_THROW(check_depth_ending("a.PNG"));
  try {
    check_depth_ending("depth.jpg");
    FAIL() << "accepted .jpg";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(".png, .exr, .npy or .pfm"));
    EXPECT_THAT(error.what(), HasSubstr("depth.jpg"));
  }
}

TEST(DepthIo, ReadsTheFileItWrote) {
  const fs::path path = fs::path(::testing::TempDir()) / "depth_io_test.png";
  write_depth(path, DepthMap(3, 2, 1.5F));
  EXPECT_THAT(read_depth(path).values, ::testing::Each(1.5F));
  EXPECT_THAT(read_confidence(path).values, ::testing::Each(1500.0F));
  fs::remove(path);
  EXPECT_THROW(read_depth(path), Error);
  EXPECT_THROW(write_depth(fs::path("/nonexistent") / "a.png", DepthMap(1, 1)), Error);
}

// A limit on the size of files stands for a full disk.
TEST(DepthIo, LeavesNoPartialFileWhenTheDiskIsFull) {
  const fs::path folder = fs::path(::testing::TempDir()) / "promptdepth_full_disk";
  fs::create_directories(folder);
  const auto previous_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit previous = {};
  getrlimit(RLIMIT_FSIZE, &previous);
  rlimit small = previous;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  for (const char* name : {"a.png", "a.exr", "a.npy", "a.pfm"}) {
    DepthMap depth(200, 100);
    for (std::size_t i = 0; i < depth.values.size(); ++i) {
      depth.values[i] = static_cast<float>(i * i % 7919) * 1e-3F;
    }
    EXPECT_THAT(error_of([&] { write_depth(folder / name, depth); }), HasSubstr("cannot write"));
  }
  setrlimit(RLIMIT_FSIZE, &previous);
  std::signal(SIGXFSZ, previous_handler);
  EXPECT_TRUE(fs::is_empty(folder));
  fs::remove_all(folder);
}

TEST(DepthIo, ReadsAPhonesLidarMap) {
  const fs::path path =
      fs::path(PROMPTDEPTH_SOURCE_DIR) / "../shared/data/phone_lidar/arkit_depth.png";
  if (!fs::exists(path)) GTEST_SKIP() << "no recording at " << path;
  const DepthMap depth = read_depth(path);
  EXPECT_EQ(depth.width, 256);
  EXPECT_EQ(depth.height, 192);
  EXPECT_FLOAT_EQ(*std::min_element(depth.values.begin(), depth.values.end()), 1.566F);
  EXPECT_FLOAT_EQ(*std::max_element(depth.values.begin(), depth.values.end()), 3.512F);
}

}  // namespace
}  // namespace promptdepth
