#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

struct TorchOptions {
  Precision precision = Precision::kF32;
  /// Parameters ask for gradients, and sessions record what these need. Where they are false, or
  /// under at::NoGradGuard, a pass only computes.
  bool trainable = false;
  /// Maps and kernels lie in channels-last memory, which oneDNN takes as it is; else in LibTorch's
  /// default layout, n×c×h×w, which is there to compare with.
  bool channels_last = true;
};

/// Runs networks in LibTorch, differentiably. In kBF16, layers and attention multiply in bfloat16
/// (oneDNN's kernels) while parameters, norms, softmax, resizing and the residual stream of a
/// transformer stay float32, as in mixed-precision training. Attention stores its scores, in the
/// precision: memory grows with the square of the tokens.
///
/// Sessions may run and be differentiated on several threads at a time over the same parameters, as
/// long as nobody changes those meanwhile.
class TorchBackend final : public Backend {
 public:
  explicit TorchBackend(TorchOptions options) : options_(options) {}

  std::string_view name() const override { return "torch"; }
  Precision precision() const override { return options_.precision; }

  LinearPtr prepare(const LinearWeights& weights) override;
  LayerNormPtr prepare(const LayerNormWeights& weights) override;
  Conv2dPtr prepare(const Conv2dWeights& weights) override;
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) override;
  PatchEmbedPtr prepare(const PatchEmbedWeights& weights) override;
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) override;

  std::unique_ptr<Session> make_session() override;

  /// Every tensor of the layers prepared so far, under its official full name and in its official
  /// shape, float32. Layers use them where they are: an optimizer changes them in place.
  using NamedParameter = std::pair<std::string, at::Tensor>;
  const std::vector<NamedParameter>& parameters() const { return parameters_; }

 private:
  at::Tensor own(const std::string& name, const HostTensor& values);

  TorchOptions options_;
  std::mutex mutex_;
  std::vector<NamedParameter> parameters_;
};

/// The tensor behind a map of a TorchBackend's session: n×c×h×w, float32 or bfloat16, in the
/// memory format of the backend's options, with the history that autograd needs. Throws
/// Error(kInternal) for any other map.
at::Tensor tensor_of(const FeatureMap& x);

/// A tensor n×c×h×w of float32 or bfloat16 as a map of a TorchBackend's session, history included.
FeatureMap wrap(Session& session, const at::Tensor& tensor);

}  // namespace promptdepth
