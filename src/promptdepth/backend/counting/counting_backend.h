#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "promptdepth/backend/backend.h"
#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// A backend that computes nothing: its feature maps have a shape and no values, and it adds up the
/// floating-point operations that the layers would take. Costs of networks are counted with it,
/// without weights or memory.
class CountingBackend : public Backend {
 public:
  std::string_view name() const override { return "counting"; }
  Precision precision() const override { return Precision::kF32; }

  LinearPtr prepare(const LinearWeights& weights) override;
  LayerNormPtr prepare(const LayerNormWeights& weights) override;
  Conv2dPtr prepare(const Conv2dWeights& weights) override;
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) override;
  PatchEmbedPtr prepare(const PatchEmbedWeights& weights) override;
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) override;

  std::unique_ptr<Session> make_session() override;
};

/// Floating-point operations that a session of CountingBackend was asked for so far: two for each
/// multiply-add of linear layers, convolutions and attention products; what is proportional to the
/// activations alone is not counted.
double counted_flop(const Session& session);

/// The tensors of a model without their values, enough to build a network on CountingBackend.
std::unique_ptr<WeightFile> shapes_only(std::vector<TensorInfo> tensors,
                                        std::map<std::string, std::string> metadata = {});

}  // namespace promptdepth
