#include "promptdepth/evaluate/pictures.h"

#include <gtest/gtest.h>

#include "promptdepth/evaluate/evaluation.h"
#include "promptdepth/evaluate/test_protocol.h"

namespace promptdepth {
namespace {

TEST(Pictures, ErrorMapIsTheAbsoluteDifferenceWhereThereIsTruth) {
  DepthMap truth(3, 1);
  truth.values = {2, 0, 3};
  DepthMap prediction(3, 1);
  prediction.values = {1.5F, 7, 3};
  const DepthMap error = error_map(prediction, truth);
  EXPECT_EQ(error.at(0, 0), 0.5F);
  EXPECT_EQ(error.at(1, 0), 0);
  EXPECT_GT(error.at(2, 0), 0);  // not taken for missing
  EXPECT_LT(error.at(2, 0), 1e-5F);
}

Results results_of_frames(const std::vector<double>& abs_rel) {
  Results results{.kinds = {{"phone", ""}}, .methods = {{"m", ""}}, .models = {"m"}};
  for (std::size_t i = 0; i < abs_rel.size(); ++i) {
    Scores scores(metrics().size(), 0.0);
    scores[metric_index("abs_rel")] = abs_rel[i];
    results.rows.push_back({"phone", fmt::format("f{}", i), "m", scores});
  }
  return results;
}

TEST(Pictures, AreOfTheBestTheMedianAndTheWorstFrame) {
  const auto frames = choose_frames(results_of_frames({0.3, 0.1, 0.5, 0.2, 0.4}));
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].frame, "f1");
  EXPECT_EQ(frames[0].rank, "best");
  EXPECT_EQ(frames[1].frame, "f0");
  EXPECT_EQ(frames[2].frame, "f2");
  EXPECT_EQ(choose_frames(results_of_frames({0.3, 0.1})).size(), 2U);
  EXPECT_EQ(choose_frames(results_of_frames({0.3})).size(), 1U);
}

TEST(Pictures, ShowAPerfectMethodsErrorInAnotherColourThanBilinears) {
  const TemporaryFolder folder;
  const WallsProtocol protocol(3);
  const std::vector<Method> methods = baselines_and_oracle();
  const Results results = evaluate(protocol, methods, {.folder = folder.path()});
  const auto shown = choose_frames(results);
  ASSERT_FALSE(shown.empty());
  const Image sheet = draw_frame(protocol, methods, results, shown.front());
  EXPECT_EQ(sheet.width, 1280);
  // Counts reddish pixels of the left and of the right third of the lower half: bilinear's error
  // at the border of the walls, and the oracle's, which has none.
  int left = 0;
  int right = 0;
  for (int y = sheet.height / 2; y < sheet.height - 80; ++y) {
    for (int x = 0; x < sheet.width; ++x) {
      const float* rgb = sheet.at(x, y);
      const bool red = rgb[0] > 0.45F && rgb[1] < 0.3F && rgb[2] < 0.3F;
      if (red && x < sheet.width / 3) ++left;
      if (red && x > 2 * sheet.width / 3) ++right;
    }
  }
  EXPECT_GT(left, 100);
  EXPECT_EQ(right, 0);
}

}  // namespace
}  // namespace promptdepth
