#include "promptdepth/cli/terminal.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "promptdepth/base/log.h"

namespace promptdepth {
namespace {

constexpr int kBarWidth = 30;

std::string duration_text(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace

void install_terminal_log(std::string_view program) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  set_log_sink([terminal, name = std::string(program)](LogLevel level, std::string_view message) {
    fmt::print(stderr, "{}{}: {}{}\n", terminal ? "\r\033[K" : "", name,
               level == LogLevel::kWarning ? "warning: " : "", message);
  });
}

ProgressBar::ProgressBar(std::string title)
    : title_(std::move(title)), visible_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (visible_) std::fputs("\r\033[K", stderr);
}

void ProgressBar::update(std::int64_t done, std::int64_t total, std::string_view detail) {
  if (!visible_ || total <= 0) return;
  const double share = static_cast<double>(done) / static_cast<double>(total);
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  const std::string left = done > 0 ? duration_text(elapsed * (1 - share) / share) + " left" : "";
  fmt::print(stderr, "\r\033[K{} [{}{}] {}/{} {} {}", title_, std::string(filled, '='),
             std::string(kBarWidth - filled, ' '), done, total, left, detail);
  std::fflush(stderr);
}

}  // namespace promptdepth
