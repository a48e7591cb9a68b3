#pragma once

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <string>

namespace promptdepth {

/// The name's extension in lower case with its dot, such as ".png"; empty where there is none.
inline std::string file_ending(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

}  // namespace promptdepth
