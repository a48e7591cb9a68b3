#include "promptdepth/evaluate/method.h"

#include <set>

#include <gtest/gtest.h>

#include "promptdepth/evaluate/test_protocol.h"

namespace promptdepth {
namespace {

Case walls_case() {
  const WallsProtocol protocol(1);
  View view = protocol.view(0);
  DepthMap prompt = protocol.prompt(0, view, "quarter");
  return {
      .image = std::move(view.image), .prompt = std::move(prompt), .truth = std::move(view.truth)};
}

TEST(Methods, AnswerInTheImagesSizeWithoutHoles) {
  Case one = walls_case();
  one.prompt.at(3, 2) = 0;
  for (const DepthMap& depth : predict_all(baseline_methods(), one)) {
    EXPECT_EQ(depth.width, 32);
    EXPECT_EQ(depth.height, 16);
    for (const float z : depth.values) EXPECT_GT(z, 0);
  }
}

TEST(Methods, HaveNamesOfTheirOwnAndDoNotAgree) {
  const Case one = walls_case();
  std::set<std::string> names;
  std::set<std::vector<float>> answers;
  const std::vector<Method> methods = baselines_and_oracle();
  for (const Method& method : methods) names.insert(method.name);
  for (DepthMap& depth : predict_all(methods, one)) answers.insert(std::move(depth.values));
  EXPECT_EQ(names.size(), methods.size());
  EXPECT_GE(answers.size(), 4U);
}

TEST(Methods, OfAModelGiveWhatTheEstimatorGives) {
  const auto estimator = std::make_shared<const Estimator>(Estimator::load_default());
  const Case one = walls_case();
  const Method method = model_method("default", "", estimator);
  EXPECT_TRUE(method.is_model);
  EXPECT_EQ(predict_all({method}, one)[0].values,
            estimator->estimate(one.image, one.prompt).values);
}

}  // namespace
}  // namespace promptdepth
