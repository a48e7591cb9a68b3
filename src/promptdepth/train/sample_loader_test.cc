#include "promptdepth/train/sample_loader.h"

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/train/test_recipe.h"

namespace promptdepth {
namespace {

std::vector<Batch> take(const Recipe& recipe, std::int64_t first, int threads, int count) {
  SampleLoader loader(recipe, first, threads, 3);
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
  EXPECT_EQ(a.weight, b.weight);
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

TEST(SampleLoader, PassesOnWhatWentWrong) {
  Recipe recipe = tiny_recipe();
  recipe.scenes.options.min_fov_deg = -1;
  SampleLoader loader(recipe, 0, 1, 2);
  EXPECT_THROW(loader.next(), Error);
}

}  // namespace
}  // namespace promptdepth
