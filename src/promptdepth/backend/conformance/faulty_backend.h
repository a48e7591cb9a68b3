#pragma once

#include <memory>
#include <vector>

#include <gtest/gtest-spi.h>

#include "promptdepth/backend/conformance/conformance.h"
#include "promptdepth/backend/reference/reference_backend.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth {

/// The reference's layers with sessions of another kind, to see that the harness catches what is
/// wrong with them.
template <typename FaultySession>
class FaultyBackend : public Backend {
 public:
  std::string_view name() const override { return "faulty"; }
  Precision precision() const override { return Precision::kF32; }
  LinearPtr prepare(const LinearWeights& weights) override { return sound_->prepare(weights); }
  LayerNormPtr prepare(const LayerNormWeights& weights) override {
    return sound_->prepare(weights);
  }
  Conv2dPtr prepare(const Conv2dWeights& weights) override { return sound_->prepare(weights); }
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) override {
    return sound_->prepare(weights);
  }
  PatchEmbedPtr prepare(const PatchEmbedWeights& weights) override {
    return sound_->prepare(weights);
  }
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) override {
    return sound_->prepare(weights);
  }
  std::unique_ptr<Session> make_session() override { return std::make_unique<FaultySession>(); }

 private:
  std::unique_ptr<Backend> sound_ = make_reference_backend();
};

inline const OperationCases& cases_of(const std::vector<OperationCases>& all,
                                      std::string_view operation) {
  for (const OperationCases& cases : all) {
    if (cases.operation == operation) return cases;
  }
  throw std::invalid_argument("no such operation");
}

/// How many cases record a failure.
inline int count_failing(Backend& backend, const OperationCases& cases) {
  int failing = 0;
  for (const OperationCase& operation : cases.cases) {
    ::testing::TestPartResultArray results;
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    expect_matches_reference(backend, operation);
    if (results.size() > 0) ++failing;
  }
  return failing;
}

inline int case_count(const OperationCases& cases) { return static_cast<int>(cases.cases.size()); }

/// Multiplies one value of a result, the one in the middle.
inline void spoil(const FeatureMap& result, float factor) {
  const std::span<float> values = reference::values_of(result);
  values[values.size() / 2] *= factor;
}

}  // namespace promptdepth
