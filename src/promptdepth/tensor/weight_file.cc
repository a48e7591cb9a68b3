#include "promptdepth/tensor/weight_file.h"

#include <algorithm>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {

std::size_t checked_byte_count(const TensorInfo& info, std::string_view description) {
  try {
    return byte_count(info.dtype, info.shape);
  } catch (const Error& error) {
    fail(error.kind(), "{} at tensor {} in {}", error.what(), in_quotes(info.name), description);
  }
}

const std::map<std::string, std::string>& WeightFile::metadata() const {
  static const std::map<std::string, std::string> kNone;
  return kNone;
}

const TensorInfo* WeightFile::find(std::string_view name) const {
  const std::vector<TensorInfo>& all = tensors();
  const auto found = std::ranges::lower_bound(
      all, name, {}, [](const TensorInfo& info) { return std::string_view(info.name); });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::size_t WeightFile::index_of(std::string_view name) const {
  const TensorInfo* info = find(name);
  if (info == nullptr) {
    fail(ErrorKind::kInvalidData, "expected a tensor {} in {}, found none of that name",
         in_quotes(name), description());
  }
  return static_cast<std::size_t>(info - tensors().data());
}

}  // namespace promptdepth
