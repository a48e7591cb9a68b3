#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <lz4.h>
#include <zlib.h>

#include "promptdepth/image/image.h"

namespace promptdepth {

/// Packs bytes as a raw deflate stream.
inline std::string deflated(const std::string& bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline std::string float_bytes(const DepthMap& map) {
  return {reinterpret_cast<const char*>(map.values.data()), map.values.size() * sizeof(float)};
}

inline std::string lz4_of_millimetres(const DepthMap& map) {
  std::vector<std::uint16_t> values;
  for (const float z : map.values) {
    values.push_back(static_cast<std::uint16_t>(std::lround(1000 * z)));
  }
  const int size = static_cast<int>(values.size() * sizeof(values[0]));
  std::string packed(static_cast<std::size_t>(LZ4_compressBound(size)), '\0');
  const int length = LZ4_compress_default(reinterpret_cast<const char*>(values.data()),
                                          packed.data(), size, static_cast<int>(packed.size()));
  packed.resize(static_cast<std::size_t>(length));
  return packed;
}

inline std::string chunk(const std::string& payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  return std::string(reinterpret_cast<const char*>(&size), sizeof(size)) + payload;
}

// The layouts of ScanNet++'s depth.bin.

inline std::string lz4_chunks(const std::vector<DepthMap>& frames) {
  std::string content;
  for (const DepthMap& frame : frames) content += chunk(lz4_of_millimetres(frame));
  return content;
}

inline std::string deflate_chunks(const std::vector<DepthMap>& frames) {
  std::string content;
  for (const DepthMap& frame : frames) content += chunk(deflated(float_bytes(frame)));
  return content;
}

inline std::string one_stream(const std::vector<DepthMap>& frames) {
  std::string content;
  for (const DepthMap& frame : frames) content += float_bytes(frame);
  return deflated(content);
}

}  // namespace promptdepth
