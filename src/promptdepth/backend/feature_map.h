#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "promptdepth/tensor/dtype.h"

namespace promptdepth {

/// Extents of an activation: batch, rows, columns, channels; channels vary fastest (NHWC). A
/// sequence of tokens is a map with one row.
struct FeatureShape {
  std::int64_t n = 0;
  std::int64_t h = 0;
  std::int64_t w = 0;
  std::int64_t c = 0;

  std::int64_t element_count() const { return n * h * w * c; }
  /// Number of channel vectors: n·h·w.
  std::int64_t row_count() const { return n * h * w; }
  std::string to_string() const;

  friend bool operator==(const FeatureShape&, const FeatureShape&) = default;
};

/// Storage of one activation. It belongs to the session that made it and is counted by the
/// FeatureMaps that use it, without atomics: a session and all its feature maps stay on one thread.
class FeatureBuffer {
 public:
  FeatureBuffer() = default;
  FeatureBuffer(const FeatureBuffer&) = delete;
  FeatureBuffer& operator=(const FeatureBuffer&) = delete;
  virtual ~FeatureBuffer() = default;

  /// Called when the last FeatureMap lets go: back to the session's pool, or deletes itself.
  virtual void recycle() = 0;

 private:
  friend class FeatureMap;
  int users_ = 0;
};

/// A handle to an activation inside a Session. Cheap to copy; copies share the values. Operations
/// never change a map that somebody else still holds. All maps must be gone before their session
/// is.
class FeatureMap {
 public:
  FeatureMap() = default;
  FeatureMap(FeatureShape shape, DType dtype, FeatureBuffer* buffer)
      : shape_(shape), dtype_(dtype), buffer_(buffer) {
    retain();
  }
  FeatureMap(const FeatureMap& other)
      : shape_(other.shape_), dtype_(other.dtype_), buffer_(other.buffer_) {
    retain();
  }
  FeatureMap(FeatureMap&& other) noexcept
      : shape_(other.shape_),
        dtype_(other.dtype_),
        buffer_(std::exchange(other.buffer_, nullptr)) {}
  FeatureMap& operator=(FeatureMap other) noexcept {
    std::swap(shape_, other.shape_);
    std::swap(dtype_, other.dtype_);
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~FeatureMap() {
    if (buffer_ != nullptr && --buffer_->users_ == 0) buffer_->recycle();
  }

  const FeatureShape& shape() const { return shape_; }
  /// float32, or bfloat16 in a backend that stores activations so.
  DType dtype() const { return dtype_; }
  FeatureBuffer* buffer() const { return buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }

  /// True when no other handle shares the values, so that an operation that was given this one may
  /// overwrite them.
  bool unique() const { return buffer_ != nullptr && buffer_->users_ == 1; }

 private:
  void retain() {
    if (buffer_ != nullptr) ++buffer_->users_;
  }

  FeatureShape shape_;
  DType dtype_ = DType::kF32;
  FeatureBuffer* buffer_ = nullptr;
};

}  // namespace promptdepth
