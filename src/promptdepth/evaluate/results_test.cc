#include "promptdepth/evaluate/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace promptdepth {
namespace {

using ::testing::HasSubstr;

ScoreRow row(const std::string& frame, const std::string& method, double l1, double f1) {
  Scores scores(metrics().size(), 0.0);
  scores[metric_index("l1_m")] = l1;
  scores[metric_index("boundary_f1")] = f1;
  return {.kind = "phone", .frame = frame, .method = method, .scores = scores};
}

/// Two frames: means of L1 0.2, 0.1, 0.05; of F1 0.1, 0.2, 0.5.
Results example() {
  return {.protocol = "held-out",
          .settings = {{"size", "16x32"}},
          .kinds = {{"phone", "a phone"}},
          .methods = {{"bilinear", ""}, {"median", "σ 3"}, {"default", ""}},
          .models = {"default"},
          .baselines = {"bilinear", "median"},
          .rows = {row("0", "bilinear", 0.1, 0.1), row("0", "median", 0.1, 0.2),
                   row("0", "default", 0.08, 0.5), row("1", "bilinear", 0.3, 0.1),
                   row("1", "median", 0.1, 0.2), row("1", "default", 0.02, 0.5)}};
}

TEST(Results, AverageOverFramesAndFindTheBestBaseline) {
  const Results results = example();
  EXPECT_NEAR(*results.mean("phone", "bilinear")[0], 0.2, 1e-12);
  EXPECT_EQ(results.best_baseline("phone", "l1_m").first, "median");
  EXPECT_NEAR(results.best_baseline("phone", "boundary_f1").second, 0.2, 1e-12);
}

TEST(Results, SayWhatAModelGains) {
  const Gain g = gain(example(), "phone", "default");
  EXPECT_NEAR(g.l1_of_bilinear, 0.25, 1e-12);
  EXPECT_NEAR(g.l1_of_best, 0.5, 1e-12);
  EXPECT_NEAR(g.boundary_f1_of_best, 2.5, 1e-12);
  EXPECT_EQ(g.best_by_l1, "median");
}

TEST(Results, AsMarkdownHaveARowForEveryMethodAndTheGain) {
  const std::string text = to_markdown(example());
  EXPECT_THAT(text, HasSubstr("phone: a phone (2 frames)"));
  EXPECT_THAT(text, HasSubstr("| bilinear | 0.2000 |"));
  EXPECT_THAT(text, HasSubstr("| default | 0.0500 |"));
  EXPECT_THAT(text,
              HasSubstr("default: L1 0.25 of bilinear and 0.50 of the best baseline (median); "
                        "boundary F1 2.50 times the best baseline's (median)"));
}

TEST(Results, AsJsonGiveTheSameFigures) {
  const auto json = nlohmann::json::parse(to_json(example()));
  EXPECT_EQ(json["settings"]["size"], "16x32");
  const auto& kind = json["kinds"][0];
  EXPECT_EQ(kind["frames"], 2);
  EXPECT_NEAR(kind["methods"]["default"]["l1_m"].get<double>(), 0.05, 1e-12);
  EXPECT_NEAR(kind["gains"]["default"]["l1_of_bilinear"].get<double>(), 0.25, 1e-12);
}

}  // namespace
}  // namespace promptdepth
