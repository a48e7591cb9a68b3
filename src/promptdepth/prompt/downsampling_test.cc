#include "promptdepth/prompt/downsampling.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/simulation_scenes_for_test.h"

namespace promptdepth {
namespace {

TEST(DownsamplingSimulation, TakesTheNearestPixels) {
  const DepthMap truth = distinct_depths(12, 9);
  const DepthMap prompt = simulate_downsampling(truth, 4, 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 4; ++x) EXPECT_EQ(prompt.at(x, y), truth.at(3 * x + 1, 3 * y + 1));
  }
}

TEST(DownsamplingSimulation, MixesWhatAPixelCoversWhenAsked) {
  DepthMap truth(4, 2);
  truth.values = {1, 3, 0, 4,  //
                  1, 7, 0, 0};
  EXPECT_EQ(simulate_downsampling(truth, {.width = 2, .height = 1, .mean = true}).values,
            (std::vector<float>{3, 4}));
  EXPECT_EQ(simulate_downsampling(truth, {.width = 8, .height = 2, .mean = true}).at(3, 1), 7);
}

TEST(DownsamplingSimulation, RefusesEmptyInputsAndOptionsOutOfRange) {
  EXPECT_THROW(simulate_downsampling(DepthMap(), {}), Error);
  EXPECT_THROW(simulate_downsampling(DepthMap(4, 4), {.width = 0}), Error);
}

}  // namespace
}  // namespace promptdepth
