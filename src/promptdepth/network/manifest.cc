#include "promptdepth/network/manifest.h"

#include <set>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

constexpr std::size_t kNamesShown = 3;

std::string first_names(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    text += (i == 0 ? "" : ", ") + in_quotes(names[i]);
  }
  if (names.size() > kNamesShown) text += fmt::format(" and {} more", names.size() - kNamesShown);
  return text;
}

}  // namespace

void Manifest::require_layer(const std::string& name, Shape weight, std::int64_t outputs) {
  require(name + ".weight", weight);
  require(name + ".bias", Shape{outputs});
}

std::vector<TensorInfo> Manifest::tensors() const {
  std::vector<TensorInfo> tensors;
  for (const Entry& entry : entries_) tensors.push_back({entry.name, DType::kF32, entry.shape});
  return tensors;
}

std::int64_t Manifest::parameter_count() const {
  std::int64_t count = 0;
  for (const Entry& entry : entries_) {
    if (!entry.name.starts_with('_')) count += entry.shape.element_count();
  }
  return count;
}

void Manifest::check(const WeightFile& weights, std::string_view model) const {
  std::vector<std::string> missing;
  std::vector<std::string> misshapen;
  std::set<std::string_view> known;
  for (const Entry& entry : entries_) {
    known.insert(entry.name);
    const TensorInfo* found = weights.find(entry.name);
    if (found == nullptr) {
      if (entry.required) missing.push_back(entry.name);
    } else if (found->shape != entry.shape) {
      misshapen.push_back(fmt::format("{} (expected {}, found {})", entry.name,
                                      entry.shape.to_string(), found->shape.to_string()));
    } else if (!is_floating(found->dtype)) {
      misshapen.push_back(
          fmt::format("{} (expected floating point, found {})", entry.name, name_of(found->dtype)));
    }
  }
  std::vector<std::string> superfluous;
  for (const TensorInfo& tensor : weights.tensors()) {
    if (!known.contains(tensor.name)) superfluous.push_back(tensor.name);
  }

  const auto complain = [&](std::string_view what, const std::vector<std::string>& names) {
    if (!names.empty()) {
      fail(ErrorKind::kInvalidData, "{}: expected the {} tensors of a {} model, found {} {}: {}",
           weights.description(), entries_.size(), model, names.size(), what, first_names(names));
    }
  };
  complain("missing", missing);
  complain("misshapen", misshapen);
  complain("superfluous", superfluous);
}

}  // namespace promptdepth
