#include "promptdepth/tensor/host_tensor.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "promptdepth/base/error.h"
#include "promptdepth/base/threads.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

/// Elements that one thread converts at a time.
constexpr std::int64_t kChunk = std::int64_t{1} << 17;

/// Calls body(begin, end) for consecutive parts of [0, count).
template <typename Body>
void for_each_chunk(std::int64_t count, const Body& body) {
  parallel_for((count + kChunk - 1) / kChunk, [&](std::int64_t chunk) {
    const std::int64_t begin = chunk * kChunk;
    body(begin, std::min(begin + kChunk, count));
  });
}

/// Half is Float16 or BFloat16; the source may be misaligned.
template <typename Half>
void expand(const std::byte* source, std::int64_t count, float* out) {
  for (std::int64_t i = 0; i < count; ++i) {
    Half half;
    std::memcpy(&half.bits, source + i * 2, 2);
    out[i] = half.to_float();
  }
}

template <typename Half>
void round_to(std::span<const float> values, std::byte* out) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Half half = Half::from_float(values[i]);
    std::memcpy(out + i * 2, &half.bits, 2);
  }
}

/// `count` > 0 elements of floating type.
void expand(DType dtype, const std::byte* source, std::int64_t count, float* out) {
  switch (dtype) {
    case DType::kF16:
      return expand<Float16>(source, count, out);
    case DType::kBF16:
      return expand<BFloat16>(source, count, out);
    default:
      std::memcpy(out, source, static_cast<std::size_t>(count) * sizeof(float));
  }
}

void round_to(DType dtype, std::span<const float> values, std::byte* out) {
  switch (dtype) {
    case DType::kF16:
      return round_to<Float16>(values, out);
    case DType::kBF16:
      return round_to<BFloat16>(values, out);
    default:
      std::memcpy(out, values.data(), values.size_bytes());
  }
}

void require_floating(DType dtype) {
  if (!is_floating(dtype)) {
    fail(ErrorKind::kInvalidData, "expected a floating-point tensor (f32, f16, bf16), found {}",
         name_of(dtype));
  }
}

}  // namespace

std::size_t byte_count(DType dtype, const Shape& shape) {
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(shape.element_count(), static_cast<std::int64_t>(size_of(dtype)),
                             &bytes)) {
    fail(ErrorKind::kInvalidData,
         "expected a tensor of fewer than 2^63 bytes, found {} of shape {}", name_of(dtype),
         shape.to_string());
  }
  return static_cast<std::size_t>(bytes);
}

HostTensor::HostTensor(DType dtype, Shape shape, std::shared_ptr<const std::byte> data)
    : dtype_(dtype), shape_(shape), data_(std::move(data)) {
  PD_CHECK(data_ != nullptr || byte_count(dtype_, shape_) == 0);
}

HostTensor HostTensor::from_floats(Shape shape, std::vector<float> values) {
  PD_CHECK(static_cast<std::size_t>(shape.element_count()) == values.size());
  const auto owner = std::make_shared<const std::vector<float>>(std::move(values));
  return {
      DType::kF32, shape,
      std::shared_ptr<const std::byte>(owner, reinterpret_cast<const std::byte*>(owner->data()))};
}

HostTensor HostTensor::filled(Shape shape, float value) {
  return from_floats(shape,
                     std::vector<float>(static_cast<std::size_t>(shape.element_count()), value));
}

std::span<const std::byte> HostTensor::bytes() const {
  if (empty()) return {};
  return {data_.get(), byte_count(dtype_, shape_)};
}

std::vector<float> HostTensor::to_floats() const {
  require_floating(dtype_);
  if (empty()) return {};
  std::vector<float> values(static_cast<std::size_t>(element_count()));
  copy_floats(values);
  return values;
}

void HostTensor::copy_floats(std::span<float> out) const {
  require_floating(dtype_);
  PD_CHECK(out.size() == bytes().size() / size_of(dtype_));
  for_each_chunk(static_cast<std::int64_t>(out.size()), [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t offset = begin * static_cast<std::int64_t>(size_of(dtype_));
    expand(dtype_, data_.get() + offset, end - begin, out.data() + begin);
  });
}

HostTensor HostTensor::reshaped(Shape shape) const {
  PD_CHECK(shape.element_count() == element_count());
  return {dtype_, shape, data_};
}

HostTensor convert(const HostTensor& tensor, DType dtype) {
  require_floating(tensor.dtype());
  require_floating(dtype);
  if (tensor.dtype() == dtype) return tensor;
  const std::size_t element_bytes = size_of(dtype);
  const std::span<const std::byte> source = tensor.bytes();
  const std::shared_ptr<std::byte[]> out(new std::byte[byte_count(dtype, tensor.shape())]);
  for_each_chunk(tensor.element_count(), [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> values(static_cast<std::size_t>(end - begin));
    const auto first = static_cast<std::size_t>(begin);
    expand(tensor.dtype(), source.data() + first * size_of(tensor.dtype()), end - begin,
           values.data());
    round_to(dtype, values, out.get() + first * element_bytes);
  });
  return {dtype, tensor.shape(), std::shared_ptr<const std::byte>(out, out.get())};
}

}  // namespace promptdepth
