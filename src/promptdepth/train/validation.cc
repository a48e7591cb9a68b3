#include "promptdepth/train/validation.h"

#include <algorithm>
#include <optional>

#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"
#include "promptdepth/image/colormap.h"
#include "promptdepth/image/resize.h"
#include "promptdepth/metrics/boundary_metrics.h"
#include "promptdepth/scene/seeds.h"

namespace promptdepth {
namespace {

/// Held-out scene `index` with the prompt of kind number `kind`; nothing if the sky fills the
/// frame.
std::optional<HeldOutFrame> held_out_frame(const Recipe& recipe, std::int64_t index,
                                           std::size_t kind, const PromptKind& prompt) {
  const std::uint64_t seed = validation_scene_seed(static_cast<std::uint64_t>(index));
  const SceneOptions options = recipe.scenes.options_at(prompt.place);
  ImageWithDepth frame = cut_middle(image_with_depth(render_scene(seed, options), prompt.place),
                                    recipe.validation.frame.width, recipe.validation.frame.height);
  if (count_valid(frame.depth) < frame.depth.pixel_count() / 5) return std::nullopt;
  return HeldOutFrame{.kind = kind,
                      .sample = make_sample(std::move(frame), prompt.mix, splitmix64(seed + kind))};
}

template <typename KindOf>
std::vector<HeldOutFrame> render_frames(const Recipe& recipe, std::int64_t count,
                                        const KindOf& kind_of) {
  const std::vector<PromptKind> kinds = prompt_kinds();
  std::vector<std::optional<HeldOutFrame>> slots(static_cast<std::size_t>(count));
  parallel_for(count, [&](std::int64_t i) {
    const std::size_t kind = kind_of(i);
    slots[static_cast<std::size_t>(i)] = held_out_frame(recipe, i, kind, kinds[kind]);
  });
  std::vector<HeldOutFrame> frames;
  for (auto& slot : slots) {
    if (slot) frames.push_back(std::move(*slot));
  }
  return frames;
}

MethodScore score(const DepthMap& prediction, const DepthMap& truth) {
  return {.depth = measure_depth(prediction, truth), .boundary_f1 = boundary_f1(prediction, truth)};
}

/// Means of the scores that are added.
class MeanScore {
 public:
  void add(const MethodScore& score) {
    depth_.add(score.depth);
    f1_sum_ += score.boundary_f1;
  }
  std::size_t count() const { return depth_.image_count(); }
  MethodScore mean() const {
    return {.depth = depth_.mean(), .boundary_f1 = f1_sum_ / static_cast<double>(count())};
  }

 private:
  MeanDepthMetrics depth_;
  double f1_sum_ = 0;
};

void paste(const Image& part, int x0, Image& sheet) {
  for (int y = 0; y < part.height; ++y) {
    std::copy_n(part.at(0, y), std::ptrdiff_t{3} * part.width, sheet.at(x0, y));
  }
}

}  // namespace

std::vector<HeldOutFrame> held_out_frames(const Recipe& recipe, std::int64_t count) {
  const std::size_t kinds = prompt_kinds().size();
  return render_frames(recipe, count,
                       [&](std::int64_t i) { return static_cast<std::size_t>(i) % kinds; });
}

std::vector<HeldOutFrame> held_out_frames(const Recipe& recipe, std::int64_t count,
                                          std::size_t kind) {
  return render_frames(recipe, count, [&](std::int64_t) { return kind; });
}

Validation validate_model(const Estimator& estimator, const std::vector<HeldOutFrame>& frames) {
  struct Pair {
    MethodScore model;
    MethodScore bilinear;
  };
  std::vector<Pair> scores(frames.size());
  parallel_for(static_cast<std::int64_t>(frames.size()), [&](std::int64_t i) {
    const Sample& sample = frames[static_cast<std::size_t>(i)].sample;
    const DepthMap prediction = estimator.estimate(sample.image, sample.raw_prompt);
    scores[static_cast<std::size_t>(i)] = {
        .model = score(prediction, sample.truth),
        .bilinear = score(sample.denormalized(sample.prompt), sample.truth)};
  });

  const std::vector<PromptKind> kinds = prompt_kinds();
  Validation result;
  MeanScore all_model;
  MeanScore all_bilinear;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    MeanScore model;
    MeanScore bilinear;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (frames[i].kind != kind) continue;
      for (MeanScore* mean : {&model, &all_model}) mean->add(scores[i].model);
      for (MeanScore* mean : {&bilinear, &all_bilinear}) mean->add(scores[i].bilinear);
    }
    if (model.count() == 0) continue;
    result.kinds.push_back({.kind = kinds[kind].name,
                            .frames = model.count(),
                            .model = model.mean(),
                            .bilinear = bilinear.mean()});
  }
  result.l1_m = all_model.mean().depth.l1_m;
  result.bilinear_l1_m = all_bilinear.mean().depth.l1_m;
  return result;
}

Image validation_picture(const Estimator& estimator, const HeldOutFrame& frame) {
  const Sample& sample = frame.sample;
  const int width = sample.image.width;
  const int height = sample.image.height;
  const DepthRange range = percentile_range(sample.truth);
  Image sheet(4 * width, height);
  paste(sample.image, 0, sheet);
  const DepthMap maps[] = {resize_nearest(sample.raw_prompt, width, height),
                           estimator.estimate(sample.image, sample.raw_prompt), sample.truth};
  int x = width;
  for (const DepthMap& map : maps) {
    paste(colorize_depth(map, range.min_m, range.max_m), x, sheet);
    x += width;
  }
  return sheet;
}

}  // namespace promptdepth
