#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace promptdepth {

/// Sends the library's warnings to stderr, a line each that begins with the program's name, in
/// place of a progress line where there is one.
void install_terminal_log(std::string_view program);

/// A line on stderr that is redrawn in place, with the time left; silent when stderr is no
/// terminal.
class ProgressBar {
 public:
  explicit ProgressBar(std::string title);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  void update(std::int64_t done, std::int64_t total, std::string_view detail);

  /// Removes the line, so that something else can be printed; the next update() draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string title_;
  bool visible_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace promptdepth
