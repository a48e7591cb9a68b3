#include "promptdepth/backend/conformance/conformance.h"

#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

class ReferenceConformance : public ::testing::TestWithParam<OperationCases> {};

TEST_P(ReferenceConformance, MatchesItself) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  expect_matches_reference(*backend, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Operations, ReferenceConformance, ::testing::ValuesIn(conformance_cases()),
                         name_of_cases<::testing::TestParamInfo<OperationCases>>);

TEST(ConformanceCases, HaveNamesOfTheirOwn) {
  for (const OperationCases& cases : conformance_cases()) {
    std::set<std::string> names;
    for (const OperationCase& operation : cases.cases) names.insert(operation.name);
    EXPECT_EQ(names.size(), cases.cases.size()) << cases.operation;
  }
}

OperationCases additions() { return cases_of(conformance_cases(), "add"); }

class SpoilsHeldMaps : public reference::ReferenceSession {
 public:
  FeatureMap add(FeatureMap x, const FeatureMap& y, float scale) override {
    FeatureMap sum = ReferenceSession::add(x, y, scale);
    spoil(y, 1.5F);
    return sum;
  }
};

TEST(Conformance, CatchesAChangedOperand) {
  FaultyBackend<SpoilsHeldMaps> backend;
  EXPECT_EQ(count_failing(backend, additions()), case_count(additions()));
}

class AddsInPlace : public reference::ReferenceSession {
 public:
  FeatureMap add(FeatureMap x, const FeatureMap& y, float scale) override {
    const FeatureMap sum = ReferenceSession::add(x, y, scale);
    std::ranges::copy(reference::values_of(sum), reference::values_of(x).begin());
    return x;
  }
};

TEST(Conformance, PermitsAnOperandToBeOverwrittenOnlyWhereNobodyElseHoldsIt) {
  FaultyBackend<AddsInPlace> backend;
  int held = 0;
  for (const OperationCase& operation : additions().cases) {
    if (operation.name.find("_held") != std::string::npos) ++held;
  }
  EXPECT_EQ(count_failing(backend, additions()), held);
}

class Hoards : public reference::ReferenceSession {
 public:
  FeatureMap add(FeatureMap x, const FeatureMap& y, float scale) override {
    maps_.push_back(ReferenceSession::add(std::move(x), y, scale));
    return maps_.back();
  }

 private:
  std::vector<FeatureMap> maps_;
};

TEST(Conformance, CatchesASessionThatKeepsGrowing) {
  FaultyBackend<Hoards> backend;
  EXPECT_EQ(count_failing(backend, additions()), case_count(additions()));
}

class MislabelsResults : public reference::ReferenceSession {
 public:
  FeatureMap swiglu(const FeatureMap& x) override {
    const FeatureMap result = ReferenceSession::swiglu(x);
    return {result.shape(), DType::kBF16, result.buffer()};
  }
};

TEST(Conformance, CatchesAWrongDtype) {
  FaultyBackend<MislabelsResults> backend;
  const OperationCases cases = cases_of(conformance_cases(), "swiglu");
  EXPECT_EQ(count_failing(backend, cases), case_count(cases));
}

}  // namespace
}  // namespace promptdepth
