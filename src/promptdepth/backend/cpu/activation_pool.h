#pragma once

#include <memory>
#include <vector>

#include "promptdepth/backend/cpu/arena.h"
#include "promptdepth/backend/cpu/values.h"
#include "promptdepth/backend/feature_map.h"

namespace promptdepth::cpu {

/// Makes the feature maps of one session out of an arena, and takes their memory back.
class ActivationPool {
 public:
  /// Values are not initialised.
  FeatureMap make(const FeatureShape& shape, DType dtype);

  /// Where the elements of a map that this pool has made lie. Throws Error(kInternal) for any
  /// other, and for an empty handle.
  Values values(const FeatureMap& map) const;

  const Arena& arena() const { return arena_; }

 private:
  struct Buffer final : FeatureBuffer {
    void recycle() override;
    ActivationPool* pool = nullptr;
    std::byte* data = nullptr;
    std::size_t bytes = 0;
  };

  Arena arena_;
  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::vector<Buffer*> idle_;
};

}  // namespace promptdepth::cpu
