#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// ScanNet++'s `depth.bin`: the depth maps of an iPhone recording, 256×192, one after the other, by
/// number. There are two layouts, told apart by the first bytes:
///   chunks     per frame its size (uint32, little endian), then an LZ4 block of uint16 millimetres
///              or, in some recordings, a raw deflate stream of float32 metres
///   one stream all frames as float32 metres in one raw deflate stream
/// The second has to be unpacked from its beginning: the first read of a frame goes through all
/// before it and keeps places to go on from.
class DepthStream {
 public:
  static constexpr int kWidth = 256;
  static constexpr int kHeight = 192;

  /// Throws Error(kIo) when the file cannot be read, Error(kInvalidData) when its first frame is
  /// in neither layout.
  static std::unique_ptr<DepthStream> open(const std::filesystem::path& path);
  virtual ~DepthStream() = default;

  /// Frame `index` as stored, in metres. Thread-safe. Throws Error(kInvalidData) when the stream
  /// ends before it or is damaged.
  virtual DepthMap read(std::int64_t index) = 0;
};

}  // namespace promptdepth
