#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

#include "promptdepth/base/files.h"
#include "promptdepth/image/codec.h"
#include "promptdepth/image/depth_io.h"

namespace promptdepth {

/// A folder for a test's files, gone at its end.
class TestFolder {
 public:
  TestFolder()
      : path_(std::filesystem::path(::testing::TempDir()) /
              ("promptdepth_" + std::to_string(::getpid()) + '_' +
               ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

  /// The path of a file in it, whose folders are made.
  std::filesystem::path file(const std::string& name) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    return path_ / name;
  }
  void text(const std::string& name, std::string_view content) const {
    write_file_atomically(file(name), content);
  }
  void depth(const std::string& name, const DepthMap& map) const { write_depth(file(name), map); }
  void image(const std::string& name, const Image& picture) const {
    write_image(file(name), picture);
  }

 private:
  std::filesystem::path path_;
};

/// A map whose pixels are f(x, y).
inline DepthMap map_of(int width, int height, const std::function<float(int, int)>& f) {
  DepthMap map(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) map.at(x, y) = f(x, y);
  }
  return map;
}

/// A picture that gets lighter to the right (red) and to the bottom (green), in whole 255ths.
inline Image ramp_image(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<float>(x) / 255.0F;
      image.at(x, y)[1] = static_cast<float>(y) / 255.0F;
    }
  }
  return image;
}

}  // namespace promptdepth
