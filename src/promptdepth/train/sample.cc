#include "promptdepth/train/sample.h"

#include <algorithm>
#include <cmath>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {
namespace {

void append(std::vector<float>& to, const std::vector<float>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

/// How much of its greatest depth the range of a prompt spans, up to `enough`, as a share of that.
float weight_of(const PromptRange& range, double enough) {
  if (enough <= 0) return 1;
  const double share = range.span_m() / std::max(range.max_m, range.span_m());
  return static_cast<float>(std::min(1.0, share / enough));
}

void append_target(const Sample& sample, const LossRecipe& loss, Batch& batch) {
  for (const float z : sample.truth.values) {
    const float target = z > 0 ? sample.range.normalize(z) : 0.5F;
    const bool valid = z > 0 && std::abs(target - 0.5F) <= static_cast<float>(loss.truth_limit);
    batch.target.push_back(valid ? target : 0.5F);
    batch.valid.push_back(valid ? 1.0F : 0.0F);
  }
}

}  // namespace

DepthMap Sample::denormalized(const DepthMap& normalized) const {
  DepthMap depth = normalized;
  for (float& value : depth.values) value = range.denormalize(value);
  return depth;
}

Sample make_sample(ImageWithDepth frame, const SimulationMix& mix, std::uint64_t seed) {
  const int width = frame.image.width;
  const int height = frame.image.height;
  const PromptSimulation simulation = sample_simulation(splitmix64(seed), width, height, mix);
  DepthMap raw = simulate_prompt(simulation, frame.depth, frame.image, splitmix64(seed + 1));
  DensePrompt dense = prepare_prompt(raw, frame.image);
  for (float& value : dense.depth.values) value = dense.range.normalize(value);
  return {.image = std::move(frame.image),
          .prompt = resize_bilinear(dense.depth, width, height),
          .measured = resize_bilinear(dense.measured, width, height),
          .truth = std::move(frame.depth),
          .raw_prompt = std::move(raw),
          .range = dense.range};
}

Batch join(std::span<const Sample> samples, const LossRecipe& loss) {
  PD_CHECK(!samples.empty());
  Batch batch{.n = static_cast<std::int64_t>(samples.size()),
              .height = samples[0].image.height,
              .width = samples[0].image.width};
  for (const Sample& sample : samples) {
    PD_CHECK(sample.image.height == batch.height && sample.image.width == batch.width);
    append(batch.image, sample.image.rgb);
    append(batch.prompt, sample.prompt.values);
    append(batch.measured, sample.measured.values);
    append_target(sample, loss, batch);
    batch.weight.push_back(weight_of(sample.range, loss.flat_range_share));
    batch.data_set.push_back(0);
    batch.range.push_back(sample.range);
  }
  return batch;
}

}  // namespace promptdepth
