#include "promptdepth/capture/video.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/capture/video_for_test.h"

namespace promptdepth {
namespace {

/// Each picture has a grey of its own.
Image grey(int number) {
  Image image(64, 48);
  for (float& value : image.rgb) value = static_cast<float>(40 + 8 * number) / 255.0F;
  return image;
}

float mean_of(const Image& image) {
  double sum = 0;
  for (const float value : image.rgb) sum += value;
  return static_cast<float>(sum / static_cast<double>(image.rgb.size()));
}

/// Half the step from picture to picture: what the codec loses must not make one look like another.
constexpr float kHalfStep = 4.0F / 255.0F;

TEST(Video, GivesThePicturesAskedForAndDropsThoseBetween) {
  const TestFolder folder;
  std::vector<Image> pictures;
  pictures.reserve(20);
  for (int i = 0; i < 20; ++i) pictures.push_back(grey(i));
  const auto path = folder.file("a.mp4");
  if (!write_video(path, pictures)) GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  VideoReader video(path);
  EXPECT_EQ(video.width(), 64);
  EXPECT_EQ(video.height(), 48);
  EXPECT_EQ(video.frame_count(), 20);
  for (const int number : {0, 1, 5, 19}) {
    EXPECT_NEAR(mean_of(video.read(number)), mean_of(grey(number)), kHalfStep) << number;
  }
  EXPECT_THROW(video.read(20), Error);
  EXPECT_THROW(video.read(21), Error);
}

TEST(Video, TellsColoursApart) {
  const TestFolder folder;
  Image red(64, 48);
  for (int i = 0; i < 64 * 48; ++i) red.rgb[3 * static_cast<std::size_t>(i)] = 0.8F;
  const auto path = folder.file("a.mp4");
  if (!write_video(path, std::vector<Image>(8, red)))
    GTEST_SKIP() << "OpenCV has no encoder for mp4 here";
  const Image decoded = VideoReader(path).read(5);
  EXPECT_GT(decoded.at(10, 10)[0], 0.6F);
  EXPECT_LT(decoded.at(10, 10)[2], 0.2F);
}

TEST(Video, ThatIsCutShortGivesWhatIsThereAndThenSaysSo) {
  const TestFolder folder;
  std::vector<Image> pictures(60, Image(64, 48));
  Random random(1);
  for (Image& picture : pictures) {
    for (float& value : picture.rgb) value = random.uniform();
  }
  const auto whole = folder.file("a.mkv");
  if (!write_video(whole, pictures)) GTEST_SKIP() << "OpenCV has no encoder for mkv here";
  const std::string bytes = read_text_file(whole);
  folder.text("cut.mkv", bytes.substr(0, bytes.size() * 3 / 4));
  VideoReader video(folder.file("cut.mkv"));
  video.read(0);
  EXPECT_THROW(video.read(59), Error);
  folder.text("empty.mkv", "");
  EXPECT_THROW(VideoReader(folder.file("empty.mkv")), Error);
  EXPECT_THROW(VideoReader(folder.file("none.mkv")), Error);
}

}  // namespace
}  // namespace promptdepth
