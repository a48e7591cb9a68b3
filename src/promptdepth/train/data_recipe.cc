#include "promptdepth/train/data_recipe.h"

#include <set>

#include "promptdepth/base/error.h"

namespace promptdepth {

const char* kind_name(DataKind kind) {
  switch (kind) {
    case DataKind::kProcedural:
      return "procedural";
    case DataKind::kHypersim:
      return "hypersim";
    case DataKind::kArkitScenes:
      return "arkitscenes";
    case DataKind::kScanNetPP:
      return "scannetpp";
    case DataKind::kFolder:
      return "folder";
  }
  fail(ErrorKind::kInternal, "expected a kind of data set, found number {}",
       static_cast<int>(kind));
}

std::string DataRecipe::label() const { return name.empty() ? kind_name(kind) : name; }

void validate_data(std::span<const DataRecipe> data) {
  std::set<std::string> labels;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const DataRecipe& set = data[i];
    if ((set.kind == DataKind::kProcedural) != set.path.empty()) {
      fail(ErrorKind::kInvalidArgument, "recipe: expected {} in data[{}] of kind \"{}\", found {}",
           set.path.empty() ? "a path" : "no path", i, kind_name(set.kind),
           set.path.empty() ? "none" : '"' + set.path + '"');
    }
    if (!labels.insert(set.label()).second) {
      fail(ErrorKind::kInvalidArgument,
           "recipe: expected another name for each data set, found \"{}\" twice (data[{}])",
           set.label(), i);
    }
  }
}

}  // namespace promptdepth
