#include "promptdepth/capture/depth_stream.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <lz4.h>
#include <zlib.h>

#include "promptdepth/base/error.h"
#include "promptdepth/base/mapped_file.h"

namespace promptdepth {
namespace {

static_assert(std::endian::native == std::endian::little, "depth.bin is read as it lies");

using Bytes = std::span<const std::byte>;

constexpr std::size_t kPixels = std::size_t{DepthStream::kWidth} * DepthStream::kHeight;
constexpr std::size_t kFloatBytes = kPixels * sizeof(float);
constexpr std::size_t kMillimetreBytes = kPixels * sizeof(std::uint16_t);

/// No packing makes a frame larger than this.
constexpr std::size_t kMostChunkBytes = 2 * kFloatBytes;

/// Frames between two places that the single stream can be unpacked from; each costs 40 KiB.
constexpr std::int64_t kRestartFrames = 64;

DepthMap to_map(const std::vector<float>& metres) {
  DepthMap map(DepthStream::kWidth, DepthStream::kHeight);
  map.values = metres;
  return map;
}

/// A raw deflate stream that is being unpacked. Copies go on from the same place.
class Inflater {
 public:
  explicit Inflater(Bytes packed) {
    // zlib does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    rest_ = packed.size();
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater& other) : rest_(other.rest_) {
    if (inflateCopy(&stream_, const_cast<z_stream*>(&other.stream_)) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// One frame of float32, or nothing when the stream ends or is damaged.
  std::optional<std::vector<float>> next_frame() {
    std::vector<float> values(kPixels);
    stream_.next_out = reinterpret_cast<Bytef*>(values.data());
    stream_.avail_out = kFloatBytes;
    while (stream_.avail_out > 0) {
      feed();
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) break;
      if (result != Z_OK) return std::nullopt;
    }
    if (stream_.avail_out > 0) return std::nullopt;
    return values;
  }

 private:
  /// zlib counts its input in 32 bits; a stream is longer.
  void feed() {
    if (stream_.avail_in > 0) return;
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(rest_, 1U << 30));
    rest_ -= stream_.avail_in;
  }

  z_stream stream_ = {};
  std::size_t rest_ = 0;  ///< Bytes behind those that zlib has been given.
};

/// A chunk's frame in either packing.
std::optional<std::vector<float>> unpack_chunk(Bytes chunk) {
  std::vector<std::uint16_t> millimetres(kPixels);
  const int bytes = LZ4_decompress_safe(reinterpret_cast<const char*>(chunk.data()),
                                        reinterpret_cast<char*>(millimetres.data()),
                                        static_cast<int>(chunk.size()), kMillimetreBytes);
  if (bytes == static_cast<int>(kMillimetreBytes)) {
    std::vector<float> metres(kPixels);
    std::transform(millimetres.begin(), millimetres.end(), metres.begin(),
                   [](std::uint16_t value) { return static_cast<float>(value) * 0.001F; });
    return metres;
  }
  return Inflater(chunk).next_frame();
}

/// The chunk that starts at `offset`, without its size; nothing when it does not fit.
std::optional<Bytes> chunk_at(Bytes file, std::size_t offset) {
  std::uint32_t size = 0;
  if (offset > file.size() || file.size() - offset < sizeof(size)) return std::nullopt;
  std::memcpy(&size, file.data() + offset, sizeof(size));
  const Bytes rest = file.subspan(offset + sizeof(size));
  if (size == 0 || size > kMostChunkBytes || size > rest.size()) return std::nullopt;
  return rest.first(size);
}

class Chunks : public DepthStream {
 public:
  Chunks(std::shared_ptr<const MappedFile> file, std::string where)
      : file_(std::move(file)), where_(std::move(where)) {
    const Bytes bytes = file_->bytes();
    std::size_t offset = 0;
    while (const auto chunk = chunk_at(bytes, offset)) {
      chunks_.push_back(*chunk);
      offset += sizeof(std::uint32_t) + chunk->size();
    }
  }

  DepthMap read(std::int64_t index) override {
    if (index < 0 || index >= static_cast<std::int64_t>(chunks_.size())) {
      fail(ErrorKind::kInvalidData, "expected frame {} in '{}', found {} frames", index, where_,
           chunks_.size());
    }
    const auto frame = unpack_chunk(chunks_[static_cast<std::size_t>(index)]);
    if (!frame) {
      fail(ErrorKind::kInvalidData, "expected a depth map of {}×{} in frame {} of '{}', found {}",
           kWidth, kHeight, index, where_, "damaged data");
    }
    return to_map(*frame);
  }

 private:
  std::shared_ptr<const MappedFile> file_;
  std::string where_;
  std::vector<Bytes> chunks_;
};

class OneStream : public DepthStream {
 public:
  OneStream(std::shared_ptr<const MappedFile> file, std::string where)
      : file_(std::move(file)), where_(std::move(where)) {
    restarts_.push_back(std::make_unique<Inflater>(file_->bytes()));
  }

  DepthMap read(std::int64_t index) override {
    if (index < 0) fail_at(index);
    Place place = place_before(index);
    std::optional<std::vector<float>> frame;
    while (place.next <= index) {
      keep_restart(place);
      frame = place.inflater->next_frame();
      if (!frame) fail_at(index);
      ++place.next;
    }
    const std::lock_guard lock(mutex_);
    last_ = std::move(place);
    return to_map(*frame);
  }

 private:
  /// Where the stream can be unpacked from.
  struct Place {
    std::int64_t next = 0;  ///< The frame that comes next.
    std::unique_ptr<Inflater> inflater = {};
  };

  /// The last one up to `index` that is known.
  Place place_before(std::int64_t index) {
    const std::lock_guard lock(mutex_);
    const std::size_t restart =
        std::min(restarts_.size() - 1, static_cast<std::size_t>(index / kRestartFrames));
    const std::int64_t next = static_cast<std::int64_t>(restart) * kRestartFrames;
    if (last_.inflater != nullptr && last_.next >= next && last_.next <= index) {
      return std::move(last_);
    }
    return {.next = next, .inflater = std::make_unique<Inflater>(*restarts_[restart])};
  }

  void keep_restart(const Place& place) {
    const std::lock_guard lock(mutex_);
    if (place.next == static_cast<std::int64_t>(restarts_.size()) * kRestartFrames) {
      restarts_.push_back(std::make_unique<Inflater>(*place.inflater));
    }
  }

  [[noreturn]] void fail_at(std::int64_t index) const {
    fail(ErrorKind::kInvalidData, "expected frame {} in '{}', found its end or damaged data before",
         index, where_);
  }

  std::shared_ptr<const MappedFile> file_;
  std::string where_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Inflater>> restarts_;  ///< Number i is before frame 64 i.
  Place last_;
};

}  // namespace

std::unique_ptr<DepthStream> DepthStream::open(const std::filesystem::path& path) {
  auto file = MappedFile::open(path);
  const auto first = chunk_at(file->bytes(), 0);
  if (first && unpack_chunk(*first)) {
    return std::make_unique<Chunks>(std::move(file), path.string());
  }
  auto stream = std::make_unique<OneStream>(std::move(file), path.string());
  stream->read(0);
  return stream;
}

}  // namespace promptdepth
