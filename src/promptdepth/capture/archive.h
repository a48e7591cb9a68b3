#pragma once

#include <cstdint>
#include <filesystem>

namespace promptdepth {

/// What an archive may unpack to before it is refused. Recordings hold compressed pictures: they
/// grow by a few times at most.
struct ArchiveLimits {
  std::int64_t most_files = std::int64_t{1} << 20;
  std::int64_t most_bytes_per_packed_byte = 100;     ///< Of all files, over the archive's own size.
  std::int64_t spare_bytes = std::int64_t{1} << 24;  ///< That small archives may have beside it.
};

/// Whether a file begins like a zip archive.
bool is_zip(const std::filesystem::path& path);

/// A zip archive unpacked into a temporary folder (TMPDIR), which is removed with this object.
class UnpackedArchive {
 public:
  /// Throws Error(kIo) when the archive cannot be read or there is no room for it,
  /// Error(kInvalidData) when it is damaged, names a file outside its folder, holds links, or goes
  /// beyond the limits; nothing is left behind then.
  explicit UnpackedArchive(const std::filesystem::path& path, const ArchiveLimits& limits = {});
  UnpackedArchive(const UnpackedArchive&) = delete;
  UnpackedArchive& operator=(const UnpackedArchive&) = delete;
  ~UnpackedArchive();

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace promptdepth
