#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "promptdepth/evaluate/method.h"
#include "promptdepth/evaluate/protocol.h"
#include "promptdepth/image/resize.h"

namespace promptdepth {

/// Two walls of 1 and 2 m whose border is at another column in every view; the prompt of kind
/// "quarter" has a quarter of the pixels each way, that of kind "half" half of them.
class WallsProtocol final : public Protocol {
 public:
  explicit WallsProtocol(std::int64_t views) : views_(views) {}

  std::string name() const override { return "walls"; }
  Settings settings() const override { return {{"size", "16x32"}}; }
  std::vector<CaseKind> kinds() const override {
    return {{"quarter", "a quarter"}, {"half", "half"}};
  }
  std::int64_t view_count() const override { return views_; }
  std::string view_name(std::int64_t index) const override {
    return fmt::format("walls-{:02}", index);
  }
  std::vector<std::string> kinds_of(std::int64_t) const override { return {"quarter", "half"}; }
  View view(std::int64_t index) const override {
    ++views_made;
    View view{.image = Image(32, 16), .truth = DepthMap(32, 16, 1.0F)};
    for (int y = 0; y < 16; ++y) {
      for (int x = 9 + static_cast<int>(index); x < 32; ++x) {
        view.truth.at(x, y) = 2;
        for (int c = 0; c < 3; ++c) view.image.at(x, y)[c] = 1;
      }
    }
    return view;
  }
  DepthMap prompt(std::int64_t, const View& view, const std::string& kind) const override {
    const int factor = kind == "half" ? 2 : 4;
    return resize_nearest(view.truth, 32 / factor, 16 / factor);
  }

  mutable std::atomic<int> views_made = 0;

 private:
  std::int64_t views_;
};

/// The truth itself, as a model.
inline Method oracle() {
  return {.name = "oracle",
          .description = "the truth",
          .is_model = true,
          .predict = [](const Case& one, const DensePrompt&) { return one.truth; }};
}

inline std::vector<Method> baselines_and_oracle() {
  std::vector<Method> methods = baseline_methods();
  methods.push_back(oracle());
  return methods;
}

/// A folder of its own for a test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::path(::testing::TempDir()) /
              fmt::format("promptdepth_evaluate_{}_{}",
                          ::testing::UnitTest::GetInstance()->current_test_info()->name(),
                          ::getpid())) {
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace promptdepth
