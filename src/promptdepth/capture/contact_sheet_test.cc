#include "promptdepth/capture/contact_sheet.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/recording.h"
#include "promptdepth/image/colormap.h"

namespace promptdepth {
namespace {

std::unique_ptr<Capture> recording_of(const TestFolder& folder, int count,
                                      ExifOrientation upright) {
  folder.image("image.png", ramp_image(160, 120));
  Recording recording{.format = "made up", .folder = folder.path(), .upright = upright};
  for (int i = 0; i < count; ++i) {
    const std::string depth = fmt::format("{}.png", i);
    folder.depth(depth, DepthMap(16, 12, 1 + 0.1F * static_cast<float>(i)));
    recording.frames.push_back({.name = std::to_string(i), .image = "image.png", .depth = depth});
  }
  return capture_of(std::move(recording));
}

TEST(ContactSheet, TakesFramesFromAllPartsAndTurnsThemUpright) {
  const TestFolder folder;
  const auto capture = recording_of(folder, 40, ExifOrientation::kRotated90);
  std::int64_t done = 0;
  const auto frames = sheet_frames(
      *capture, 4, [&](std::int64_t now, std::int64_t, std::string_view) { done = now; });
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(done, 4);
  EXPECT_EQ(frames[0].name, "4");
  EXPECT_EQ(frames[3].name, "34");
  EXPECT_EQ(frames[0].photo.width, 120);
  EXPECT_EQ(frames[0].depth.width, 12);
  EXPECT_EQ(sheet_frames(*recording_of(folder, 2, ExifOrientation::kUpright), 12).size(), 2U);
}

TEST(ContactSheet, ColoursAllFramesInOneRange) {
  SheetFrame near{.name = "near", .photo = ramp_image(40, 30), .depth = DepthMap(8, 6, 1)};
  SheetFrame far = near;
  far.depth = DepthMap(8, 6, 3);
  const std::vector<SheetFrame> frames = {near, far, near};
  const Image sheet = draw_recording_sheet(frames);
  EXPECT_GT(sheet.width, 1000);
  EXPECT_GT(sheet.width, sheet.height);
  // A row through the depths has the colours of the two ends of the range.
  const Rgb near_color = color_at(ColorMap::kSpectral, 0);
  const Rgb far_color = color_at(ColorMap::kSpectral, 1);
  int near_count = 0;
  int far_count = 0;
  for (int x = 0; x < sheet.width; ++x) {
    const float* pixel = sheet.at(x, 24 + 354 + 100);
    near_count += std::abs(pixel[0] - near_color[0]) + std::abs(pixel[2] - near_color[2]) < 0.02F;
    far_count += std::abs(pixel[0] - far_color[0]) + std::abs(pixel[2] - far_color[2]) < 0.02F;
  }
  EXPECT_GT(far_count, 200);
  EXPECT_EQ(near_count, 2 * far_count);
  EXPECT_THROW(draw_recording_sheet({}), Error);
}

}  // namespace
}  // namespace promptdepth
