#include "promptdepth/capture/arkitscenes.h"

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kWidth = 40;
constexpr int kHeight = 30;

/// Depth and colour grow to the right and to the bottom of the stored picture.
void write_frame(const TestFolder& folder, const std::string& video, const std::string& stem,
                 const std::string& color = "wide") {
  const std::string base = "Training/" + video + '/';
  const auto depth = [](int x, int y) { return 1 + 0.01F * static_cast<float>(x + 100 * y); };
  folder.image(base + color + '/' + stem + ".png", ramp_image(kWidth, kHeight));
  folder.depth(base + "highres_depth/" + stem + ".png", map_of(kWidth, kHeight, depth));
  folder.depth(base + "lowres_depth/" + stem + ".png", map_of(8, 6, depth));
  // Stored as 0, 1, 2: thousandths of metres of a depth map.
  folder.depth(base + "confidence/" + stem + ".png",
               map_of(8, 6, [](int x, int) { return x < 4 ? 0.001F : 0.002F; }));
  folder.text(base + "wide_intrinsics/" + stem + ".pincam", "40 30 50 51 19 14");
}

constexpr const char* kHeader = "video_id,visit_id,fold,sky_direction\n";

TEST(ArkitScenes, TurnsFramesUprightByTheSky) {
  const TestFolder folder;
  for (const char* video : {"1", "2", "3", "4"}) {
    write_frame(folder, video, std::string(video) + "_12.5");
  }
  folder.text("metadata.csv",
              std::string(kHeader) +
                  "1,0,Training,Up\n2,0,Training,Left\n3,0,Training,Right\n4,0,Training,Down\n");
  const auto data = open_arkitscenes(folder.path(), "Training");
  ASSERT_EQ(data->size(), 4U);

  const Frame up = data->read(0);
  EXPECT_EQ(up.name, "1/1_12.5");
  EXPECT_EQ(up.time_s, 12.5);
  EXPECT_NEAR(up.depth.at(3, 2), 3.03, 1e-6);
  EXPECT_NEAR(up.prompt.at(3, 2), 3.03, 1e-6);
  EXPECT_EQ(up.confidence.at(0, 0), 1);
  EXPECT_EQ(up.confidence.at(7, 0), 2);
  EXPECT_EQ(up.intrinsics->fx, 50);

  // The sky at the left: turned clockwise, the left column becomes the top row.
  const Frame left = data->read(1);
  ASSERT_EQ(left.depth.width, kHeight);
  ASSERT_EQ(left.image.width, kHeight);
  for (int i = 0; i < kHeight; ++i) {
    EXPECT_EQ(left.depth.at(i, 0), up.depth.at(0, kHeight - 1 - i));
    EXPECT_EQ(left.image.at(i, 0)[1], up.image.at(0, kHeight - 1 - i)[1]);
  }
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(left.prompt.at(i, 0), up.prompt.at(0, 5 - i));
    EXPECT_EQ(left.confidence.at(i, 0), 1);
  }
  EXPECT_EQ(left.intrinsics->fx, 51);
  EXPECT_EQ(left.intrinsics->width, kHeight);

  const Frame right = data->read(2);
  const Frame down = data->read(3);
  EXPECT_EQ(right.depth.at(0, 0), up.depth.at(kWidth - 1, 0));
  EXPECT_EQ(right.depth.at(kHeight - 1, 0), up.depth.at(kWidth - 1, kHeight - 1));
  EXPECT_EQ(down.depth.at(0, 0), up.depth.at(kWidth - 1, kHeight - 1));
}

TEST(ArkitScenes, ReadsFramesWithoutConfidenceOrCameraAndTheOtherNameOfTheColourFolder) {
  const TestFolder folder;
  write_frame(folder, "5", "5_1.0", "color");
  std::filesystem::remove_all(folder.file("Training/5/confidence/x").parent_path());
  std::filesystem::remove_all(folder.file("Training/5/wide_intrinsics/x").parent_path());
  folder.text("metadata.csv", std::string(kHeader) + "5,0,Training,Up\n");
  const Frame frame = open_arkitscenes(folder.path(), "Training")->read(0);
  EXPECT_TRUE(frame.confidence.empty());
  EXPECT_FALSE(frame.intrinsics);
  EXPECT_EQ(frame.depth.width, kWidth);
}

TEST(ArkitScenes, NamesWhatIsMissingOrBroken) {
  const TestFolder folder;
  write_frame(folder, "1", "1_1.0");
  write_frame(folder, "1", "1_2.0");
  write_frame(folder, "2", "2_1.0");
  std::filesystem::remove(folder.file("Training/1/lowres_depth/1_1.0.png"));
  folder.text("Training/1/highres_depth/1_2.0.png", "");
  folder.text("metadata.csv", std::string(kHeader) +
                                  "1,0,Training,Up\n2,0,Training,\n3,0,Training,Up\n"
                                  "4,0,Validation,Up\n");
  const auto data = open_arkitscenes(folder.path(), "Training");
  EXPECT_THAT(data->problems(),
              ElementsAre(HasSubstr("sky_direction"), HasSubstr("1 videos of Training")));
  ASSERT_EQ(data->size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    try {
      data->read(i);
      FAIL();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(i == 0 ? "lowres_depth/1_1.0.png" : "1_2.0.png"));
    }
  }
  EXPECT_THROW(open_arkitscenes(folder.path(), "Validation"), Error);
  EXPECT_THROW(open_arkitscenes(folder.path(), "train"), Error);
  EXPECT_THROW(open_arkitscenes(folder.path() / "none", "Training"), Error);
}

}  // namespace
}  // namespace promptdepth
