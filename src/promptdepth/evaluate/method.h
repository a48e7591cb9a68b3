#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "promptdepth/estimator/estimator.h"
#include "promptdepth/image/image.h"

namespace promptdepth {

/// One question that methods answer: what they see, and the truth.
struct Case {
  Image image;
  DepthMap prompt;  ///< As the sensor delivered it: metres, its own resolution, 0 where nothing.
  DepthMap truth;   ///< Metres, of the image's size, 0 where there is none.
};

/// A way from an image and a prompt to depth of the image's size.
struct Method {
  std::string name = {};
  std::string description = {};  ///< Its parameters, or where a model is from; part of what a
                                 ///< resumed evaluation compares.
  bool is_model = false;
  /// Gets the case (whose truth it must not look at) and its prompt, prepared as for a network.
  /// May be called from several threads at once.
  std::function<DepthMap(const Case&, const DensePrompt&)> predict;
};

/// What one would take without a network, all on the same cleaned and filled prompt: nearest,
/// bilinear, joint-bilateral, guided-filter, weighted-median, with their default parameters.
std::vector<Method> baseline_methods();

/// A model, on the raw prompt, as `predict` runs it.
Method model_method(std::string name, std::string description,
                    std::shared_ptr<const Estimator> estimator);

/// The answers of all methods to one case, in their order.
std::vector<DepthMap> predict_all(const std::vector<Method>& methods, const Case& one);

}  // namespace promptdepth
