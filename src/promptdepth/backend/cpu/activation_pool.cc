#include "promptdepth/backend/cpu/activation_pool.h"

#include "promptdepth/base/error.h"

namespace promptdepth::cpu {

void ActivationPool::Buffer::recycle() {
  pool->arena_.give_back(data, bytes);
  data = nullptr;
  pool->idle_.push_back(this);  // Has room: make() reserves it.
}

FeatureMap ActivationPool::make(const FeatureShape& shape, DType dtype) {
  PD_CHECK(shape.n > 0 && shape.h > 0 && shape.w > 0 && shape.c > 0);
  if (idle_.empty()) {
    buffers_.push_back(std::make_unique<Buffer>());
    buffers_.back()->pool = this;
    idle_.reserve(buffers_.capacity());
    idle_.push_back(buffers_.back().get());
  }
  Buffer* buffer = idle_.back();
  buffer->bytes = static_cast<std::size_t>(shape.element_count()) * size_of(dtype);
  buffer->data = arena_.take(buffer->bytes);
  idle_.pop_back();
  return {shape, dtype, buffer};
}

Values ActivationPool::values(const FeatureMap& map) const {
  auto* buffer = dynamic_cast<Buffer*>(map.buffer());
  PD_CHECK(buffer != nullptr && buffer->pool == this);
  return {buffer->data, map.dtype()};
}

}  // namespace promptdepth::cpu
