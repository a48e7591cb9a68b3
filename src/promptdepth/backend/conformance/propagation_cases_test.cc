#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

/// Rows and columns of the neighbourhood exchanged.
class TransposesTaps : public reference::ReferenceSession {
 public:
  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) override {
    const FeatureMap exchanged = upload(reference::values_of(logits), logits.shape());
    const std::span<float> values = reference::values_of(exchanged);
    for (std::size_t pixel = 0; pixel < values.size(); pixel += 9) {
      std::swap(values[pixel + 1], values[pixel + 3]);
      std::swap(values[pixel + 2], values[pixel + 6]);
      std::swap(values[pixel + 5], values[pixel + 7]);
    }
    return ReferenceSession::propagate(x, exchanged, dilation);
  }
};

/// A single pixel has only itself as a neighbour.
int count_of_single_pixels(const OperationCases& cases) {
  int count = 0;
  for (const OperationCase& operation : cases.cases) {
    if (operation.name.starts_with("1x1x1x1")) ++count;
  }
  return count;
}

TEST(PropagationCases, NoticeRowsTakenForColumns) {
  const OperationCases cases = cases_of(propagation_cases(), "propagate");
  FaultyBackend<TransposesTaps> backend;
  EXPECT_EQ(count_failing(backend, cases), case_count(cases) - count_of_single_pixels(cases));
}

class DoublesTheDilation : public reference::ReferenceSession {
 public:
  FeatureMap propagate(const FeatureMap& x, const FeatureMap& logits, int dilation) override {
    return ReferenceSession::propagate(x, logits, 2 * dilation);
  }
};

TEST(PropagationCases, NoticeAnotherDilation) {
  const OperationCases cases = cases_of(propagation_cases(), "propagate");
  FaultyBackend<DoublesTheDilation> backend;
  EXPECT_GE(count_failing(backend, cases), case_count(cases) / 3);
}

}  // namespace
}  // namespace promptdepth
