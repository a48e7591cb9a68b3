#include "promptdepth/evaluate/method.h"

#include <utility>

#include <fmt/format.h>

#include "promptdepth/metrics/baselines.h"
#include "promptdepth/metrics/guided_filter.h"
#include "promptdepth/prompt/densify.h"

namespace promptdepth {
namespace {

std::string describe(const JointFilterOptions& options) {
  return fmt::format("σs {} px, σc {}", options.spatial_sigma_px, options.rgb_sigma);
}

std::string describe(const GuidedFilterOptions& options) {
  return fmt::format("radius {} px, ε {}", options.radius_px, options.epsilon);
}

}  // namespace

std::vector<Method> baseline_methods() {
  return {
      {.name = "nearest",
       .description = "nearest prompt pixel",
       .predict =
           [](const Case& one, const DensePrompt& prompt) {
             return upsample_nearest(prompt.depth, one.image.width, one.image.height);
           }},
      {.name = "bilinear",
       .description = "bilinear upsampling",
       .predict =
           [](const Case& one, const DensePrompt& prompt) {
             return upsample_bilinear(prompt.depth, one.image.width, one.image.height);
           }},
      {.name = "joint-bilateral",
       .description = describe(kJointBilateralDefaults),
       .predict =
           [](const Case& one, const DensePrompt& prompt) {
             return joint_bilateral_upsample(prompt.depth, one.image);
           }},
      {.name = "guided-filter",
       .description = describe(GuidedFilterOptions()),
       .predict =
           [](const Case& one, const DensePrompt& prompt) {
             return guided_filter_upsample(prompt.depth, one.image);
           }},
      {.name = "weighted-median",
       .description = describe(kWeightedMedianDefaults),
       .predict =
           [](const Case& one, const DensePrompt& prompt) {
             return weighted_median_upsample(prompt.depth, one.image);
           }},
  };
}

Method model_method(std::string name, std::string description,
                    std::shared_ptr<const Estimator> estimator) {
  return {.name = std::move(name),
          .description = std::move(description),
          .is_model = true,
          .predict = [estimator = std::move(estimator)](const Case& one, const DensePrompt&) {
            return estimator->estimate(one.image, one.prompt);
          }};
}

std::vector<DepthMap> predict_all(const std::vector<Method>& methods, const Case& one) {
  const DensePrompt prompt = prepare_prompt(one.prompt, one.image);
  std::vector<DepthMap> predictions;
  predictions.reserve(methods.size());
  for (const Method& method : methods) predictions.push_back(method.predict(one, prompt));
  return predictions;
}

}  // namespace promptdepth
