#include "promptdepth/network/naming.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

constexpr std::string_view kOfficialMark = "pretrained.cls_token";
constexpr std::string_view kHuggingFaceMark = "backbone.embeddings.cls_token";
constexpr std::string_view kCompactMark = "compact.level0.down.weight";

struct Replacement {
  std::string_view from;
  std::string_view to;
};

bool replace_prefix(std::string& name, const Replacement& rule) {
  if (!name.starts_with(rule.from)) return false;
  name = std::string(rule.to) + name.substr(rule.from.size());
  return true;
}

/// The part of a Hugging Face encoder layer's name behind "layer.<n>.".
std::string official_block_part(std::string part) {
  static constexpr std::array<Replacement, 5> kRules = {{
      {"attention.output.dense.", "attn.proj."},
      {"layer_scale1.lambda1", "ls1.gamma"},
      {"layer_scale2.lambda1", "ls2.gamma"},
      {"mlp.weights_in.", "mlp.w12."},
      {"mlp.weights_out.", "mlp.w3."},
  }};
  for (const Replacement& rule : kRules) {
    if (replace_prefix(part, rule)) break;
  }
  return part;
}

/// The part of a Hugging Face fusion stage's name behind "layers.<j>.".
std::string official_fusion_part(std::string part) {
  static constexpr std::array<Replacement, 8> kRules = {{
      {"projection.", "out_conv."},
      {"residual_layer1.convolution1.", "resConfUnit1.conv1."},
      {"residual_layer1.convolution2.", "resConfUnit1.conv2."},
      {"residual_layer2.convolution1.", "resConfUnit2.conv1."},
      {"residual_layer2.convolution2.", "resConfUnit2.conv2."},
      {"prompt_depth_layer.convolution1.", "resConfUnit_depth.0."},
      {"prompt_depth_layer.convolution2.", "resConfUnit_depth.2."},
      {"prompt_depth_layer.convolution3.", "resConfUnit_depth.4."},
  }};
  for (const Replacement& rule : kRules) {
    if (replace_prefix(part, rule)) break;
  }
  return part;
}

std::string official_plain_name(std::string name) {
  static constexpr std::array<Replacement, 8> kRules = {{
      {"backbone.embeddings.cls_token", "pretrained.cls_token"},
      {"backbone.embeddings.mask_token", "pretrained.mask_token"},
      {"backbone.embeddings.position_embeddings", "pretrained.pos_embed"},
      {"backbone.embeddings.patch_embeddings.projection.", "pretrained.patch_embed.proj."},
      {"backbone.layernorm.", "pretrained.norm."},
      {"head.conv1.", "depth_head.scratch.output_conv1."},
      {"head.conv2.", "depth_head.scratch.output_conv2.0."},
      {"head.conv3.", "depth_head.scratch.output_conv2.2."},
  }};
  for (const Replacement& rule : kRules) {
    if (replace_prefix(name, rule)) break;
  }
  return name;
}

/// Takes `prefix` from the front of `text`; false when it does not stand there.
bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes a number and the full stop behind it from the front of `text`; nothing when it does not
/// begin so, or nothing follows.
std::optional<std::string_view> take_index(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits + 1 >= text.size() || text[digits] != '.') return std::nullopt;
  const std::string_view index = text.substr(0, digits);
  text.remove_prefix(digits + 1);
  return index;
}

/// The same of one of the decoder's four levels.
std::optional<int> take_level(std::string_view& text) {
  const auto index = take_index(text);
  if (!index || index->size() != 1 || index->front() > '3') return std::nullopt;
  return index->front() - '0';
}

bool is_weight_or_bias(std::string_view part) { return part == "weight" || part == "bias"; }

/// Of the rest behind "backbone.encoder.layer."; empty when it is none of a layer, as below.
std::string official_layer_name(std::string_view rest) {
  const auto index = take_index(rest);
  if (!index) return "";
  const std::string block = fmt::format("pretrained.blocks.{}", *index);
  std::string_view part = rest;
  const bool attention = take(part, "attention.attention.") &&
                         (take(part, "query.") || take(part, "key.") || take(part, "value."));
  if (attention && is_weight_or_bias(part)) return fmt::format("{}.attn.qkv.{}", block, part);
  return fmt::format("{}.{}", block, official_block_part(std::string(rest)));
}

