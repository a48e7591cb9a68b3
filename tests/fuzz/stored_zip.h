#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

namespace promptdepth::fuzz {

template <typename T>
void append(std::string& out, T value) {
  out.append(sizeof(T), '\0');
  std::memcpy(out.data() + out.size() - sizeof(T), &value, sizeof(T));
}

/// The fields that a local header and a directory entry have in common.
inline void append_common_fields(std::string& out, const std::string& name,
                                 const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  out.append(8, '\0');  // flags, method 0, time and date
  append(out, static_cast<std::uint32_t>(
                  crc32(0, reinterpret_cast<const Bytef*>(content.data()), size)));
  append(out, size);
  append(out, size);
  append(out, static_cast<std::uint16_t>(name.size()));
  append(out, std::uint16_t{0});
}

/// A zip archive in memory, nothing compressed.
inline std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string archive;
  std::string directory;
  for (const auto& [name, content] : files) {
    append(directory, std::uint32_t{0x02014b50});
    append(directory, std::uint32_t{0});
    append_common_fields(directory, name, content);
    directory.append(10, '\0');
    append(directory, static_cast<std::uint32_t>(archive.size()));
    directory += name;

    append(archive, std::uint32_t{0x04034b50});
    append(archive, std::uint16_t{0});
    append_common_fields(archive, name, content);
    archive += name + content;
  }
  const auto offset = static_cast<std::uint32_t>(archive.size());
  archive += directory;
  append(archive, std::uint32_t{0x06054b50});
  archive.append(8, '\0');
  append(archive, static_cast<std::uint32_t>(directory.size()));
  append(archive, offset);
  append(archive, std::uint16_t{0});
  return archive;
}

}  // namespace promptdepth::fuzz
