// ScanNet++'s depth.bin, as a file that lies in memory.
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "promptdepth/capture/depth_stream.h"

namespace {

/// A file without a name.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::byte> content)
      : descriptor_(::memfd_create("depth", 0)) {
    const ssize_t written = ::write(descriptor_, content.data(), content.size());
    if (written != static_cast<ssize_t>(content.size())) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return promptdepth::fuzz::run(data, size, [](std::span<const std::byte> bytes) {
    const MemoryFile file(bytes);
    const auto stream = promptdepth::DepthStream::open(file.path());
    for (const int index : {0, 2, 1}) stream->read(index);
  });
}
