#include "promptdepth/train/sample.h"

#include <algorithm>
#include <cmath>
#include <variant>

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

/// Appends a truth in the normalised space, or nothing that counts where there is none.
void append_target(const DepthMap& truth, const Sample& sample, const LossRecipe& loss,
                   std::vector<float>& targets, std::vector<float>& valid) {
  const std::size_t pixels = sample.image.pixel_count();
  for (std::size_t i = 0; i < pixels; ++i) {
    const float z = truth.empty() ? 0 : truth.values[i];
    const float target = z > 0 ? sample.range.normalize(z) : 0.5F;
    const bool counts = z > 0 && std::abs(target - 0.5F) <= static_cast<float>(loss.truth_limit);
    targets.push_back(counts ? target : 0.5F);
    valid.push_back(counts ? 1.0F : 0.0F);
  }
}

}  // namespace

DepthMap Sample::denormalized(const DepthMap& normalized) const {
  DepthMap depth = normalized;
  for (float& value : depth.values) value = range.denormalize(value);
  return depth;
}

void Sample::normalize_by(const PromptRange& other) {
  for (float& value : prompt.values) value = other.normalize(range.denormalize(value));
  range = other;
}

Sample make_sample(ImageWithDepth frame) {
  const int width = frame.image.width;
  const int height = frame.image.height;
  DensePrompt dense = prepare_prompt(frame.prompt, frame.image);
  for (float& value : dense.depth.values) value = dense.range.normalize(value);
  return {.image = std::move(frame.image),
          .prompt = resize_bilinear(dense.depth, width, height),
          .measured = resize_bilinear(dense.measured, width, height),
          .truth = std::move(frame.depth),
          .pseudo_truth = std::move(frame.pseudo_depth),
          .raw_prompt = std::move(frame.prompt),
          .range = dense.range};
}

Sample make_sample(ImageWithDepth frame, const SimulationMix& mix, std::uint64_t seed) {
  SensorOptions sensor =
      sample_simulation(splitmix64(seed), frame.image.width, frame.image.height, mix);
  if (auto* phone = std::get_if<PhoneLidarOptions>(&sensor)) {
    phone->bridge_missing_truth = frame.has_gaps;
  }
  const DepthMap& seen = count_valid(frame.depth) > 0 ? frame.depth : frame.pseudo_depth;
  frame.prompt = simulate_prompt(sensor,
                                 {.depth = seen,
                                  .image = frame.image,
                                  .surfaces = &frame.surfaces,
                                  .intrinsics = frame.intrinsics},
                                 splitmix64(seed + 1));
  return make_sample(std::move(frame));
}

Batch join(std::span<const Sample> samples, const LossRecipe& loss) {
  PD_CHECK(!samples.empty());
  Batch batch{.n = static_cast<std::int64_t>(samples.size()),
              .height = samples[0].image.height,
              .width = samples[0].image.width};
  const bool has_pseudo_truth = std::any_of(
      samples.begin(), samples.end(), [](const Sample& s) { return !s.pseudo_truth.empty(); });
  for (const Sample& sample : samples) {
    PD_CHECK(sample.image.height == batch.height && sample.image.width == batch.width);
    append(batch.image, sample.image.rgb);
    append(batch.prompt, sample.prompt.values);
    append(batch.measured, sample.measured.values);
    append_target(sample.truth, sample, loss, batch.target, batch.valid);
    if (has_pseudo_truth) {
      append_target(sample.pseudo_truth, sample, loss, batch.pseudo_target, batch.pseudo_valid);
    }
    batch.weight.push_back(weight_of(sample.range, loss.flat_range_share));
    batch.data_set.push_back(sample.data_set);
    batch.range.push_back(sample.range);
  }
  return batch;
}

}  // namespace promptdepth
