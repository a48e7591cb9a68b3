#include "promptdepth/backend/conformance/conformance.h"

#include <cmath>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"

namespace promptdepth {
namespace {

/// A map that has nothing to do with the operation.
const MapValues kBystander{{1, 1, 1, 16}, std::vector<float>(16, -7.5F)};

void expect_within(const std::vector<float>& result, const std::vector<float>& expected,
                   const std::vector<double>& tolerance) {
  ASSERT_EQ(result.size(), expected.size());
  ASSERT_EQ(tolerance.size(), expected.size());
  std::size_t outside = 0;
  std::string worst;
  double worst_excess = 0.0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double error = std::abs(static_cast<double>(result[i]) - expected[i]);
    if (error <= tolerance[i]) continue;
    ++outside;
    const double excess = error / tolerance[i];
    if (outside > 1 && excess <= worst_excess) continue;
    worst_excess = excess;
    worst = fmt::format("element {}: expected {} within {:.2e}, found {}", i, expected[i],
                        tolerance[i], result[i]);
  }
  EXPECT_EQ(outside, 0U) << "of " << result.size() << " values; worst is " << worst;
}

void expect_one_pass_matches(Runner& runner, const OperationCase& operation,
                             const std::vector<float>& expected,
                             const std::vector<double>& tolerance) {
  const DType storage = runner.precision() == Precision::kBF16 ? DType::kBF16 : DType::kF32;
  runner.hold(kBystander);
  const FeatureMap result = operation.run(runner);
  EXPECT_EQ(name_of(result.dtype()), name_of(operation.dtype(storage)));
  ASSERT_EQ(static_cast<std::size_t>(result.shape().element_count()), expected.size())
      << result.shape().to_string();
  expect_within(runner.download(result), expected, tolerance);
  EXPECT_TRUE(runner.held_maps_are_unchanged());
}

}  // namespace

void expect_matches_reference(Backend& backend, const OperationCase& operation,
                              bool stores_scores) {
  SCOPED_TRACE(operation.name);
  const std::vector<float> expected = on_reference(operation.run);
  const std::vector<double> tolerance =
      operation.tolerance({backend.precision(), stores_scores}, expected);
  Runner runner(backend);
  expect_one_pass_matches(runner, operation, expected, tolerance);
  runner.begin_pass();
  const std::size_t bytes = runner.session().allocated_bytes();
  expect_one_pass_matches(runner, operation, expected, tolerance);
  runner.begin_pass();
  EXPECT_EQ(runner.session().allocated_bytes(), bytes);
}

void expect_matches_reference(Backend& backend, const OperationCases& cases, bool stores_scores) {
  for (const OperationCase& operation : cases.cases) {
    expect_matches_reference(backend, operation, stores_scores);
  }
}

std::vector<OperationCases> conformance_cases() {
  std::vector<OperationCases> all;
  for (const auto& theme :
       {product_cases, convolution_cases, token_cases, propagation_cases, rearrangement_cases}) {
    for (OperationCases& cases : theme()) all.push_back(std::move(cases));
  }
  return all;
}

void PrintTo(const OperationCases& cases, std::ostream* out) {
  *out << cases.cases.size() << " cases of " << cases.operation;
}

}  // namespace promptdepth
