#pragma once

#include <memory>
#include <string>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// How the tensors of a file are called (spec 3.3).
enum class NamingKind { kOfficial, kHuggingFace, kCompact };

struct Naming {
  NamingKind kind = NamingKind::kOfficial;
  std::string prefix;  ///< In front of every name, such as Lightning's module name; "" for none.

  /// "official", "official with prefix 'model.net.'", "hugging-face", "compact".
  std::string description() const;
};

/// Recognises the naming; throws Error(kInvalidData) with the first names found when it is none of
/// them.
Naming recognise_naming(const WeightFile& weights);

/// The same tensors under official names: prefix removed; Hugging Face's query, key and value
/// joined to qkv and its fusion stages put in the official order. Tensors whose names have no
/// official counterpart keep theirs, so that a check finds them. `weights` must outlive the result.
std::unique_ptr<WeightFile> with_official_names(const WeightFile& weights, const Naming& naming);

}  // namespace promptdepth
