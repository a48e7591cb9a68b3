#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace promptdepth {

/// Writes a file so that a reader sees the old content or the whole new content, never a part of
/// it: `produce` is given a temporary path beside `path` (same folder, same extension), which is
/// flushed to disk and then renamed. Whatever `produce` throws is passed on after the temporary
/// file has been removed. Throws Error(kIo) when the folder is missing, not writable, or full.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path& temporary)>& produce);

void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> content);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Makes a folder with all those above it; what is there already stays. Throws Error(kIo).
void make_folders(const std::filesystem::path& path);

/// Reads a whole file. Throws Error(kIo) when it cannot be read or holds more than `max_bytes`.
std::vector<std::byte> read_file(const std::filesystem::path& path,
                                 std::size_t max_bytes = std::size_t{1} << 32);
std::string read_text_file(const std::filesystem::path& path,
                           std::size_t max_bytes = std::size_t{1} << 28);

}  // namespace promptdepth
