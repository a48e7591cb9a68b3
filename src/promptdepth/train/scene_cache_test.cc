#include "promptdepth/train/scene_cache.h"

#include <map>
#include <thread>

#include <gtest/gtest.h>

#include "promptdepth/scene/seeds.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

TEST(SceneCache, KeepsPicturesExactly) {
  const SceneOptions options = tiny_recipe().scenes.options;
  const RenderedFrame rendered = render_scene(training_scene_seed(5, 3), options);
  SceneCache cache(options, 5);
  const auto stored = cache.frame(3);
  EXPECT_EQ(stored->depth.values, rendered.depth.values);
  ASSERT_EQ(stored->image().rgb.size(), rendered.image.rgb.size());
  for (std::size_t i = 0; i < rendered.image.rgb.size(); ++i) {
    ASSERT_NEAR(stored->image().rgb[i], rendered.image.rgb[i], 1e-6) << i;
  }
}

TEST(SceneCache, RendersASceneOnceForManyThreads) {
  SceneCache cache(tiny_recipe().scenes.options, 5);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { cache.frame(1); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cache.rendered_count(), 1);
  cache.forget_before(2);
  cache.frame(1);
  EXPECT_EQ(cache.rendered_count(), 2);
}

TEST(SceneCache, UsesEachSceneAsOftenAsAskedAndNoneAfterItsWindow) {
  const SceneRecipe scenes{.window = 16, .uses = 5};
  std::map<std::int64_t, int> uses;
  for (std::int64_t i = 0; i < 10000; ++i) {
    const std::int64_t scene = scene_of_sample(scenes, 9, i);
    EXPECT_GE(scene, first_live_scene(scenes, i));
    EXPECT_LE(scene, i / scenes.uses);
    ++uses[scene];
  }
  double mean = 0;
  for (std::int64_t scene = 100; scene < 1900; ++scene) mean += uses[scene] / 1800.0;
  EXPECT_NEAR(mean, 5, 0.1);
}

TEST(SceneCache, NeverTrainsOnWhatJudges) {
  EXPECT_NE(training_scene_seed(0, 0), validation_scene_seed(0));
  EXPECT_GT(training_scene_seed(0, 0), validation_scene_seed((std::uint64_t{1} << 40) - 1));
}

}  // namespace
}  // namespace promptdepth
