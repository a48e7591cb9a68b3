#pragma once

#include <memory>
#include <string>

#include "promptdepth/tensor/weight_file.h"

namespace promptdepth {

/// The key of a weight file's metadata that says which convention of position embeddings the model
/// was trained for, "official" or "hugging-face" (see PositionConvention). Where it is absent the
/// naming says it.
inline constexpr const char* kPositionKey = "position_embedding";

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
/// joined to qkv and its fusion stages put in the official order. What their names said of the
/// position embedding the metadata say (kPositionKey) unless they did already. Tensors whose names
/// have no official counterpart keep theirs, so that a check finds them. `weights` must outlive the
/// result.
std::unique_ptr<WeightFile> with_official_names(const WeightFile& weights, const Naming& naming);

}  // namespace promptdepth
