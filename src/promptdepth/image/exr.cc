#include "promptdepth/image/exr.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfIO.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>

#include "promptdepth/base/error.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

// Two bytes per pixel or more, and no codec of OpenEXR makes less than a 4096th of them.
constexpr std::uint64_t kMaxPixelsPerByte = 2048;

class MemoryInput : public Imf::IStream {
 public:
  explicit MemoryInput(std::span<const std::byte> bytes) : IStream("memory"), bytes_(bytes) {}

  bool read(char target[], int size) override {
    const auto count = static_cast<std::size_t>(std::max(size, 0));
    if (position_ > bytes_.size() || count > bytes_.size() - position_) {
      throw std::runtime_error("unexpected end of data");
    }
    std::memcpy(target, bytes_.data() + position_, count);
    position_ += count;
    return position_ < bytes_.size();
  }
  std::uint64_t tellg() override { return position_; }
  void seekg(std::uint64_t position) override { position_ = position; }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
  std::uint64_t position_ = 0;
};

class MemoryOutput : public Imf::OStream {
 public:
  MemoryOutput() : OStream("memory") {}

  void write(const char source[], int size) override {
    const auto count = static_cast<std::size_t>(std::max(size, 0));
    if (position_ + count > bytes_.size()) bytes_.resize(position_ + count);
    std::memcpy(bytes_.data() + position_, source, count);
    position_ += count;
  }
  std::uint64_t tellp() override { return position_; }
  void seekp(std::uint64_t position) override { position_ = position; }

  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
  std::uint64_t position_ = 0;
};

std::string choose_channel(const Imf::ChannelList& channels, std::string_view where) {
  for (const char* name : {"Z", "Y", "R"}) {
    if (channels.findChannel(name) != nullptr) return name;
  }
  auto channel = channels.begin();
  if (channel != channels.end()) {
    std::string only = channel.name();
    if (++channel == channels.end()) return only;
  }
  fail(ErrorKind::kInvalidData, "expected an EXR channel Z, Y or R, or a single one, in {}", where);
}

/// Lets OpenEXR read or write the channel's pixels of `window` in `map`.
Imf::FrameBuffer frame_buffer(DepthMap& map, const std::string& channel,
                              const Imath::Box2i& window) {
  Imf::FrameBuffer buffer;
  buffer.insert(channel, Imf::Slice::Make(Imf::FLOAT, map.values.data(), window));
  return buffer;
}

/// Reads the header alone: Imf::InputFile would take memory for its size at once.
void check_header(MemoryInput& input, std::string_view where) {
  std::array<std::uint32_t, 2> magic_and_version{};
  input.read(reinterpret_cast<char*>(magic_and_version.data()), sizeof(magic_and_version));
  auto version = static_cast<int>(magic_and_version[1]);
  Imf::Header header;
  header.readFrom(input, version);
  const Imath::Box2i& window = header.dataWindow();
  const auto width = static_cast<std::uint64_t>(std::int64_t{window.max.x} - window.min.x + 1);
  const auto height = static_cast<std::uint64_t>(std::int64_t{window.max.y} - window.min.y + 1);
  check_picture_size(width, height, where);
  check_file_holds(width, height, width * height / kMaxPixelsPerByte, input.size(), where);
  input.seekg(0);
}

DepthMap decode(std::span<const std::byte> bytes, std::string_view where) {
  MemoryInput input(bytes);
  check_header(input, where);
  Imf::InputFile file(input, 0);
  const Imath::Box2i& window = file.header().dataWindow();
  const std::string channel = choose_channel(file.header().channels(), where);
  DepthMap map(window.max.x - window.min.x + 1, window.max.y - window.min.y + 1);
  file.setFrameBuffer(frame_buffer(map, channel, window));
  file.readPixels(window.min.y, window.max.y);
  return map;
}

}  // namespace

bool is_exr(std::span<const std::byte> bytes) {
  static constexpr unsigned char kMagic[] = {0x76, 0x2f, 0x31, 0x01};
  return bytes.size() >= sizeof(kMagic) && std::memcmp(bytes.data(), kMagic, sizeof(kMagic)) == 0;
}

DepthMap decode_exr(std::span<const std::byte> bytes, std::string_view where) {
  try {
    return decode(bytes, where);
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    fail(ErrorKind::kInvalidData, "cannot decode the EXR picture in {}: {}", where, error.what());
  }
}

std::vector<std::byte> encode_exr(const DepthMap& map) {
  Imf::Header header(map.width, map.height);
  // The low bits of depth are noise: ZIP saves a sixth and takes ten times as long.
  header.compression() = Imf::NO_COMPRESSION;
  header.channels().insert("Z", Imf::Channel(Imf::FLOAT));
  MemoryOutput output;
  {
    Imf::OutputFile file(output, header, 0);
    DepthMap copy = map;  // OpenEXR's slice is not const.
    file.setFrameBuffer(frame_buffer(copy, "Z", header.dataWindow()));
    file.writePixels(map.height);
  }
  return output.take();
}

}  // namespace promptdepth
