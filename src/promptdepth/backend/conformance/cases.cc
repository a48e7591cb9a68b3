#include "promptdepth/backend/conformance/cases.h"

#include <cmath>

#include "promptdepth/tensor/dtype.h"

namespace promptdepth {
namespace {

float to_bf16(float value) { return BFloat16::from_float(value).to_float(); }

std::uint64_t seed_of(std::string_view name) {
  std::uint64_t seed = 0;
  for (const char letter : name) seed = splitmix64(seed + static_cast<unsigned char>(letter));
  return seed;
}

std::size_t count_of(const FeatureShape& shape) {
  return static_cast<std::size_t>(shape.element_count());
}

}  // namespace

RandomOperands::RandomOperands(std::string_view case_name) : random_(seed_of(case_name)) {}

MapValues RandomOperands::map(FeatureShape shape, bool stored) {
  constexpr float kSizes[] = {1.0F, 1.0F, 1024.0F, 1.0F, 0x1p-10F};
  MapValues result{shape, std::vector<float>(count_of(shape)), stored};
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const std::size_t row = i / static_cast<std::size_t>(shape.c);
    result.values[i] = to_bf16(kSizes[row % std::size(kSizes)] * random_.normal());
  }
  return result;
}

MapValues RandomOperands::image(FeatureShape shape) {
  MapValues result{shape, std::vector<float>(count_of(shape)), false};
  for (float& value : result.values) value = to_bf16(random_.uniform());
  return result;
}

HostTensor RandomOperands::normal(Shape shape, float deviation) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  for (float& value : values) value = to_bf16(deviation * random_.normal());
  return HostTensor::from_floats(shape, std::move(values));
}

HostTensor RandomOperands::around_one(Shape shape) {
  std::vector<float> values(static_cast<std::size_t>(shape.element_count()));
  for (float& value : values) value = to_bf16(1.0F + random_.uniform(-0.5F, 0.5F));
  return HostTensor::from_floats(shape, std::move(values));
}

HostTensor transformed(const HostTensor& tensor, float (*f)(float)) {
  if (tensor.empty()) return tensor;
  std::vector<float> values = tensor.to_floats();
  for (float& value : values) value = f(value);
  return HostTensor::from_floats(tensor.shape(), std::move(values));
}

float magnitude(float x) { return std::abs(x); }

float square(float x) { return x * x; }

std::string_view suffix(Nonlinearity nonlinearity) {
  switch (nonlinearity) {
    case Nonlinearity::kIdentity:
      break;
    case Nonlinearity::kRelu:
      return "_relu";
    case Nonlinearity::kLeakyRelu:
      return "_leaky";
    case Nonlinearity::kGelu:
      return "_gelu";
    case Nonlinearity::kSigmoid:
      return "_sigmoid";
  }
  return "";
}

std::string_view suffix(Residual residual) {
  switch (residual) {
    case Residual::kNone:
      break;
    case Residual::kGiven:
      return "_residual";
    case Residual::kHeld:
      return "_residualheld";
  }
  return "";
}

}  // namespace promptdepth
