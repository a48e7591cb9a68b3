#include "promptdepth/image/npy_header.h"

#include <charconv>
#include <optional>
#include <string>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::size_t kMaxHeaderBytes = 1 << 16;
constexpr std::size_t kMaxRank = 32;  // NumPy's own limit.

/// Reads the one Python literal that np.save writes: a dictionary of a string, a boolean and a
/// tuple of integers.
class LiteralParser {
 public:
  LiteralParser(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  bool accept(char expected) {
    skip_spaces();
    if (text_.empty() || text_.front() != expected) return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char expected) {
    if (!accept(expected)) malformed(fmt::format("'{}'", expected));
  }

  std::string_view string() {
    skip_spaces();
    const char quote = text_.empty() ? '\0' : text_.front();
    if (quote != '\'' && quote != '"') malformed("a quoted string");
    text_.remove_prefix(1);
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) malformed("a closing quote");
    const std::string_view content = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return content;
  }

  bool boolean() {
    skip_spaces();
    for (const bool value : {true, false}) {
      const std::string_view name = value ? "True" : "False";
      if (text_.starts_with(name)) {
        text_.remove_prefix(name.size());
        return value;
      }
    }
    malformed("True or False");
  }

  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> items;
    expect('(');
    while (!accept(')')) {
      if (items.size() == kMaxRank) malformed("at most 32 dimensions");
      items.push_back(integer());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return items;
  }

  [[noreturn]] void malformed(std::string_view expected) const {
    fail(ErrorKind::kInvalidData, "expected {} in the NPY header of {}, found '{:.20}'", expected,
         where_, text_);
  }

 private:
  void skip_spaces() {
    text_.remove_prefix(std::min(text_.find_first_not_of(" \t\n\r"), text_.size()));
  }

  std::int64_t integer() {
    skip_spaces();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (error != std::errc() || value < 0) malformed("a dimension");
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
    accept('L');  // Python 2 wrote long integers so.
    return value;
  }

  std::string_view text_;
  std::string_view where_;
};

std::size_t little_endian(std::span<const std::byte> bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8U | std::to_integer<std::size_t>(bytes[i]);
  }
  return value;
}

/// The header's text; sets `data_offset` to what follows it.
std::string_view header_text(std::span<const std::byte> bytes, std::string_view where,
                             std::size_t& data_offset) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!all.starts_with(kMagic) || bytes.size() < 12) {
    fail(ErrorKind::kInvalidData, "expected an NPY array in {}, found {} bytes without its magic",
         where, bytes.size());
  }
  const auto version = std::to_integer<int>(bytes[6]);
  if (version < 1 || version > 3) {
    fail(ErrorKind::kUnsupported, "expected NPY version 1 to 3 in {}, found {}", where, version);
  }
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  const std::size_t length = little_endian(bytes.subspan(8, length_bytes));
  data_offset = 8 + length_bytes + length;
  if (length > kMaxHeaderBytes || data_offset > bytes.size()) {
    fail(ErrorKind::kInvalidData, "expected an NPY header within {} bytes in {}, found one of {}",
         std::min(kMaxHeaderBytes, bytes.size()), where, length);
  }
  return all.substr(8 + length_bytes, length);
}

/// NumPy's type string: byte order, kind, size in bytes, such as "<f4".
void parse_descr(std::string_view descr, std::string_view where, NpyHeader& header) {
  static constexpr std::string_view kSupported[] = {"f2", "f4", "f8", "i1", "i2", "i4",
                                                    "i8", "u1", "u2", "u4", "u8", "b1"};
  const std::string_view type = descr.empty() ? descr : descr.substr(1);
  for (const std::string_view supported : kSupported) {
    if (type == supported && std::string_view("<>=|").find(descr[0]) != std::string_view::npos) {
      header.kind = type[0];
      header.item_size = static_cast<std::size_t>(type[1] - '0');
      header.big_endian = descr[0] == '>';
      return;
    }
  }
  fail(ErrorKind::kUnsupported,
       "expected an NPY array of floats, integers or booleans in {}, found element type '{:.40}'",
       where, descr);
}

/// The product of the dimensions, checked against the bytes that are really there.
std::size_t count_elements(const NpyHeader& header, std::size_t available, std::string_view where) {
  std::size_t count = 1;
  for (const std::int64_t size : header.shape) {
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(size), &count)) {
      fail(ErrorKind::kInvalidData, "the dimensions of the NPY array in {} overflow", where);
    }
  }
  if (available % header.item_size != 0 || count != available / header.item_size) {
    fail(ErrorKind::kInvalidData,
         "expected {} elements of {} bytes after the NPY header of {}, found {} bytes", count,
         header.item_size, where, available);
  }
  return count;
}

}  // namespace

NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::string_view where) {
  NpyHeader header;
  LiteralParser parser(header_text(bytes, where, header.data_offset), where);
  bool has_descr = false;
  bool has_order = false;
  bool has_shape = false;
  parser.expect('{');
  while (!parser.accept('}')) {
    const std::string_view key = parser.string();
    parser.expect(':');
    if (key == "descr") {
      if (parser.accept('[')) parse_descr("a record", where, header);
      parse_descr(parser.string(), where, header);
      has_descr = true;
    } else if (key == "fortran_order") {
      header.fortran_order = parser.boolean();
      has_order = true;
    } else if (key == "shape") {
      header.shape = parser.tuple();
      has_shape = true;
    } else {
      parser.malformed("descr, fortran_order or shape");
    }
    if (!parser.accept(',')) {
      parser.expect('}');
      break;
    }
  }
  if (!has_descr || !has_order || !has_shape) parser.malformed("descr, fortran_order and shape");
  header.element_count = count_elements(header, bytes.size() - header.data_offset, where);
  return header;
}

}  // namespace promptdepth
