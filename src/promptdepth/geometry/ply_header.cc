#include "promptdepth/geometry/ply_header.h"

#include <array>
#include <charconv>
#include <utility>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr std::size_t kMostHeaderBytes = 1 << 16;

class HeaderParser {
 public:
  HeaderParser(std::span<const std::byte> file, std::string_view where)
      : text_(reinterpret_cast<const char*>(file.data()), file.size()), where_(where) {}

  PlyHeader parse() {
    if (words_of_line() != std::vector<std::string_view>{"ply"}) {
      fail(ErrorKind::kInvalidData, "expected a PLY file, found something else in '{}'", where_);
    }
    parse_format(words_of_line());
    for (;;) {
      const std::vector<std::string_view> words = words_of_line();
      if (words.empty() || words[0] == "comment" || words[0] == "obj_info") continue;
      if (words[0] == "end_header") break;
      if (words[0] == "element") {
        parse_element(words);
      } else if (words[0] == "property") {
        parse_property(words);
      } else {
        refuse("an element or a property", words[0]);
      }
    }
    header_.bytes = position_;
    check_sizes();
    return std::move(header_);
  }

 private:
  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const {
    fail(ErrorKind::kInvalidData, "expected {} in the header of '{}', found '{}'", expected, where_,
         printable(found));
  }

  static std::string printable(std::string_view text) {
    std::string result;
    for (const char c : text.substr(0, 40)) result += c >= ' ' && c <= '~' ? c : '?';
    return result;
  }

  std::vector<std::string_view> words_of_line() {
    const std::size_t end = text_.substr(0, kMostHeaderBytes).find('\n', position_);
    if (end == std::string_view::npos) refuse("a line 'end_header'", "the end of the file");
    const std::string_view line = text_.substr(position_, end - position_);
    position_ = end + 1;
    constexpr std::string_view kBlank = " \t\r";
    std::vector<std::string_view> words;
    for (std::size_t at = line.find_first_not_of(kBlank); at != std::string_view::npos;) {
      const std::size_t stop = std::min(line.find_first_of(kBlank, at), line.size());
      words.push_back(line.substr(at, stop - at));
      at = line.find_first_not_of(kBlank, stop);
    }
    return words;
  }

  void parse_format(const std::vector<std::string_view>& words) {
    constexpr std::array<std::pair<std::string_view, PlyFormat>, 3> kFormats = {
        {{"ascii", PlyFormat::kAscii},
         {"binary_little_endian", PlyFormat::kLittleEndian},
         {"binary_big_endian", PlyFormat::kBigEndian}}};
    if (words.size() == 3 && words[0] == "format" && words[2] == "1.0") {
      for (const auto& [name, format] : kFormats) {
        if (words[1] != name) continue;
        header_.format = format;
        return;
      }
    }
    refuse("'format ascii|binary_little_endian|binary_big_endian 1.0'",
           words.size() > 1 ? words[1] : "another line");
  }

  void parse_element(const std::vector<std::string_view>& words) {
    if (words.size() != 3) refuse("'element NAME COUNT'", "another number of words");
    PlyElement element{.name = std::string(words[1])};
    const char* end = words[2].data() + words[2].size();
    const auto [stop, error] = std::from_chars(words[2].data(), end, element.count);
    if (error != std::errc() || stop != end) refuse("a count of elements", words[2]);
    header_.elements.push_back(std::move(element));
  }

  void parse_property(const std::vector<std::string_view>& words) {
    if (header_.elements.empty()) refuse("an element before its properties", words.back());
    PlyProperty property{.name = std::string(words.back())};
    if (words.size() == 3) {
      property.type = type_of(words[1]);
    } else if (words.size() == 5 && words[1] == "list") {
      property.count_type = type_of(words[2]);
      property.type = type_of(words[3]);
    } else {
      refuse("'property TYPE NAME' or 'property list TYPE TYPE NAME'", words.back());
    }
    header_.elements.back().properties.push_back(std::move(property));
  }

  PlyType type_of(std::string_view name) const {
    constexpr std::array<std::pair<std::string_view, PlyType>, 16> kTypes = {
        {{"char", PlyType::kI8},
         {"int8", PlyType::kI8},
         {"uchar", PlyType::kU8},
         {"uint8", PlyType::kU8},
         {"short", PlyType::kI16},
         {"int16", PlyType::kI16},
         {"ushort", PlyType::kU16},
         {"uint16", PlyType::kU16},
         {"int", PlyType::kI32},
         {"int32", PlyType::kI32},
         {"uint", PlyType::kU32},
         {"uint32", PlyType::kU32},
         {"float", PlyType::kF32},
         {"float32", PlyType::kF32},
         {"double", PlyType::kF64},
         {"float64", PlyType::kF64}}};
    for (const auto& [known, type] : kTypes) {
      if (name == known) return type;
    }
    refuse("a type of PLY", name);
  }

  /// Every element takes some bytes: in binary its numbers, in text a digit and a blank for each.
  void check_sizes() const {
    const std::uint64_t available = text_.size() - position_;
    for (const PlyElement& element : header_.elements) {
      if (element.properties.empty()) refuse("properties of every element", element.name);
      std::uint64_t least = 0;
      for (const PlyProperty& property : element.properties) {
        const PlyType first = property.count_type.value_or(property.type);
        least += header_.format == PlyFormat::kAscii ? 2 : byte_count(first);
      }
      // The last blank of a text may be missing.
      if (element.count > (available + 1) / least) {
        fail(ErrorKind::kInvalidData,
             "expected room for {} elements '{}' in '{}', found {} bytes behind the header",
             element.count, printable(element.name), where_, available);
      }
    }
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t position_ = 0;
  PlyHeader header_;
};

}  // namespace

std::size_t byte_count(PlyType type) {
  switch (type) {
    case PlyType::kI8:
    case PlyType::kU8:
      return 1;
    case PlyType::kI16:
    case PlyType::kU16:
      return 2;
    case PlyType::kI32:
    case PlyType::kU32:
    case PlyType::kF32:
      return 4;
    case PlyType::kF64:
      break;
  }
  return 8;
}

PlyHeader parse_ply_header(std::span<const std::byte> file, std::string_view where) {
  return HeaderParser(file, where).parse();
}

}  // namespace promptdepth
