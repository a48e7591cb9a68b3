#include <gtest/gtest.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/faulty_backend.h"

namespace promptdepth {
namespace {

class TakesTheOtherAlignment : public reference::ReferenceSession {
 public:
  FeatureMap resize_bilinear(const FeatureMap& x, std::int64_t height, std::int64_t width,
                             PixelAlignment alignment) override {
    const bool half = alignment == PixelAlignment::kHalfPixel;
    return ReferenceSession::resize_bilinear(
        x, height, width, half ? PixelAlignment::kCornersAlign : PixelAlignment::kHalfPixel);
  }
};

TEST(RearrangementCases, NoticeTheOtherAlignment) {
  const OperationCases cases = cases_of(rearrangement_cases(), "resize_bilinear");
  int alike = 0;  // A single pixel, and the same size, look the same in both.
  for (const OperationCase& operation : cases.cases) {
    if (operation.name.starts_with("1x1x1x5") || operation.name.starts_with("2x6x5x4to6x5")) {
      ++alike;
    }
  }
  FaultyBackend<TakesTheOtherAlignment> backend;
  EXPECT_EQ(count_failing(backend, cases), case_count(cases) - alike);
}

class ReversesParts : public reference::ReferenceSession {
 public:
  FeatureMap concat(std::span<const FeatureMap> parts) override {
    const std::vector<FeatureMap> reversed(parts.rbegin(), parts.rend());
    return ReferenceSession::concat(reversed);
  }
};

TEST(RearrangementCases, NoticePartsInAnotherOrder) {
  const OperationCases cases = cases_of(rearrangement_cases(), "concat");
  FaultyBackend<ReversesParts> backend;
  int single = 0;
  for (const OperationCase& operation : cases.cases) {
    if (operation.name.starts_with("5")) ++single;
  }
  EXPECT_EQ(count_failing(backend, cases), case_count(cases) - single);
}

class PadsWithZeros : public reference::ReferenceSession {
 public:
  FeatureMap space_to_depth(const FeatureMap& x, int block) override {
    FeatureMap result = ReferenceSession::space_to_depth(x, block);
    if (x.shape().w % block != 0 || x.shape().h % block != 0) {
      reference::values_of(result).back() = 0.0F;
    }
    return result;
  }
};

TEST(RearrangementCases, NoticeARepeatedBorderThatIsMissing) {
  const OperationCases cases = cases_of(rearrangement_cases(), "space_to_depth");
  FaultyBackend<PadsWithZeros> backend;
  EXPECT_GE(count_failing(backend, cases), 8);
}

}  // namespace
}  // namespace promptdepth