/// Of the rest behind "neck.reassemble_stage.layers.".
std::string official_reassemble_name(std::string_view rest) {
  const auto level = take_level(rest);
  if (!level) return "";
  const bool projection = take(rest, "projection.");
  if ((!projection && !take(rest, "resize.")) || !is_weight_or_bias(rest)) return "";
  return fmt::format("depth_head.{}.{}.{}", projection ? "projects" : "resize_layers", *level,
                     rest);
}

/// Of the rest behind "neck.convs.".
std::string official_adapter_name(std::string_view rest) {
  const auto level = take_level(rest);
  return level && rest == "weight" ? fmt::format("depth_head.scratch.layer{}_rn.weight", *level + 1)
                                   : "";
}

/// Of the rest behind "neck.fusion_stage.layers.". Hugging Face counts from coarse to fine.
std::string official_fusion_name(std::string_view rest) {
  const auto level = take_level(rest);
  return level ? fmt::format("depth_head.scratch.refinenet{}.{}", 4 - *level,
                             official_fusion_part(std::string(rest)))
               : "";
}

/// The official name of a Hugging Face tensor; for query, key and value, that of the joined qkv.
std::string official_name(const std::string& name) {
  std::string_view rest = name;
  std::string official;
  if (take(rest, "backbone.encoder.layer.")) {
    official = official_layer_name(rest);
  } else if (take(rest, "neck.reassemble_stage.layers.")) {
    official = official_reassemble_name(rest);
  } else if (take(rest, "neck.convs.")) {
    official = official_adapter_name(rest);
  } else if (take(rest, "neck.fusion_stage.layers.")) {
    official = official_fusion_name(rest);
  } else {
    official = official_plain_name(name);
  }
  return official.empty() ? name : official;
}

/// Joins tensors along their first axis.
HostTensor stack_rows(const std::vector<HostTensor>& parts) {
  std::vector<float> values;
  std::int64_t rows = 0;
  for (const HostTensor& part : parts) {
    const std::vector<float> floats = part.to_floats();
    values.insert(values.end(), floats.begin(), floats.end());
    rows += part.shape()[0];
  }
  std::vector<std::int64_t> extents(parts[0].shape().extents().begin(),
                                    parts[0].shape().extents().end());
  extents[0] = rows;
  return HostTensor::from_floats(Shape(extents), std::move(values));
}

/// One of query, key and value of a Hugging Face layer; 0, 1, 2 in that order.
std::optional<int> attention_part(std::string_view name) {
  if (name.find(".attention.attention.query.") != std::string_view::npos) return 0;
  if (name.find(".attention.attention.key.") != std::string_view::npos) return 1;
  if (name.find(".attention.attention.value.") != std::string_view::npos) return 2;
  return std::nullopt;
}

class RenamedWeights : public WeightFile {
 public:
  /// A tensor made of one tensor of the source, or of three stacked.
  struct Entry {
    TensorInfo info;
    std::vector<std::string> sources;
  };

  RenamedWeights(const WeightFile& source, std::map<std::string, Entry> entries,
                 std::map<std::string, std::string> metadata)
      : source_(source), entries_(std::move(entries)), metadata_(std::move(metadata)) {
    for (const auto& [name, entry] : entries_) tensors_.push_back(entry.info);
  }

  const std::vector<TensorInfo>& tensors() const override { return tensors_; }
  const std::map<std::string, std::string>& metadata() const override { return metadata_; }
  std::string description() const override { return source_.description(); }

  HostTensor read(std::string_view name) const override {
    const auto found = entries_.find(std::string(name));
    if (found == entries_.end()) {
      fail(ErrorKind::kInvalidData, "{}: expected a tensor {}, found none", description(),
           in_quotes(name));
    }
    const std::vector<std::string>& sources = found->second.sources;
    if (sources.size() == 1) return source_.read(sources[0]);
    std::vector<HostTensor> parts;
    parts.reserve(sources.size());
    for (const std::string& source : sources) parts.push_back(source_.read(source));
    return stack_rows(parts);
  }

 private:
  const WeightFile& source_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
  std::vector<TensorInfo> tensors_;
};

std::map<std::string, RenamedWeights::Entry> one_to_one(const WeightFile& weights,
                                                        std::size_t prefix) {
  std::map<std::string, RenamedWeights::Entry> entries;
  for (const TensorInfo& tensor : weights.tensors()) {
    const std::string name = tensor.name.substr(prefix);
    entries[name] = {{name, tensor.dtype, tensor.shape}, {tensor.name}};
  }
  return entries;
}

