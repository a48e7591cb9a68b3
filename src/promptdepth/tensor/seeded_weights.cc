#include "promptdepth/tensor/seeded_weights.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/random.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

/// value = offset + scale * u
struct Rule {
  float offset = 0.0F;
  float scale = 0.0F;
};

/// Half of the range of a uniform distribution whose variance is 1 / fan_in.
float scale_for(std::int64_t fan_in) {
  return static_cast<float>(std::sqrt(3.0 / static_cast<double>(fan_in)));
}

std::int64_t fan_in_of(const Shape& shape) {
  return shape.rank() < 2 ? 1 : Shape(shape.extents().subspan(1)).element_count();
}

Rule rule_for(std::string_view name, const Shape& shape) {
  const auto contains = [&](std::string_view part) { return name.find(part) != name.npos; };
  if (contains("norm") && name.ends_with(".weight")) return {1.0F, 0.1F};
  if (name.ends_with(".gamma")) return {0.5F, 0.1F};
  if (contains("pos_embed") || contains("cls_token")) return {0.0F, 0.2F};
  if (name.ends_with(".bias")) return {0.0F, 0.05F};
  if (contains("resize_layers.0.weight") || contains("resize_layers.1.weight")) {
    return {0.0F, scale_for(shape[0])};
  }
  return {0.0F, scale_for(fan_in_of(shape))};
}

/// 64-bit FNV-1a.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

/// (z >> 40) / 2^23 - 1; exact in float32, whose significand has 24 bits.
float uniform(std::uint64_t z) {
  const auto centred = static_cast<std::int32_t>(z >> 40) - (std::int32_t{1} << 23);
  return static_cast<float>(centred) * 0x1p-23F;
}

std::vector<float> generate(std::string_view name, const Shape& shape) {
  constexpr std::int64_t kChunk = std::int64_t{1} << 16;
  const std::int64_t count = shape.element_count();
  const Rule rule = rule_for(name, shape);
  const std::uint64_t hash = hash_of(name);
  std::vector<float> values(static_cast<std::size_t>(count));
  parallel_for((count + kChunk - 1) / kChunk, [&](std::int64_t chunk) {
    const std::int64_t end = std::min(count, (chunk + 1) * kChunk);
    for (std::int64_t i = chunk * kChunk; i < end; ++i) {
      const float u = uniform(splitmix64(hash + static_cast<std::uint64_t>(i)));
      values[static_cast<std::size_t>(i)] = rule.offset + rule.scale * u;
    }
  });
  return values;
}

class SeededWeights final : public WeightFile {
 public:
  explicit SeededWeights(std::vector<TensorInfo> tensors) : tensors_(std::move(tensors)) {
    for (TensorInfo& info : tensors_) info.dtype = DType::kF32;
    std::ranges::sort(tensors_, {}, &TensorInfo::name);
    PD_CHECK(std::ranges::adjacent_find(tensors_, {}, &TensorInfo::name) == tensors_.end());
  }

  const std::vector<TensorInfo>& tensors() const override { return tensors_; }
  std::string description() const override { return "seeded weights"; }

  HostTensor read(std::string_view name) const override {
    const TensorInfo& info = tensors_[index_of(name)];
    return HostTensor::from_floats(info.shape, generate(info.name, info.shape));
  }

 private:
  std::vector<TensorInfo> tensors_;
};

}  // namespace

float seeded_weight(std::string_view name, const Shape& shape, std::uint64_t index) {
  const Rule rule = rule_for(name, shape);
  return rule.offset + rule.scale * uniform(splitmix64(hash_of(name) + index));
}

std::unique_ptr<WeightFile> seeded_weights(std::vector<TensorInfo> tensors) {
  return std::make_unique<SeededWeights>(std::move(tensors));
}

}  // namespace promptdepth
