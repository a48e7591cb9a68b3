#include "promptdepth/tensor/memory_weights.h"

#include <algorithm>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {

MemoryWeights::MemoryWeights(std::string description, std::map<std::string, std::string> metadata)
    : description_(std::move(description)), metadata_(std::move(metadata)) {}

void MemoryWeights::add(std::string name, HostTensor tensor) {
  const auto place = std::ranges::lower_bound(infos_, name, {}, &TensorInfo::name);
  if (place != infos_.end() && place->name == name) {
    fail(ErrorKind::kInvalidArgument, "expected tensors of different names, found {} twice",
         in_quotes(name));
  }
  values_.insert(values_.begin() + (place - infos_.begin()), tensor);
  infos_.insert(place, {std::move(name), tensor.dtype(), tensor.shape()});
}

HostTensor MemoryWeights::read(std::string_view name) const { return values_[index_of(name)]; }

}  // namespace promptdepth
