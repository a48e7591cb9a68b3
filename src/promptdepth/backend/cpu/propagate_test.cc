#include "promptdepth/backend/cpu/propagate.h"

#include <cmath>

#include "promptdepth/backend/cpu/kernel_fixture.h"
#include "promptdepth/backend/layers.h"

namespace promptdepth::cpu {
namespace {

class Propagate : public EachTarget {};

struct Mean {
  double value = 0;
  double magnitude = 0;  ///< Σ weight·(|x| + |value|)·(|score| + 1)
};

Mean mean_of_taps(const Guarded& x, const Guarded& logits, const FeatureShape& shape, int dilation,
                  std::int64_t pixel) {
  const auto score = [&](std::int64_t tap) {
    return static_cast<double>(logits[pixel * kTaps + tap]) +
           (tap == 4 ? static_cast<double>(kCentreTapLogit) : 0.0);
  };
  const auto depth = [&](std::int64_t tap) {
    const std::int64_t n = pixel / shape.w / shape.h;
    const std::int64_t y = pixel / shape.w % shape.h + (tap / 3 - 1) * dilation;
    const std::int64_t column = pixel % shape.w + (tap % 3 - 1) * dilation;
    return static_cast<double>(
        x[(n * shape.h + std::clamp<std::int64_t>(y, 0, shape.h - 1)) * shape.w +
          std::clamp<std::int64_t>(column, 0, shape.w - 1)]);
  };
  double greatest = score(0);
  for (std::int64_t tap = 1; tap < kTaps; ++tap) greatest = std::max(greatest, score(tap));
  double total = 0;
  Mean mean;
  for (std::int64_t tap = 0; tap < kTaps; ++tap) {
    total += std::exp(score(tap) - greatest);
    mean.value += std::exp(score(tap) - greatest) * depth(tap);
  }
  mean.value /= total;
  for (std::int64_t tap = 0; tap < kTaps; ++tap) {
    mean.magnitude += std::exp(score(tap) - greatest) / total *
                      (std::abs(depth(tap)) + std::abs(mean.value)) *
                      (std::abs(score(tap)) + std::abs(greatest) + 1);
  }
  return mean;
}

void expect_means(const FeatureShape& shape, int dilation, DType logit_dtype, float logit_scale) {
  std::vector<float> scores = random_values(shape.row_count() * kTaps, 3);
  for (float& score : scores) score *= logit_scale;
  Guarded x(DType::kF32, random_values(shape.row_count(), 2));
  Guarded logits(logit_dtype, scores);
  Guarded out(DType::kF32, shape.row_count());
  propagate(x.view(), logits.view(), shape, dilation, out.view());
  std::vector<double> expected;
  std::vector<double> tolerance;
  for (std::int64_t pixel = 0; pixel < shape.row_count(); ++pixel) {
    const Mean mean = mean_of_taps(x, logits, shape, dilation, pixel);
    expected.push_back(mean.value);
    tolerance.push_back(16 * kF32Unit * mean.magnitude + kSmallestNormal);
  }
  expect_within(out.values(), expected, tolerance);
  EXPECT_TRUE(out.is_intact());
}

TEST_P(Propagate, IsTheSoftmaxMeanOfNineNeighbours) {
  for (const FeatureShape& shape :
       {FeatureShape{1, 1, 1, 1}, FeatureShape{2, 5, 7, 1}, FeatureShape{1, 9, 33, 1},
        FeatureShape{1, 3, 257, 1}, FeatureShape{2, 40, 530, 1}}) {
    for (const int dilation : {1, 2, 8, kMostDilation}) {
      for (const DType dtype : kStorageTypes) {
        for (const int threads : {1, 3}) {
          SCOPED_TRACE(::testing::Message() << shape.to_string() << " dilation " << dilation << ", "
                                            << name_of(dtype) << ", " << threads << " threads");
          const WithThreads several(threads);
          expect_means(shape, dilation, dtype, 2.0F);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

/// Exponentials of these, without the greatest one taken off, would be infinite or all zero.
TEST_P(Propagate, TakesLogitsOfAnySize) {
  for (const float scale : {0x1p-20F, 64.0F, 0x1p14F}) {
    expect_means({1, 6, 50, 1}, 2, DType::kF32, scale);
  }
}

double sum_of_products(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

std::vector<float> moved(std::vector<float> values, const std::vector<float>& by, float step) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += step * by[i];
  return values;
}

/// Σ slope·y when both operands have moved along their directions by `step`.
struct Line {
  FeatureShape shape;
  int dilation;
  std::vector<float> x, logits, slope, x_direction, logit_direction;

  double at(float step) const {
    Guarded depth(DType::kF32, moved(x, x_direction, step));
    Guarded scores(DType::kF32, moved(logits, logit_direction, step));
    Guarded out(DType::kF32, shape.row_count());
    propagate(depth.view(), scores.view(), shape, dilation, out.view());
    return sum_of_products(slope, out.values());
  }
};

TEST_P(Propagate, GradientAgreesWithDifferences) {
  for (const FeatureShape& shape :
       {FeatureShape{1, 1, 1, 1}, FeatureShape{2, 5, 7, 1}, FeatureShape{1, 4, 300, 1}}) {
    for (const int dilation : {1, 3, kMostDilation}) {
      SCOPED_TRACE(::testing::Message() << shape.to_string() << " dilation " << dilation);
      const std::int64_t count = shape.row_count();
      const Line line = {shape,
                         dilation,
                         random_values(count, 1),
                         random_values(count * kTaps, 2),
                         random_values(count, 3),
                         random_values(count, 4),
                         random_values(count * kTaps, 5)};
      Guarded x(DType::kF32, line.x);
      Guarded logits(DType::kF32, line.logits);
      Guarded slope(DType::kF32, line.slope);
      Guarded x_gradient(DType::kF32, count);
      Guarded logit_gradient(DType::kF32, count * kTaps);
      propagate_gradient(x.view(), logits.view(), shape, dilation, slope.view(), x_gradient.view(),
                         logit_gradient.view());
      const double expected = (line.at(0x1p-7F) - line.at(-0x1p-7F)) / 0x1p-6;
      const double found = sum_of_products(x_gradient.values(), line.x_direction) +
                           sum_of_products(logit_gradient.values(), line.logit_direction);
      EXPECT_NEAR(found, expected, 2e-3 * std::sqrt(static_cast<double>(count)) * 4);
      EXPECT_TRUE(x_gradient.is_intact() && logit_gradient.is_intact());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Propagate, ::testing::ValuesIn(generated_targets()),
                         name_of_target);

}  // namespace
}  // namespace promptdepth::cpu