void join_attention_parts(std::map<std::string, RenamedWeights::Entry>& entries,
                          const WeightFile& weights) {
  for (auto& [name, entry] : entries) {
    if (!attention_part(entry.sources[0])) continue;
    if (entry.sources.size() != 3) {
      fail(ErrorKind::kInvalidData, "{}: expected query, key and value for {}, found {} of them",
           weights.description(), in_quotes(name), entry.sources.size());
    }
    std::sort(entry.sources.begin(), entry.sources.end(),
              [](const auto& a, const auto& b) { return attention_part(a) < attention_part(b); });
    std::vector<std::int64_t> extents;
    for (const std::string& source : entry.sources) {
      const Shape& part = weights.find(source)->shape;
      if (part.rank() == 0 || (!extents.empty() && part != weights.find(entry.sources[0])->shape)) {
        fail(ErrorKind::kInvalidData,
             "{}: expected query, key and value of one shape for {}, found {}",
             weights.description(), in_quotes(name), part.to_string());
      }
      extents.assign(part.extents().begin(), part.extents().end());
    }
    extents[0] *= 3;
    entry.info.shape = Shape(extents);
  }
}

std::map<std::string, RenamedWeights::Entry> from_hugging_face(const WeightFile& weights) {
  std::map<std::string, RenamedWeights::Entry> entries;
  for (const TensorInfo& tensor : weights.tensors()) {
    const std::string name = official_name(tensor.name);
    RenamedWeights::Entry& entry = entries[name];
    entry.info = {name, tensor.dtype, tensor.shape};
    entry.sources.push_back(tensor.name);
  }
  for (const auto& [name, entry] : entries) {
    if (entry.sources.size() > 1 && !attention_part(entry.sources[0])) {
      fail(ErrorKind::kInvalidData, "{}: expected one tensor for {}, found {} and {}",
           weights.description(), in_quotes(name), in_quotes(entry.sources[0]),
           in_quotes(entry.sources[1]));
    }
  }
  join_attention_parts(entries, weights);
  return entries;
}

std::string names_found(const WeightFile& weights) {
  std::string text;
  for (const TensorInfo& tensor : weights.tensors()) {
    if (!text.empty()) text += ", ";
    text += in_quotes(tensor.name);
    if (text.size() > 100) break;
  }
  return text.empty() ? "no tensor at all" : text;
}

void check_prefix(const WeightFile& weights, const std::string& prefix) {
  for (const TensorInfo& tensor : weights.tensors()) {
    if (!tensor.name.starts_with(prefix)) {
      fail(ErrorKind::kInvalidData, "{}: expected every tensor's name to begin with {}, found {}",
           weights.description(), in_quotes(prefix), in_quotes(tensor.name));
    }
  }
}

}  // namespace

std::string Naming::description() const {
  if (kind == NamingKind::kHuggingFace) return "hugging-face";
  if (kind == NamingKind::kCompact) return "compact";
  return prefix.empty() ? "official" : "official with prefix " + in_quotes(prefix);
}

Naming recognise_naming(const WeightFile& weights) {
  if (weights.find(kHuggingFaceMark) != nullptr) return {NamingKind::kHuggingFace, ""};
  if (weights.find(kCompactMark) != nullptr) return {NamingKind::kCompact, ""};
  for (const TensorInfo& tensor : weights.tensors()) {
    if (tensor.name.ends_with(kOfficialMark)) {
      Naming naming{NamingKind::kOfficial,
                    tensor.name.substr(0, tensor.name.size() - kOfficialMark.size())};
      check_prefix(weights, naming.prefix);
      return naming;
    }
  }
  fail(ErrorKind::kInvalidData,
       "{}: expected the tensors of a Prompt Depth Anything or compact model (such as '{}'), found "
       "{}",
       weights.description(), kOfficialMark, names_found(weights));
}

std::unique_ptr<WeightFile> with_official_names(const WeightFile& weights, const Naming& naming) {
  const bool hugging_face = naming.kind == NamingKind::kHuggingFace;
  auto entries =
      hugging_face ? from_hugging_face(weights) : one_to_one(weights, naming.prefix.size());
  auto metadata = weights.metadata();
  if (hugging_face) metadata.emplace(kPositionKey, "hugging-face");
  return std::make_unique<RenamedWeights>(weights, std::move(entries), std::move(metadata));
}

}  // namespace promptdepth
