#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "promptdepth/capture/capture.h"

namespace promptdepth {

/// A recording in memory.
class CaptureForTest : public Capture {
 public:
  explicit CaptureForTest(std::vector<Frame> frames) : frames_(std::move(frames)) {}

  std::string_view format() const override { return "test"; }
  std::size_t size() const override { return frames_.size(); }
  std::string frame_name(std::size_t index) const override { return frames_[index].name; }
  std::vector<std::string> problems() const override { return {}; }

  std::unique_ptr<FrameStream> stream(const FrameRange& range, FrameParts parts) const override {
    return std::make_unique<Stream>(frames_, range, parts);
  }

  std::vector<Frame>& frames() { return frames_; }

 private:
  class Stream : public FrameStream {
   public:
    Stream(const std::vector<Frame>& frames, const FrameRange& range, FrameParts parts)
        : frames_(frames), range_(range), parts_(parts), next_(range.first) {}

    std::optional<Frame> next() override {
      if (next_ >= std::min(range_.last, frames_.size())) return std::nullopt;
      Frame frame = frames_[next_];
      if (parts_ == FrameParts::kWithoutImage) frame.image = {};
      next_ += range_.step;
      return frame;
    }

    std::vector<std::string> problems() const override { return {}; }

   private:
    const std::vector<Frame>& frames_;
    FrameRange range_;
    FrameParts parts_;
    std::size_t next_;
  };

  std::vector<Frame> frames_;
};

/// A folder that is the running test's own.
inline std::filesystem::path folder_for_test() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto folder = std::filesystem::temp_directory_path() /
                      fmt::format("{}.{}", test->test_suite_name(), test->name());
  std::filesystem::create_directories(folder);
  return folder;
}

inline constexpr int kTestWidth = 64;
inline constexpr int kTestHeight = 48;

/// A wall from 1.5 m on the left to 2.5 m on the right, seen by a camera that stands still, ten
/// times a second; prompts of 16×12 without noise.
inline std::vector<Frame> frames_of_a_wall(int count) {
  std::vector<Frame> frames;
  const auto depth_at = [](double x, int width) {
    return static_cast<float>(1.5 + x / (width - 1));
  };
  for (int i = 0; i < count; ++i) {
    Frame frame{.name = fmt::format("frame-{:03}", i),
                .image = Image(kTestWidth, kTestHeight),
                .prompt = DepthMap(16, 12),
                .intrinsics = Intrinsics{.fx = 60,
                                         .fy = 60,
                                         .cx = 31.5,
                                         .cy = 23.5,
                                         .width = kTestWidth,
                                         .height = kTestHeight},
                .world_from_camera = Eigen::Isometry3d::Identity(),
                .time_s = 0.1 * i};
    for (std::size_t k = 0; k < frame.image.rgb.size(); ++k) {
      frame.image.rgb[k] = 0.5F + 0.3F * std::sin(0.7F * static_cast<float>(k));
    }
    for (int y = 0; y < 12; ++y) {
      for (int x = 0; x < 16; ++x) frame.prompt.at(x, y) = depth_at(x, 16);
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace promptdepth
