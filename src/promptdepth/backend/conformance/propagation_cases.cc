#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "promptdepth/backend/conformance/cases.h"
#include "promptdepth/backend/conformance/error_model.h"

namespace promptdepth {
namespace {

struct PropagationCase {
  FeatureShape in;
  int dilation;
  bool stored;

  std::string name() const {
    return fmt::format("{}_dilation{}{}", in.to_string(), dilation, stored ? "_stored" : "");
  }
};

/// The scores of one pixel's neighbours, from the greatest one down.
std::vector<double> scores_of(const MapValues& logits, std::size_t pixel) {
  std::vector<double> scores;
  for (std::size_t tap = 0; tap < 9; ++tap) {
    scores.push_back(static_cast<double>(logits.values[pixel * 9 + tap]) +
                     (tap == 4 ? static_cast<double>(kCentreTapLogit) : 0.0));
  }
  const double greatest = *std::max_element(scores.begin(), scores.end());
  for (double& score : scores) score -= greatest;
  return scores;
}

/// As of attention (attention_error.h): a weight is off by its score's rounding, u32 times what the
/// score and the greatest one are made of, and by 8 roundings of the exponential. The result, a
/// mean, moves by at most that share of twice the largest depth.
std::vector<double> tolerance_of(const MapValues& x, const MapValues& logits, std::size_t pixels) {
  double largest = 0;
  for (const float value : x.values) largest = std::max(largest, std::abs(double{value}));
  std::vector<double> result;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const std::vector<double> scores = scores_of(logits, pixel);
    double total = 0;
    double moved = 0;
    for (const double score : scores) {
      total += std::exp(score);
      moved += std::exp(score) * (8.0 - 2.0 * score);
    }
    double size = static_cast<double>(kCentreTapLogit);
    for (std::size_t tap = 0; tap < 9; ++tap) {
      size = std::max(size, std::abs(double{logits.values[pixel * 9 + tap]}));
    }
    result.push_back(kF32Unit * (moved / total + 2.0 * size + 8.0) * 2.0 * largest +
                     kSmallestNormal);
  }
  return result;
}

OperationCase propagation_case(const PropagationCase& c) {
  RandomOperands random(c.name());
  MapValues x = random.image(c.in);
  MapValues logits = random.map({c.in.n, c.in.h, c.in.w, 9}, c.stored);
  // Of the rows with very large logits, one neighbour would always win: make them 4, not 1024.
  for (float& value : logits.values) {
    if (std::abs(value) > 8.0F) value *= 0x1p-8F;
  }
  return {.name = c.name(),
          .run =
              [=](Runner& runner) {
                const FeatureMap& depth = runner.hold(x);
                return runner.session().propagate(depth, runner.hold(logits), c.dilation);
              },
          .tolerance =
              [=](const Arithmetic& /*arithmetic*/, std::span<const float> expected) {
                return tolerance_of(x, logits, expected.size());
              },
          .dtype = always_f32};
}

}  // namespace

std::vector<OperationCases> propagation_cases() {
  OperationCases result{"propagate", {}};
  for (const bool stored : {false, true}) {
    for (const FeatureShape& shape :
         {FeatureShape{1, 1, 1, 1}, FeatureShape{2, 5, 7, 1}, FeatureShape{1, 9, 270, 1}}) {
      for (const int dilation : {1, 2, 8}) {
        result.cases.push_back(propagation_case({shape, dilation, stored}));
      }
    }
  }
  return {std::move(result)};
}

}  // namespace promptdepth
