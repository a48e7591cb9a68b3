#include "promptdepth/capture/archive.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <zip.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/files.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

using Zip = std::unique_ptr<zip_t, decltype([](zip_t* zip) { zip_discard(zip); })>;
using ZipFile = std::unique_ptr<zip_file_t, decltype([](zip_file_t* file) { zip_fclose(file); })>;

fs::path make_temporary_folder() {
  std::string name = (fs::temp_directory_path() / "promptdepth_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    fail(ErrorKind::kIo, "cannot make a temporary folder '{}'", name);
  }
  return name;
}

Zip open_zip(const fs::path& path) {
  int error = 0;
  Zip zip(zip_open(path.c_str(), ZIP_RDONLY, &error));
  if (!zip) fail(ErrorKind::kInvalidData, "expected a zip archive in '{}'", path.string());
  return zip;
}

/// Whether a stored name leads to a place inside the folder it is unpacked into.
bool is_inside(std::string_view name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() && name.find('\\') == std::string_view::npos &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

bool is_link(zip_t* zip, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0) return false;
  return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

/// What a Mac adds to every archive.
bool is_litter(std::string_view name) {
  return name.starts_with("__MACOSX/") || name.ends_with(".DS_Store");
}

class Unpacker {
 public:
  Unpacker(const fs::path& archive, fs::path folder, const ArchiveLimits& limits)
      : where_(archive.string()), folder_(std::move(folder)), zip_(open_zip(archive)) {
    const auto packed = static_cast<std::int64_t>(fs::file_size(archive));
    room_ = packed * limits.most_bytes_per_packed_byte + limits.spare_bytes;
    const std::int64_t count = zip_get_num_entries(zip_.get(), 0);
    if (count > limits.most_files) {
      fail(ErrorKind::kInvalidData, "expected at most {} files in '{}', found {}",
           limits.most_files, where_, count);
    }
    require_disk_space(count);
    for (std::int64_t i = 0; i < count; ++i) unpack(static_cast<zip_uint64_t>(i));
  }

 private:
  /// Before anything is written, as far as the archive tells the truth about itself.
  void require_disk_space(std::int64_t count) const {
    std::uint64_t bytes = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      zip_stat_t stat = {};
      if (zip_stat_index(zip_.get(), static_cast<zip_uint64_t>(i), 0, &stat) == 0) {
        bytes += std::min<std::uint64_t>(stat.size, std::uint64_t{1} << 40);
      }
    }
    const std::uintmax_t available = fs::space(folder_).available;
    if (bytes <= available) return;
    fail(ErrorKind::kIo, "expected room for the {} MB of '{}' in '{}', found {} MB", bytes >> 20,
         where_, folder_.parent_path().string(), available >> 20);
  }

  void unpack(zip_uint64_t index) {
    zip_stat_t stat = {};
    if (zip_stat_index(zip_.get(), index, 0, &stat) != 0 || stat.name == nullptr) {
      fail_damaged(index);
    }
    const std::string_view name = stat.name;
    if (is_litter(name)) return;
    if (!is_inside(name) || is_link(zip_.get(), index)) {
      fail(ErrorKind::kInvalidData,
           "expected files inside the archive '{}', found entry {}, which is a link or leads out "
           "of its folder",
           where_, index);
    }
    const fs::path path = folder_ / name;
    if (name.back() == '/') {
      make_folders(path);
      return;
    }
    make_folders(path.parent_path());
    write(index, path);
  }

  void write(zip_uint64_t index, const fs::path& path) {
    const ZipFile file(zip_fopen_index(zip_.get(), index, 0));
    if (!file) fail_damaged(index);
    std::ofstream out(path, std::ios::binary);
    std::vector<char> chunk(kChunkBytes);
    for (;;) {
      const zip_int64_t count = zip_fread(file.get(), chunk.data(), chunk.size());
      if (count < 0) fail_damaged(index);
      if (count == 0) break;
      room_ -= count;
      if (room_ < 0) {
        fail(ErrorKind::kInvalidData,
             "expected a recording in '{}', found an archive that unpacks to more than a hundred "
             "times its size",
             where_);
      }
      out.write(chunk.data(), count);
    }
    out.close();
    if (!out) fail(ErrorKind::kIo, "cannot write '{}': the disk may be full", path.string());
  }

  [[noreturn]] void fail_damaged(zip_uint64_t index) const {
    fail(ErrorKind::kInvalidData, "expected a whole zip archive in '{}', found entry {} damaged",
         where_, index);
  }

  std::string where_;
  fs::path folder_;
  Zip zip_;
  std::int64_t room_ = 0;  ///< Bytes that may still be unpacked.
};

}  // namespace

bool is_zip(const fs::path& path) {
  std::array<char, 4> magic = {};
  std::ifstream file(path, std::ios::binary);
  file.read(magic.data(), magic.size());
  return file && magic == std::array<char, 4>{'P', 'K', 3, 4};
}

UnpackedArchive::UnpackedArchive(const fs::path& path, const ArchiveLimits& limits)
    : folder_(make_temporary_folder()) {
  try {
    const Unpacker unpacker(path, folder_, limits);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
    throw;
  }
}

UnpackedArchive::~UnpackedArchive() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace promptdepth
