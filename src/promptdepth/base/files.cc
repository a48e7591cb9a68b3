#include "promptdepth/base/files.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

fs::path temporary_neighbour(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  const std::string name = fmt::format(".{}.{}.{}{}", path.stem().string(), ::getpid(), counter++,
                                       path.extension().string());
  return path.parent_path() / name;
}

[[noreturn]] void fail_to_write(const fs::path& path, const std::string& reason) {
  fail(ErrorKind::kIo, "cannot write '{}': {}", path.string(), reason);
}

void flush_to_disk(const fs::path& file, const fs::path& target) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail_to_write(target, std::strerror(errno));
  const int result = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  if (result != 0) fail_to_write(target, std::strerror(reason));
}

void require_folder(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    fail_to_write(path, fmt::format("'{}' is not a folder", folder.string()));
  }
  if (::access(folder.c_str(), W_OK) != 0) fail_to_write(path, std::strerror(errno));
}

}  // namespace

void write_atomically(const fs::path& path,
                      const std::function<void(const fs::path& temporary)>& produce) {
  require_folder(path);
  const fs::path temporary = temporary_neighbour(path);
  std::error_code ignored;
  try {
    produce(temporary);
    flush_to_disk(temporary, path);
    std::error_code error;
    fs::rename(temporary, path, error);
    if (error) fail_to_write(path, error.message());
  } catch (...) {
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_file_atomically(const fs::path& path, std::span<const std::byte> content) {
  write_atomically(path, [&](const fs::path& temporary) {
    std::ofstream out(temporary, std::ios::binary);
    out.write(reinterpret_cast<const char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    out.close();
    if (!out) fail_to_write(path, std::strerror(errno));
  });
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  write_file_atomically(path, std::as_bytes(std::span(content.data(), content.size())));
}

void make_folders(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    fail(ErrorKind::kIo, "cannot make the folder '{}': {}", path.string(), error.message());
  }
}

std::vector<std::byte> read_file(const fs::path& path, std::size_t max_bytes) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) fail(ErrorKind::kIo, "cannot read '{}': {}", path.string(), error.message());
  if (size > max_bytes) {
    fail(ErrorKind::kIo, "cannot read '{}': expected at most {} bytes, found {}", path.string(),
         max_bytes, size);
  }
  std::vector<std::byte> content(size);
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(size));
  if (!in) fail(ErrorKind::kIo, "cannot read '{}': {}", path.string(), std::strerror(errno));
  return content;
}

std::string read_text_file(const fs::path& path, std::size_t max_bytes) {
  const std::vector<std::byte> content = read_file(path, max_bytes);
  return {reinterpret_cast<const char*>(content.data()), content.size()};
}

}  // namespace promptdepth
