#include "promptdepth/estimator/image_fit.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/image/codec.h"

namespace promptdepth {
namespace {

TEST(FitSize, PublishedExamples) {
  EXPECT_EQ(fit_size({1920, 1440}, 1008, 14), (ImageSize{1008, 756}));
  EXPECT_EQ(fit_size({3840, 2160}, 3840, 14), (ImageSize{3836, 2156}));
  EXPECT_EQ(fit_size({1440, 1920}, 1008, 14), (ImageSize{756, 1008}));
}

TEST(FitSize, LongSideReachesTheLimitForEverySize) {
  for (int side = 1009; side < 5000; ++side)
    EXPECT_EQ(fit_size({side, side / 2}, 1008, 14).width, 1008);
}

TEST(FitSize, SmallPhotosAreOnlyRoundedDown) {
  EXPECT_EQ(fit_size({640, 480}, 1008, 14), (ImageSize{630, 476}));
  EXPECT_EQ(fit_size({640, 480}, 1008, 1), (ImageSize{640, 480}));
  EXPECT_EQ(fit_size({4032, 3024}, 0, 14), (ImageSize{4032, 3024}));
}

TEST(FitSize, RefusesPhotosBelowOnePatch) {
  EXPECT_THROW(fit_size({640, 13}, 1008, 14), Error);
  EXPECT_THROW(fit_size({5000, 10}, 1008, 14), Error);
}

TEST(FitImage, PhotoThatFitsReachesTheNetworkUnchanged) {
  Image photo(154, 112);
  for (std::size_t i = 0; i < photo.rgb.size(); ++i)
    photo.rgb[i] = static_cast<float>(i % 256) / 255.0F;
  EXPECT_EQ(fit_image(photo, 1008, 14).rgb, photo.rgb);
}

TEST(FitImage, EightBitFileThatFitsReachesTheNetworkUnchanged) {
  Image photo(154, 112);
  for (std::size_t i = 0; i < photo.rgb.size(); ++i)
    photo.rgb[i] = static_cast<float>(i * 7 % 256) / 255.0F;
  const auto path = std::filesystem::path(::testing::TempDir()) / "photo.png";
  write_image(path, photo);
  EXPECT_EQ(fit_image(read_image(path).image, 1008, 14).rgb, photo.rgb);
}

}  // namespace
}  // namespace promptdepth
