#include "promptdepth/train/training_data.h"

#include <map>
#include <set>

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/scene/seeds.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of frames whose depth tells which they are: 1 m for the first, 2 m for the second ...
void write_frames(const TestFolder& folder, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("{:02}", i);
    folder.image("set/image/" + name + ".png", ramp_image(48, 36));
    folder.depth("set/depth/" + name + ".png", DepthMap(48, 36, static_cast<float>(i + 1)));
    folder.depth("set/prompt/" + name + ".png", DepthMap(16, 12, static_cast<float>(i + 1)));
    folder.depth("set/confidence/" + name + ".npy",
                 map_of(16, 12, [](int x, int) { return x < 8 ? 0.0F : 2.0F; }));
  }
}

Recipe folder_recipe() {
  Recipe recipe = tiny_recipe();
  recipe.data = {{.kind = DataKind::kFolder, .path = "set"}};
  return recipe;
}

int frame_at(TrainingData& data, std::int64_t index, int attempt = 0) {
  return static_cast<int>(data.frame(index, attempt)->frame().depth.values[0]) - 1;
}

TEST(TrainingData, ShowsEveryFrameOfADataSetOncePerEpoch) {
  const TestFolder folder;
  write_frames(folder, 5);
  const Recipe recipe = folder_recipe();
  TrainingData data(recipe, folder.path());
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::set<int> frames;
    for (int i = 0; i < 5; ++i) frames.insert(frame_at(data, 5 * epoch + i));
    EXPECT_EQ(frames.size(), 5U);
  }
}

TEST(TrainingData, ReducesFramesAndLeavesDoubtfulMeasurementsOut) {
  const TestFolder folder;
  write_frames(folder, 1);
  Recipe recipe = folder_recipe();
  recipe.data[0].long_side_px = 24;
  recipe.data[0].min_confidence = 1;
  TrainingData data(recipe, folder.path());
  const ImageWithDepth frame = data.frame(0, 0)->frame();
  EXPECT_EQ(frame.image.width, 24);
  EXPECT_EQ(frame.depth.height, 18);
  EXPECT_EQ(frame.prompt.width, 16);
  EXPECT_EQ(frame.prompt.at(7, 0), 0);
  EXPECT_EQ(frame.prompt.at(8, 0), 1);
  EXPECT_TRUE(frame.has_gaps);
}

TEST(TrainingData, DrawsDataSetsByTheirWeights) {
  Recipe recipe = tiny_recipe();
  recipe.data = {{}, {.kind = DataKind::kFolder, .path = "a", .weight = 3}};
  int second = 0;
  for (std::int64_t i = 0; i < 4000; ++i) {
    second += data_set_of_sample(recipe, i) == 1;
    EXPECT_EQ(data_set_of_sample(recipe, i), data_set_of_sample(recipe, i));
  }
  // Five standard deviations of a binomial count.
  EXPECT_NEAR(second, 3000, 5 * std::sqrt(4000 * 0.75 * 0.25));
}

TEST(TrainingData, NamesABrokenFrameOnceAndGivesAnother) {
  const TestFolder folder;
  write_frames(folder, 4);
  folder.text("set/depth/02.png", "broken");
  const Recipe recipe = folder_recipe();
  TrainingData data(recipe, folder.path());
  int broken = 0;
  for (std::int64_t i = 0; i < 8; ++i) {
    try {
      EXPECT_NE(frame_at(data, i), 2);
    } catch (const Error& error) {
      ++broken;
      EXPECT_THAT(error.what(), HasSubstr("02.png"));
      std::set<int> others;
      for (int attempt = 1; attempt < 30; ++attempt) {
        try {
          others.insert(frame_at(data, i, attempt));
        } catch (const Error&) {
        }
      }
      EXPECT_EQ(others, (std::set<int>{0, 1, 3}));
    }
  }
  EXPECT_EQ(broken, 2);
  EXPECT_EQ(data.skipped().frame_count("folder"), 1U);
  EXPECT_THAT(data.skipped().summary(), ElementsAre(HasSubstr("'folder': 1 frames skipped")));
}

TEST(TrainingData, RendersTheScenesOfItsSeedAlone) {
  const Recipe recipe = tiny_recipe();
  TrainingData data(recipe, {});
  const std::int64_t slot = slot_of_sample({.window = 4, .uses = 4}, recipe.seed, 9);
  const RenderedFrame rendered = render_scene(
      training_scene_seed(recipe.seed, static_cast<std::uint64_t>(slot)), recipe.scenes.options);
  EXPECT_EQ(data.frame(9, 0)->frame().depth.values, rendered.depth.values);
  EXPECT_EQ(data.rendered_scenes(), 1);
  data.forget_before(1000);
  data.frame(9, 0);
  EXPECT_EQ(data.rendered_scenes(), 2);
}

TEST(TrainingData, KnowsSurfacesAndCameraOfRenderedScenes) {
  const Recipe recipe = tiny_recipe();
  TrainingData data(recipe, {});
  const RenderedFrame rendered =
      render_scene(training_scene_seed(recipe.seed, 0), recipe.scenes.options);
  const ImageWithDepth frame = data.frame(0, 0)->frame();
  EXPECT_EQ(frame.surfaces.reflectance.width, 48);
  EXPECT_NEAR(frame.surfaces.reflectance.at(20, 20), rendered.surfaces.reflectance.at(20, 20),
              0.5 / 255 + 1e-6);
  ASSERT_TRUE(frame.intrinsics);
  EXPECT_EQ(frame.intrinsics->fx, rendered.intrinsics.fx);
}

TEST(TrainingData, TakesTheCameraOfADataSetOrGuessesOneForTheWholeFrame) {
  const TestFolder folder;
  write_frames(folder, 1);
  Recipe recipe = folder_recipe();
  recipe.data[0].long_side_px = 24;
  const auto focal_length = [&] {
    return TrainingData(recipe, folder.path()).frame(0, 0)->frame().intrinsics.value().fx;
  };
  EXPECT_DOUBLE_EQ(focal_length(), guess_intrinsics(24, 18).fx);
  folder.text("set/intrinsics.txt", "60, 60, 23.5, 17.5");
  EXPECT_DOUBLE_EQ(focal_length(), 30);
}

TEST(TrainingData, NeverTrainsOnWhatJudges) {
  EXPECT_NE(training_scene_seed(0, 0), validation_scene_seed(0));
  EXPECT_GT(training_scene_seed(0, 0), validation_scene_seed((std::uint64_t{1} << 40) - 1));
}

TEST(TrainingData, SaysWhichFolderItExpected) {
  const TestFolder folder;
  const Recipe recipe = folder_recipe();
  try {
    const TrainingData data(recipe, folder.path());
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr((folder.path() / "set").string()));
  }
}

}  // namespace
}  // namespace promptdepth
