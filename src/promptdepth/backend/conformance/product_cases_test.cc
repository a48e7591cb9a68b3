#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

class SlightlyOff : public reference::ReferenceSession {
 public:
  FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions options) override {
    FeatureMap result = ReferenceSession::linear(x, layer, std::move(options));
    spoil(result, 1.001F);
    return result;
  }
  FeatureMap patch_embed(const FeatureMap& image, const PatchEmbed& layer) override {
    FeatureMap result = ReferenceSession::patch_embed(image, layer);
    spoil(result, 1.01F);
    return result;
  }
};

TEST(ProductCases, NoticeOneValueThatIsSlightlyOff) {
  FaultyBackend<SlightlyOff> backend;
  for (const OperationCases& cases : product_cases()) {
    // A spoilt value may be one that the nonlinearity has made 0.
    EXPECT_GE(count_failing(backend, cases), case_count(cases) - 2) << cases.operation;
  }
}

class ForgetsTheResidual : public reference::ReferenceSession {
 public:
  FeatureMap linear(const FeatureMap& x, const Linear& layer, LinearOptions options) override {
    options.residual = {};
    return ReferenceSession::linear(x, layer, std::move(options));
  }
};

TEST(ProductCases, NoticeAForgottenResidual) {
  const OperationCases linear = cases_of(product_cases(), "linear");
  int with_residual = 0;
  for (const OperationCase& operation : linear.cases) {
    if (operation.name.find("residual") != std::string::npos) ++with_residual;
  }
  FaultyBackend<ForgetsTheResidual> backend;
  EXPECT_EQ(count_failing(backend, linear), with_residual);
}

}  // namespace
}  // namespace promptdepth
