#include "promptdepth/train/sample_loader.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "promptdepth/base/error.h"
#include "promptdepth/capture/files_for_test.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

std::vector<Batch> take(const Recipe& recipe, std::int64_t first, int threads, int count,
                        const std::filesystem::path& data_folder = {}) {
  SampleLoader loader(recipe, first, threads, 3, data_folder);
  std::vector<Batch> batches;
  for (int i = 0; i < count; ++i) batches.push_back(loader.next());
  return batches;
}

void expect_same(const Batch& a, const Batch& b) {
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.prompt, b.prompt);
  EXPECT_EQ(a.measured, b.measured);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.valid, b.valid);
  EXPECT_EQ(a.pseudo_target, b.pseudo_target);
  EXPECT_EQ(a.pseudo_valid, b.pseudo_valid);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(a.data_set, b.data_set);
}

/// Six frames of a slanted floor of 48 × 36 with two truths and a prompt of 16 × 12; frame 02 is
/// broken, frame 04 has a prompt without measurements.
void write_floors(const TestFolder& folder) {
  for (int i = 0; i < 6; ++i) {
    const std::string name = fmt::format("{:02}", i);
    const auto floor = [&](float height) {
      return [i, height](int, int y) {
        return 1.0F + static_cast<float>(i) + static_cast<float>(y) / height;
      };
    };
    folder.image("floors/image/" + name + ".png", ramp_image(48, 36));
    folder.depth("floors/depth/" + name + ".exr", map_of(48, 36, floor(36)));
    folder.depth("floors/pseudo_depth/" + name + ".exr", map_of(48, 36, floor(36)));
    folder.depth("floors/prompt/" + name + ".exr",
                 i == 4 ? DepthMap(16, 12) : map_of(16, 12, floor(12)));
  }
  folder.text("floors/image/02.png", "broken");
}

Recipe mixed_recipe() {
  Recipe recipe = tiny_recipe();
  recipe.data = {{}, {.kind = DataKind::kFolder, .path = "floors", .weight = 1}};
  return recipe;
}

TEST(SampleLoader, GivesTheSameSamplesWhateverItsThreads) {
  Recipe recipe = tiny_recipe();
  recipe.frames = {{.width = 32, .height = 24}, {.width = 24, .height = 16}};
  const auto one = take(recipe, 0, 1, 8);
  const auto three = take(recipe, 0, 3, 8);
  for (std::size_t i = 0; i < one.size(); ++i) expect_same(one[i], three[i]);
}

TEST(SampleLoader, GoesOnInTheMiddleAsIfItHadStartedAtTheBeginning) {
  const Recipe recipe = tiny_recipe();
  const auto all = take(recipe, 0, 1, 7);
  const auto rest = take(recipe, 5, 2, 2);
  expect_same(rest[0], all[5]);
  expect_same(rest[1], all[6]);
}

TEST(SampleLoader, GivesOtherSamplesForAnotherSeed) {
  Recipe recipe = tiny_recipe();
  const auto one = take(recipe, 0, 1, 1);
  recipe.seed = 6;
  EXPECT_NE(one[0].image, take(recipe, 0, 1, 1)[0].image);
}

TEST(SampleLoader, MixesDataSetsTheSameWayWhateverItsThreads) {
  const TestFolder folder;
  write_floors(folder);
  const Recipe recipe = mixed_recipe();
  const auto one = take(recipe, 0, 1, 24, folder.path());
  const auto three = take(recipe, 0, 3, 24, folder.path());
  const auto rest = take(recipe, 20, 2, 4, folder.path());
  for (std::size_t i = 0; i < one.size(); ++i) expect_same(one[i], three[i]);
  for (std::size_t i = 0; i < rest.size(); ++i) expect_same(one[20 + i], rest[i]);
  const auto from_folder = std::count_if(one.begin(), one.end(),
                                         [](const Batch& batch) { return batch.data_set[0] == 1; });
  EXPECT_GT(from_folder, 4);
  EXPECT_LT(from_folder, 20);
  for (const Batch& batch : one) {
    EXPECT_EQ(batch.pseudo_valid.empty(), batch.data_set[0] == 0);
  }
}

TEST(SampleLoader, SkipsWhatIsBrokenAndCountsIt) {
  const TestFolder folder;
  write_floors(folder);
  Recipe recipe = mixed_recipe();
  recipe.data = {recipe.data[1]};
  SampleLoader loader(recipe, 0, 2, 3, folder.path());
  for (int i = 0; i < 12; ++i) loader.next();
  EXPECT_EQ(loader.skipped().frame_count("folder"), 2U);
}

TEST(SampleLoader, TakesTheSensorsPromptOrSimulatesOneAsAsked) {
  const TestFolder folder;
  write_floors(folder);
  Recipe recipe = mixed_recipe();
  recipe.data = {recipe.data[1]};
  recipe.augmentation = {.resize_share = 0, .flip_share = 0, .turn_share = 0};
  recipe.prompts.downsampled_share = 0;  // Those would be exact as well.
  recipe.prompts.clean_share = 0;
  for (const float share : {0.0F, 1.0F}) {
    recipe.data[0].real_prompt_share = share;
    TrainingData data(recipe, folder.path());
    for (std::int64_t i = 0; i < 12; ++i) {
      const Sample sample = training_sample(recipe, data, i, 24, 18);
      // A third of the picture's resolution is the sensor's; its rows are exact means of the floor.
      const bool is_real = sample.raw_prompt.width >= 7 && sample.raw_prompt.width <= 9 &&
                           sample.raw_prompt.at(0, 0) == sample.raw_prompt.at(6, 0);
      EXPECT_EQ(is_real, share == 1) << i;
    }
  }
}

/// The scanner's map has the frame's size, the phone's a third of it.
TEST(SampleLoader, HasScannersLookAtStreetsAndPhonesAtRooms) {
  Recipe recipe = tiny_recipe();
  recipe.scenes.options.kind = SceneKind::kAny;
  recipe.scenes.street_share = 0.5F;
  recipe.scenes.street_sensors = {0, 0, 0, 1, 0};
  recipe.scenes.uses = recipe.scenes.window = 1;
  recipe.prompts.sparse_share = recipe.prompts.downsampled_share = 0;
  recipe.prompts.anchor_spacing_px = {3, 3};
  recipe.prompts.stride_px = {1, 1};
  TrainingData data(recipe, {});
  int streets = 0;
  for (std::int64_t i = 0; i < 12; ++i) {
    const bool is_street = data.frame(i, 0)->frame().place == PromptPlace::kOutdoors;
    const Sample sample = training_sample(recipe, data, i, 32, 24);
    EXPECT_EQ(sample.raw_prompt.width, is_street ? 32 : 11) << i;
    streets += is_street;
  }
  EXPECT_GT(streets, 0);
  EXPECT_LT(streets, 12);
}

TEST(SampleLoader, EndsWithASentenceWhenNoFrameCanBeUsed) {
  const TestFolder folder;
  folder.text("floors/image/00.png", "broken");
  folder.text("floors/depth/00.png", "broken");
  Recipe recipe = mixed_recipe();
  recipe.data = {recipe.data[1]};
  SampleLoader loader(recipe, 0, 1, 1, folder.path());
  try {
    loader.next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("expected usable frames in the data set 'folder'"));
  }
}

TEST(SampleLoader, PassesOnWhatWentWrong) {
  Recipe recipe = tiny_recipe();
  recipe.scenes.options.min_fov_deg = -1;
  SampleLoader loader(recipe, 0, 1, 2);
  EXPECT_THROW(loader.next(), Error);
}

}  // namespace
}  // namespace promptdepth
