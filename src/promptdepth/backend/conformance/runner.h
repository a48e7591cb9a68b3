#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "promptdepth/backend/backend.h"

namespace promptdepth {

/// An operand: float32 values that bfloat16 holds exactly, NHWC.
struct MapValues {
  FeatureShape shape;
  std::vector<float> values;
  /// Handed to the operation in the storage dtype of the precision, as an earlier layer would have
  /// left it, instead of float32 as uploaded.
  bool stored = false;

  /// f of every value.
  MapValues transformed(const std::function<float(float)>& f) const;
};

// The tensors of a layer, present or not, in the order of their declaration.

inline std::vector<HostTensor*> tensors_of(LinearWeights& w) {
  return {&w.weight, &w.bias, &w.scale};
}
inline std::vector<HostTensor*> tensors_of(LayerNormWeights& w) { return {&w.weight, &w.bias}; }
inline std::vector<HostTensor*> tensors_of(Conv2dWeights& w) { return {&w.weight, &w.bias}; }
inline std::vector<HostTensor*> tensors_of(ConvTranspose2dWeights& w) {
  return {&w.weight, &w.bias};
}
inline std::vector<HostTensor*> tensors_of(PatchEmbedWeights& w) { return {&w.weight, &w.bias}; }
inline std::vector<HostTensor*> tensors_of(PositionEmbeddingWeights& w) {
  return {&w.class_token, &w.position};
}

/// A backend's session at work on one case: gives it maps and layers, and remembers what may not
/// change. Tests of derivatives override what becomes of operands.
class Runner {
 public:
  explicit Runner(Backend& backend)
      : precision_(backend.precision()), backend_(backend), session_(backend.make_session()) {}
  virtual ~Runner() = default;

  Session& session() { return *session_; }
  Precision precision() const { return precision_; }

  /// A map that stays held by this runner, so that no operation may change it.
  const FeatureMap& hold(const MapValues& operand);

  /// A map that nobody else holds.
  FeatureMap give(const MapValues& operand);

  /// The layer made of these weights; the same one in the same place of each pass.
  template <typename Weights>
  auto& prepare(Weights weights) {
    using Layer = std::remove_reference_t<decltype(*backend_.prepare(weights))>;
    if (next_layer_ == layers_.size()) {
      for (HostTensor* tensor : tensors_of(weights)) {
        if (!tensor->empty()) *tensor = values_for(*tensor);
      }
      layers_.push_back(backend_.prepare(weights));
    }
    return *static_cast<const Layer*>(layers_[next_layer_++].get());
  }

  /// Forgets the maps of the last pass and starts with the first layer again.
  void begin_pass();

  /// Whether every held map has the values it was made with.
  bool held_maps_are_unchanged();

  std::vector<float> download(const FeatureMap& x);

 protected:
  /// The values that an operand of a case really gets.
  virtual MapValues values_for(const MapValues& operand) { return operand; }
  virtual HostTensor values_for(const HostTensor& weight) { return weight; }
  virtual FeatureMap upload(const MapValues& operand) {
    return session_->upload(operand.values, operand.shape);
  }

 private:
  struct Held {
    FeatureMap map;
    std::vector<float> values;
  };

  Precision precision_;
  Backend& backend_;
  std::vector<std::shared_ptr<const void>> layers_;
  std::size_t next_layer_ = 0;
  std::unique_ptr<Session> session_;
  std::deque<Held> held_;
};

/// What the reference backend computes.
std::vector<float> on_reference(const std::function<FeatureMap(Runner&)>& run);

}  // namespace promptdepth
