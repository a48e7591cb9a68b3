#include "promptdepth/prompt/sparse_points.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/prompt/simulation_random.h"

namespace promptdepth {

std::vector<OptionField> SparsePointsOptions::fields() {
  return {{"count", &count, 1, 100'000'000, "points"},
          {"noise", &noise, 0, 1, "standard deviation, relative to the depth"}};
}

void SparsePointsOptions::validate() const {
  check_fields("random points", SparsePointsOptions(*this).fields());
}

DepthMap simulate_sparse_points(const DepthMap& ground_truth, const SparsePointsOptions& options,
                                std::uint64_t seed) {
  options.validate();
  if (ground_truth.empty()) {
    fail(ErrorKind::kInvalidArgument, "random points: expected ground truth, found an empty map");
  }
  std::vector<std::size_t> valid;
  for (std::size_t i = 0; i < ground_truth.pixel_count(); ++i) {
    if (ground_truth.values[i] > 0) valid.push_back(i);
  }
  const std::size_t count = std::min(valid.size(), static_cast<std::size_t>(options.count));
  Random pick = random_stream(seed, Stream::kPick);
  Random noise = random_stream(seed, Stream::kNoise);
  DepthMap points(ground_truth.width, ground_truth.height);
  for (std::size_t i = 0; i < count; ++i) {  // the first steps of a Fisher-Yates shuffle
    std::swap(valid[i], valid[i + pick.below(valid.size() - i)]);
    points.values[valid[i]] = noisy(ground_truth.values[valid[i]], options.noise, noise);
  }
  return points;
}

}  // namespace promptdepth
