#include "promptdepth/backend/reference/reference_session.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace promptdepth::reference {
namespace {

class ReferenceBuffer final : public FeatureBuffer {
 public:
  ReferenceBuffer(std::size_t count, std::size_t& live_bytes)
      : values_(count), live_bytes_(live_bytes) {
    live_bytes_ += count * sizeof(float);
  }
  ReferenceBuffer(const ReferenceBuffer&) = delete;
  ReferenceBuffer& operator=(const ReferenceBuffer&) = delete;
  ~ReferenceBuffer() override { live_bytes_ -= values_.size() * sizeof(float); }

  void recycle() override { delete this; }
  std::span<float> values() { return values_; }

 private:
  std::vector<float> values_;
  std::size_t& live_bytes_;
};

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

}  // namespace

std::span<float> values_of(const FeatureMap& x) {
  auto* buffer = dynamic_cast<ReferenceBuffer*>(x.buffer());
  PD_CHECK(buffer != nullptr);
  return buffer->values();
}

double evaluate(Nonlinearity nonlinearity, double x) {
  switch (nonlinearity) {
    case Nonlinearity::kIdentity:
      break;
    case Nonlinearity::kRelu:
      return std::max(x, 0.0);
    case Nonlinearity::kLeakyRelu:
      return x > 0.0 ? x : kLeakyReluSlope * x;
    case Nonlinearity::kGelu:
      return x / 2.0 * (1.0 + std::erf(x / std::numbers::sqrt2));
    case Nonlinearity::kSigmoid:
      return sigmoid(x);
  }
  return x;
}

FeatureMap ReferenceSession::new_map(FeatureShape shape) {
  PD_CHECK(shape.n > 0 && shape.h > 0 && shape.w > 0 && shape.c > 0);
  const auto count = static_cast<std::size_t>(shape.element_count());
  return {shape, DType::kF32, std::make_unique<ReferenceBuffer>(count, live_bytes_).release()};
}

FeatureMap ReferenceSession::upload(std::span<const float> values, FeatureShape shape) {
  PD_CHECK(static_cast<std::int64_t>(values.size()) == shape.element_count());
  FeatureMap result = new_map(shape);
  std::copy(values.begin(), values.end(), values_of(result).begin());
  return result;
}

void ReferenceSession::download(const FeatureMap& x, std::span<float> values) {
  const std::span<const float> stored = values_of(x);
  PD_CHECK(values.size() == stored.size());
  std::copy(stored.begin(), stored.end(), values.begin());
}

}  // namespace promptdepth::reference
