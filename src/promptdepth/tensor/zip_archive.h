#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// A file in a zip archive.
struct ZipEntry {
  std::string_view name;
  std::uint64_t size = 0;  ///< Bytes when unpacked.
  std::uint64_t packed_size = 0;
  std::uint64_t header_offset = 0;
  std::uint32_t crc32 = 0;
  std::uint16_t method = 0;
  bool encrypted = false;
};

/// The files of a zip archive in memory. libzip does not tell where an entry lies, which is what
/// lets a stored entry be used in place; hence this reader of the archive's directory (PKWARE's
/// APPNOTE.TXT sections 4.3 and 4.5, zip64 included). Thread-safe.
class ZipArchive {
 public:
  /// `content` must outlive the archive. Throws Error(kInvalidData) when the directory is damaged;
  /// `description` says where.
  ZipArchive(std::span<const std::byte> content, std::string description);

  /// In ascending order of name; names are unique.
  const std::vector<ZipEntry>& entries() const { return entries_; }

  /// nullptr when there is no entry of that name.
  const ZipEntry* find(std::string_view name) const;

  static bool is_stored(const ZipEntry& entry) { return entry.method == 0; }

  /// A stored entry's bytes, in place and not compared with its checksum.
  std::span<const std::byte> stored_bytes(const ZipEntry& entry) const;

  /// An entry's bytes, unpacked if need be and compared with the checksum. Throws
  /// Error(kInvalidData) when they are damaged or more than `max_bytes`, Error(kUnsupported) when
  /// the entry is encrypted or compressed otherwise than by deflate.
  std::vector<std::byte> read(const ZipEntry& entry, std::uint64_t max_bytes) const;

 private:
  std::span<const std::byte> packed_bytes(const ZipEntry& entry) const;

  std::span<const std::byte> content_;
  std::string description_;
  std::vector<ZipEntry> entries_;
};

}  // namespace promptdepth
