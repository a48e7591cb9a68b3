#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

class ForgetsToRectify : public reference::ReferenceSession {
 public:
  FeatureMap conv2d(const FeatureMap& x, const Conv2d& layer, Conv2dOptions options) override {
    options.relu_input = false;
    return ReferenceSession::conv2d(x, layer, std::move(options));
  }
};

TEST(ConvolutionCases, NoticeAnInputThatWasNotRectified) {
  const OperationCases conv2d = cases_of(convolution_cases(), "conv2d");
  int rectified = 0;
  for (const OperationCase& operation : conv2d.cases) {
    if (operation.name.find("reluinput") != std::string::npos) ++rectified;
  }
  FaultyBackend<ForgetsToRectify> backend;
  EXPECT_EQ(count_failing(backend, conv2d), rectified);
}

class SwapsRowsAndColumns : public reference::ReferenceSession {
 public:
  FeatureMap conv_transpose2d(const FeatureMap& x, const ConvTranspose2d& layer) override {
    FeatureMap result = ReferenceSession::conv_transpose2d(x, layer);
    // Exchanges the second pixel of the first row with the first of the second.
    const std::span<float> values = reference::values_of(result);
    const FeatureShape& shape = result.shape();
    for (std::int64_t i = 0; i < shape.c; ++i) {
      std::swap(values[static_cast<std::size_t>(shape.c + i)],
                values[static_cast<std::size_t>(shape.w * shape.c + i)]);
    }
    return result;
  }
};

TEST(ConvolutionCases, NoticeABlockThatIsTransposed) {
  const OperationCases cases = cases_of(convolution_cases(), "conv_transpose2d");
  FaultyBackend<SwapsRowsAndColumns> backend;
  EXPECT_EQ(count_failing(backend, cases), case_count(cases));
}

}  // namespace
}  // namespace promptdepth
