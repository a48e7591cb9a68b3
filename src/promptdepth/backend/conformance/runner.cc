#include "promptdepth/backend/conformance/runner.h"

#include <algorithm>
#include <iterator>

#include "promptdepth/backend/reference/reference_backend.h"

namespace promptdepth {

MapValues MapValues::transformed(const std::function<float(float)>& f) const {
  MapValues result = *this;
  std::transform(values.begin(), values.end(), result.values.begin(), f);
  return result;
}

FeatureMap Runner::give(const MapValues& operand) {
  FeatureMap map = upload(values_for(operand));
  // Joining a single map brings it into the storage dtype.
  if (operand.stored) map = session_->concat({&map, 1});
  return map;
}

const FeatureMap& Runner::hold(const MapValues& operand) {
  held_.push_back({give(operand), operand.values});
  return held_.back().map;
}

void Runner::begin_pass() {
  held_.clear();
  next_layer_ = 0;
}

bool Runner::held_maps_are_unchanged() {
  return std::all_of(held_.begin(), held_.end(),
                     [&](const Held& held) { return download(held.map) == held.values; });
}

std::vector<float> Runner::download(const FeatureMap& x) {
  std::vector<float> values(static_cast<std::size_t>(x.shape().element_count()));
  session_->download(x, values);
  return values;
}

std::vector<float> on_reference(const std::function<FeatureMap(Runner&)>& run) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Runner runner(*backend);
  return runner.download(run(runner));
}

}  // namespace promptdepth
