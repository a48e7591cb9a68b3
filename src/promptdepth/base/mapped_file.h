#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace promptdepth {

/// A file mapped read-only into memory. Pages are read when they are touched.
class MappedFile {
 public:
  /// Throws Error(kIo) when the file cannot be opened or mapped. An empty file maps to an empty
  /// span.
  static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  /// Has the system fetch the whole file from its disk while the caller goes on.
  void read_ahead() const;

  /// Gives the physical memory of the whole pages inside `part` back to the system; a later access
  /// reads the file again.
  void discard(std::span<const std::byte> part) const;

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace promptdepth
