#include "promptdepth/backend/cpu/cpu_backend.h"

#include <utility>

#include "promptdepth/backend/cpu/cpu_layers.h"
#include "promptdepth/backend/cpu/cpu_session.h"
#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

using namespace cpu;  // NOLINT: the implementation of this very class

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(Precision precision)
      : precision_(precision), dtype_(precision == Precision::kBF16 ? DType::kBF16 : DType::kF32) {}

  std::string_view name() const override { return "cpu"; }
  Precision precision() const override { return precision_; }

  LinearPtr prepare(const LinearWeights& weights) override {
    return std::make_shared<CpuLinear>(weights, dtype_);
  }
  LayerNormPtr prepare(const LayerNormWeights& weights) override {
    return std::make_shared<CpuLayerNorm>(weights);
  }
  Conv2dPtr prepare(const Conv2dWeights& weights) override {
    return std::make_shared<CpuConv2d>(weights, dtype_);
  }
  ConvTranspose2dPtr prepare(const ConvTranspose2dWeights& weights) override {
    return std::make_shared<CpuConvTranspose2d>(weights, dtype_);
  }
  PatchEmbedPtr prepare(const PatchEmbedWeights& weights) override {
    return std::make_shared<CpuPatchEmbed>(weights, dtype_);
  }
  PositionEmbeddingPtr prepare(const PositionEmbeddingWeights& weights) override {
    return std::make_shared<CpuPositionEmbedding>(weights);
  }

  std::unique_ptr<Session> make_session() override { return std::make_unique<CpuSession>(dtype_); }

 private:
  Precision precision_;
  DType dtype_;
};

}  // namespace

std::unique_ptr<Backend> make_cpu_backend(Precision precision) {
  if (precision == Precision::kBF16 && !bf16_is_supported()) {
    fail(ErrorKind::kUnsupported,
         "precision bf16 expects a processor with AVX-512, found one without; use fp32");
  }
  return std::make_unique<CpuBackend>(precision);
}

bool cpu_multiplies_bf16() { return cpu::bf16_is_native(); }

}  // namespace promptdepth
