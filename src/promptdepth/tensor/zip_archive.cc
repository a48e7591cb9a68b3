#include "promptdepth/tensor/zip_archive.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include <zlib.h>

#include "promptdepth/base/error.h"
#include "promptdepth/tensor/in_quotes.h"

namespace promptdepth {
namespace {

constexpr std::uint32_t kEntrySignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::uint32_t kIn64 = 0xffffffffU;  ///< The field's value stands in the zip64 record.

/// Deflate never does better than 1032 : 1.
constexpr std::uint64_t kMaxDeflateRatio = 1032;

[[noreturn]] void damaged(std::string_view expected, std::string_view description) {
  fail(ErrorKind::kInvalidData, "expected {} in the zip archive {}", expected, description);
}

/// Little-endian fields one after another.
class FieldReader {
 public:
  FieldReader(std::span<const std::byte> bytes, std::string_view description)
      : bytes_(bytes), description_(description) {}

  template <typename T>
  T next() {
    T value{};
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }

  void skip(std::size_t count) { take(count); }

  std::span<const std::byte> take(std::size_t count) {
    if (count > bytes_.size()) damaged("another field", description_);
    const auto part = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return part;
  }

  bool at_end() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> bytes_;
  std::string_view description_;
};

std::span<const std::byte> from(std::span<const std::byte> content, std::uint64_t offset,
                                std::string_view description) {
  if (offset > content.size()) damaged("offsets inside the file", description);
  return content.subspan(static_cast<std::size_t>(offset));
}

/// Where the end-of-directory record starts: behind it is nothing but a comment of the length that
/// it gives.
std::size_t find_end(std::span<const std::byte> content, std::string_view description) {
  constexpr std::size_t kMaxComment = std::numeric_limits<std::uint16_t>::max();
  for (std::size_t comment = 0; comment <= kMaxComment; ++comment) {
    if (content.size() < kEndBytes + comment) break;
    const std::size_t start = content.size() - kEndBytes - comment;
    FieldReader fields(content.subspan(start), description);
    if (fields.next<std::uint32_t>() != kEndSignature) continue;
    fields.skip(kEndBytes - 6);
    if (fields.next<std::uint16_t>() == comment) return start;
  }
  damaged("an end-of-directory record", description);
}

struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// The zip64 record is found through a locator in front of the ordinary one.
Directory read_end64(std::span<const std::byte> content, std::size_t end,
                     std::string_view description) {
  if (end < kLocator64Bytes) damaged("a zip64 locator", description);
  FieldReader locator(content.subspan(end - kLocator64Bytes), description);
  if (locator.next<std::uint32_t>() != kLocator64Signature) damaged("a zip64 locator", description);
  locator.skip(4);
  FieldReader record(from(content, locator.next<std::uint64_t>(), description), description);
  if (record.next<std::uint32_t>() != kEnd64Signature) damaged("a zip64 record", description);
  record.skip(36);
  const auto bytes = record.next<std::uint64_t>();
  return {record.next<std::uint64_t>(), bytes};
}

Directory find_directory(std::span<const std::byte> content, std::string_view description) {
  const std::size_t end = find_end(content, description);
  FieldReader fields(content.subspan(end), description);
  fields.skip(12);
  const auto bytes = fields.next<std::uint32_t>();
  const auto offset = fields.next<std::uint32_t>();
  if (bytes == kIn64 || offset == kIn64) return read_end64(content, end, description);
  return {offset, bytes};
}

/// Replaces the fields that did not fit into 32 bits by those of the extra field 1, which holds
/// just them, in this order.
void apply_zip64(ZipEntry& entry, std::span<const std::byte> extra, std::string_view description) {
  FieldReader fields(extra, description);
  while (!fields.at_end()) {
    const auto kind = fields.next<std::uint16_t>();
    FieldReader values(fields.take(fields.next<std::uint16_t>()), description);
    if (kind != 1) continue;
    for (std::uint64_t* field : {&entry.size, &entry.packed_size, &entry.header_offset}) {
      if (*field == kIn64) *field = values.next<std::uint64_t>();
    }
  }
}

ZipEntry read_entry(FieldReader& fields, std::string_view description) {
  ZipEntry entry;
  if (fields.next<std::uint32_t>() != kEntrySignature) damaged("a directory entry", description);
  fields.skip(4);
  entry.encrypted = (fields.next<std::uint16_t>() & 1U) != 0;
  entry.method = fields.next<std::uint16_t>();
  fields.skip(4);
  entry.crc32 = fields.next<std::uint32_t>();
  entry.packed_size = fields.next<std::uint32_t>();
  entry.size = fields.next<std::uint32_t>();
  const auto name_bytes = fields.next<std::uint16_t>();
  const auto extra_bytes = fields.next<std::uint16_t>();
  const auto comment_bytes = fields.next<std::uint16_t>();
  fields.skip(8);
  entry.header_offset = fields.next<std::uint32_t>();
  const auto name = fields.take(name_bytes);
  entry.name = {reinterpret_cast<const char*>(name.data()), name.size()};
  apply_zip64(entry, fields.take(extra_bytes), description);
  fields.skip(comment_bytes);
  return entry;
}

/// Unpacks a raw deflate stream that must fill `out` exactly. Returns whether it did.
bool inflate_into(std::span<const std::byte> packed, std::span<std::byte> out) {
  Bytef nothing = 0;  // zlib wants a place to write to also when there is nothing to write.
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  constexpr std::size_t kStep = std::numeric_limits<uInt>::max();
  int status = Z_OK;
  while (status == Z_OK) {
    // zlib counts in 32 bits.
    const std::size_t input = std::min(packed.size(), kStep);
    const std::size_t output = std::min(out.size(), kStep);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = out.empty() ? &nothing : reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(output);
    status = inflate(&stream, Z_NO_FLUSH);
    packed = packed.subspan(input - stream.avail_in);
    out = out.subspan(output - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && out.empty();
}

std::uint32_t checksum_of(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

ZipArchive::ZipArchive(std::span<const std::byte> content, std::string description)
    : content_(content), description_(std::move(description)) {
  const Directory directory = find_directory(content_, description_);
  const auto rest = from(content_, directory.offset, description_);
  if (directory.bytes > rest.size()) damaged("a directory inside the file", description_);
  FieldReader fields(rest.first(static_cast<std::size_t>(directory.bytes)), description_);
  while (!fields.at_end()) entries_.push_back(read_entry(fields, description_));
  std::ranges::sort(entries_, {}, &ZipEntry::name);
  const auto repeated = std::ranges::adjacent_find(entries_, {}, &ZipEntry::name);
  if (repeated != entries_.end()) {
    damaged(fmt::format("one file {}", in_quotes(repeated->name)), description_);
  }
}

const ZipEntry* ZipArchive::find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(entries_, name, {}, &ZipEntry::name);
  return found != entries_.end() && found->name == name ? &*found : nullptr;
}

std::span<const std::byte> ZipArchive::packed_bytes(const ZipEntry& entry) const {
  if (entry.encrypted) {
    fail(ErrorKind::kUnsupported, "the file {} in the zip archive {} is encrypted",
         in_quotes(entry.name), description_);
  }
  FieldReader local(from(content_, entry.header_offset, description_), description_);
  if (local.next<std::uint32_t>() != kLocalSignature) {
    damaged(fmt::format("a local header of {}", in_quotes(entry.name)), description_);
  }
  local.skip(22);
  const auto name_bytes = local.next<std::uint16_t>();
  const auto extra_bytes = local.next<std::uint16_t>();
  local.skip(std::size_t{name_bytes} + extra_bytes);
  return local.take(static_cast<std::size_t>(entry.packed_size));
}

std::span<const std::byte> ZipArchive::stored_bytes(const ZipEntry& entry) const {
  PD_CHECK(is_stored(entry));
  if (entry.packed_size != entry.size) {
    damaged(fmt::format("as many stored as unpacked bytes of {}", in_quotes(entry.name)),
            description_);
  }
  return packed_bytes(entry);
}

std::vector<std::byte> ZipArchive::read(const ZipEntry& entry, std::uint64_t max_bytes) const {
  constexpr std::uint16_t kDeflate = 8;
  if (!is_stored(entry) && entry.method != kDeflate) {
    fail(ErrorKind::kUnsupported,
         "expected {} in the zip archive {} stored or deflated, found method {}",
         in_quotes(entry.name), description_, entry.method);
  }
  const auto packed = is_stored(entry) ? stored_bytes(entry) : packed_bytes(entry);
  if (entry.size > max_bytes || entry.size / kMaxDeflateRatio > packed.size()) {
    fail(ErrorKind::kInvalidData, "expected at most {} bytes of {} in the zip archive {}, found {}",
         std::min<std::uint64_t>(max_bytes, packed.size() * kMaxDeflateRatio),
         in_quotes(entry.name), description_, entry.size);
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(entry.size));
  if (is_stored(entry)) {
    std::ranges::copy(packed, bytes.begin());
  } else if (!inflate_into(packed, bytes)) {
    damaged(fmt::format("an intact deflate stream of {}", in_quotes(entry.name)), description_);
  }
  if (checksum_of(bytes) != entry.crc32) {
    damaged(fmt::format("{} to match its checksum", in_quotes(entry.name)), description_);
  }
  return bytes;
}

}  // namespace promptdepth
