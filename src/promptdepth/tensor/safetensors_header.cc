#include "promptdepth/tensor/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/checked_shape.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxNameBytes = 1024;
constexpr std::string_view kMetadataKey = "__metadata__";

constexpr std::array<std::pair<std::string_view, DType>, 6> kDTypes = {{
    {"F32", DType::kF32},
    {"F16", DType::kF16},
    {"BF16", DType::kBF16},
    {"I64", DType::kI64},
    {"I32", DType::kI32},
    {"U8", DType::kU8},
}};

std::string_view format_name_of(DType dtype) {
  return std::ranges::find(kDTypes, dtype, &decltype(kDTypes)::value_type::second)->first;
}

/// Receives the header's JSON value by value, so that neither deep nesting nor a large document can
/// take memory that the result does not need:
///   { "__metadata__": {string: string},  name: {"dtype": string, "shape": [n...],
///     "data_offsets": [begin, end]}, ... }
class HeaderReader final : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(std::string_view description) : description_(description) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { refuse("null"); }
  bool boolean(bool) override { refuse("a boolean"); }
  bool number_integer(number_integer_t value) override { refuse(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { refuse(text); }
  bool binary(binary_t&) override { refuse("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (level_ != Level::kNumbers) refuse(std::to_string(value));
    std::vector<std::int64_t>& numbers = field_ == "shape" ? shape_ : offsets_;
    if (value > static_cast<number_unsigned_t>(INT64_MAX)) refuse(std::to_string(value));
    if (numbers.size() == Shape::kMaxRank)
      refuse(fmt::format("a list of {} numbers", numbers.size() + 1));
    numbers.push_back(static_cast<std::int64_t>(value));
    return true;
  }

  bool string(string_t& value) override {
    if (level_ == Level::kMetadata) {
      header_.metadata[field_] = value;
      return true;
    }
    if (level_ != Level::kTensor || field_ != "dtype") refuse(in_quotes(value));
    set_dtype(value);
    return true;
  }

  bool start_object(std::size_t) override {
    if (level_ == Level::kFile) {
      level_ = Level::kCatalogue;
    } else if (level_ == Level::kCatalogue) {
      level_ = name_ == kMetadataKey ? Level::kMetadata : Level::kTensor;
      fields_seen_.clear();
      shape_.clear();
      offsets_.clear();
      dtype_.reset();
    } else {
      refuse("an object");
    }
    return true;
  }

  bool key(string_t& value) override {
    if (level_ == Level::kCatalogue) {
      if (value.size() > kMaxNameBytes) {
        fail(ErrorKind::kInvalidData, "expected names of at most {} bytes in {}, found {} of {}",
             kMaxNameBytes, description_, in_quotes(value), value.size());
      }
      name_ = value;
      return true;
    }
    if (level_ == Level::kMetadata && header_.metadata.contains(value)) refuse_key(value);
    if (level_ == Level::kTensor) {
      const bool known = value == "dtype" || value == "shape" || value == "data_offsets";
      if (!known || std::ranges::find(fields_seen_, value) != fields_seen_.end()) refuse_key(value);
      fields_seen_.push_back(value);
    }
    field_ = value;
    return true;
  }

  bool end_object() override {
    if (level_ == Level::kTensor) add_entry();
    level_ = level_ == Level::kCatalogue ? Level::kEnd : Level::kCatalogue;
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != Level::kTensor || field_ == "dtype") refuse("a list");
    level_ = Level::kNumbers;
    return true;
  }

  bool end_array() override {
    level_ = Level::kTensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    fail(ErrorKind::kInvalidData,
         "expected a JSON header in {}, found a syntax error at its byte {}", description_,
         position);
  }

 private:
  enum class Level { kFile, kCatalogue, kMetadata, kTensor, kNumbers, kEnd };

  [[noreturn]] void refuse(std::string_view found) const {
    fail(ErrorKind::kInvalidData, "unexpected {} at {} of tensor {} in the header of {}", found,
         in_quotes(field_), in_quotes(name_), description_);
  }

  [[noreturn]] void refuse_key(std::string_view found) const {
    fail(ErrorKind::kInvalidData, "unexpected or repeated key {} at tensor {} in the header of {}",
         in_quotes(found), in_quotes(name_), description_);
  }

  void set_dtype(std::string_view text) {
    const auto* known = std::ranges::find(kDTypes, text, &decltype(kDTypes)::value_type::first);
    if (known == kDTypes.end()) {
      fail(ErrorKind::kUnsupported,
           "expected dtype F32, F16, BF16, I64, I32 or U8, found {} at tensor {} in {}",
           in_quotes(text), in_quotes(name_), description_);
    }
    dtype_ = known->second;
  }

  void add_entry() {
    if (fields_seen_.size() != 3 || !dtype_ || offsets_.size() != 2) {
      fail(ErrorKind::kInvalidData,
           "expected dtype, shape and two data_offsets of tensor {} in the header of {}",
           in_quotes(name_), description_);
    }
    header_.entries.push_back({{name_, *dtype_, checked_shape(shape_, name_, description_)},
                               static_cast<std::uint64_t>(offsets_[0]),
                               static_cast<std::uint64_t>(offsets_[1])});
  }

  std::string_view description_;
  SafetensorsHeader header_;
  Level level_ = Level::kFile;
  std::string name_;   ///< Key in the catalogue.
  std::string field_;  ///< Key in a tensor or in the metadata.
  std::vector<std::string> fields_seen_;
  std::optional<DType> dtype_;
  std::vector<std::int64_t> shape_;
  std::vector<std::int64_t> offsets_;
};

/// The bytes of the JSON text.
std::string_view header_text(std::span<const std::byte> content, std::string_view description) {
  std::uint64_t length = 0;
  if (content.size() < kLengthBytes) {
    fail(ErrorKind::kInvalidData, "expected a safetensors header in {}, found {} bytes",
         description, content.size());
  }
  std::memcpy(&length, content.data(), kLengthBytes);
  const std::uint64_t limit =
      std::min<std::uint64_t>(kMaxSafetensorsHeaderBytes, content.size() - kLengthBytes);
  if (length > limit) {
    fail(ErrorKind::kInvalidData,
         "expected a safetensors header of at most {} bytes in {}, found {}", limit, description,
         length);
  }
  return {reinterpret_cast<const char*>(content.data()) + kLengthBytes,
          static_cast<std::size_t>(length)};
}

/// Each tensor starts where the one before ends, the first at 0 and the last ends at `data_bytes`.
void check_layout(const std::vector<SafetensorsEntry>& entries, std::uint64_t data_bytes,
                  std::string_view description) {
  std::vector<const SafetensorsEntry*> by_offset;
  by_offset.reserve(entries.size());
  for (const SafetensorsEntry& entry : entries) by_offset.push_back(&entry);
  std::ranges::sort(by_offset, {},
                    [](const auto* entry) { return std::pair(entry->begin, entry->end); });
  std::uint64_t position = 0;
  for (const SafetensorsEntry* entry : by_offset) {
    const TensorInfo& info = entry->info;
    if (entry->begin != position || entry->end < entry->begin) {
      fail(ErrorKind::kInvalidData,
           "expected tensor {} at offset {} in {}, found data_offsets [{}, {}]",
           in_quotes(info.name), position, description, entry->begin, entry->end);
    }
    const std::size_t bytes = checked_byte_count(info, description);
    if (entry->end - entry->begin != bytes) {
      fail(ErrorKind::kInvalidData,
           "expected {} bytes for {} of shape {} at tensor {} in {}, found {}", bytes,
           name_of(info.dtype), info.shape.to_string(), in_quotes(info.name), description,
           entry->end - entry->begin);
    }
    position = entry->end;
  }
  if (position != data_bytes) {
    fail(ErrorKind::kInvalidData, "expected {} bytes of tensors in {}, found {}", position,
         description, data_bytes);
  }
}

void check_names(const std::vector<SafetensorsEntry>& sorted, std::string_view description) {
  const auto repeated = std::ranges::adjacent_find(
      sorted, {}, [](const SafetensorsEntry& entry) { return std::string_view(entry.info.name); });
  if (repeated != sorted.end()) {
    fail(ErrorKind::kInvalidData, "expected tensors of different names in {}, found {} twice",
         description, in_quotes(repeated->info.name));
  }
}

std::string json_of(std::span<const SafetensorsEntry> entries,
                    const std::map<std::string, std::string>& metadata) {
  Json json = Json::object();
  if (!metadata.empty()) json[std::string(kMetadataKey)] = metadata;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.info.name == kMetadataKey) {
      fail(ErrorKind::kInvalidArgument, "a tensor in safetensors cannot be named {}", kMetadataKey);
    }
    const auto extents = entry.info.shape.extents();
    json[entry.info.name] = {{"dtype", format_name_of(entry.info.dtype)},
                             {"shape", std::vector<std::int64_t>(extents.begin(), extents.end())},
                             {"data_offsets", {entry.begin, entry.end}}};
  }
  try {
    return json.dump();
  } catch (const Json::exception&) {
    fail(ErrorKind::kInvalidArgument,
         "expected names and metadata in UTF-8 for the header of safetensors");
  }
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::span<const std::byte> content,
                                           std::string_view description) {
  const std::string_view text = header_text(content, description);
  HeaderReader reader(description);
  Json::sax_parse(text, &reader);
  SafetensorsHeader header = reader.take();
  header.data_offset = kLengthBytes + text.size();
  std::ranges::sort(header.entries, {}, [](const SafetensorsEntry& entry) {
    return std::string_view(entry.info.name);
  });
  check_names(header.entries, description);
  check_layout(header.entries, content.size() - header.data_offset, description);
  return header;
}

std::string format_safetensors_header(std::span<const SafetensorsEntry> entries,
                                      const std::map<std::string, std::string>& metadata) {
  std::string text = json_of(entries, metadata);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = text.size();
  std::string result(kLengthBytes, '\0');
  std::memcpy(result.data(), &length, kLengthBytes);
  return result + text;
}

}  // namespace promptdepth
