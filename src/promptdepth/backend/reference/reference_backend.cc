#include "promptdepth/backend/reference/reference_backend.h"

#include "promptdepth/backend/reference/reference_layers.h"
#include "promptdepth/backend/reference/reference_session.h"

namespace promptdepth {
namespace {

class ReferenceBackend final : public Backend {
 public:
  std::string_view name() const override { return "reference"; }
  Precision precision() const override { return Precision::kF32; }

  LinearPtr prepare(const LinearWeights& weights) override {
    return std::make_shared<reference::PreparedLinear>(weights);
  }
  LayerNormPtr prepare(const LayerNormWeights& weights) override {
    return std::make_shared<reference::PreparedLayerNorm>(weights);
  }
  Conv2dPtr prepare(const Conv2dWeights& weights) override {
    return std::make_shared<reference::PreparedConv2d>(weights);
  }
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) override {
    return std::make_shared<reference::PreparedConvTranspose2d>(weights);
  }
  PatchEmbedPtr prepare(const PatchEmbedWeights& weights) override {
    return std::make_shared<reference::PreparedPatchEmbed>(weights);
  }
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) override {
    return std::make_shared<reference::PreparedPositionEmbedding>(weights);
  }

  std::unique_ptr<Session> make_session() override {
    return std::make_unique<reference::ReferenceSession>();
  }
};

}  // namespace

std::unique_ptr<Backend> make_reference_backend() { return std::make_unique<ReferenceBackend>(); }

}  // namespace promptdepth
