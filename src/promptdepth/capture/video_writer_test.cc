#include "promptdepth/capture/video_writer.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/video.h"
#include "promptdepth/image/canvas.h"

namespace promptdepth {
namespace {

Image picture(float level) {
  Image image(65, 48);
  fill_rectangle(image, 0, 0, 65, 48, {level, 0.5F, 1.0F - level});
  return image;
}

TEST(VideoWriter, WritesPicturesThatAReaderSeesAgain) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "written.mp4";
  try {
    VideoWriter writer(path, 65, 48, 25);
    for (int i = 0; i < 10; ++i) writer.write(picture(0.1F * static_cast<float>(i)));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kUnsupported) GTEST_SKIP() << error.what();
    throw;
  }
  VideoReader reader(path);
  EXPECT_EQ(reader.width(), 64);
  EXPECT_EQ(reader.height(), 48);
  EXPECT_EQ(reader.frame_count(), 10);
  EXPECT_NEAR(reader.frames_per_second(), 25, 0.1);
  for (const int number : {0, 4, 9}) {
    const Image seen = reader.read(number);
    EXPECT_NEAR(seen.at(30, 20)[0], 0.1 * number, 0.06) << number;
    EXPECT_NEAR(seen.at(30, 20)[2], 1 - 0.1 * number, 0.06) << number;
  }
}

TEST(VideoWriter, RefusesAPictureOfAnotherSize) {
  try {
    VideoWriter writer(std::filesystem::temp_directory_path() / "sizes.mp4", 64, 48, 25);
    EXPECT_THROW(writer.write(Image(32, 24)), Error);
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
}

}  // namespace
}  // namespace promptdepth
