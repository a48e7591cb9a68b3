#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace promptdepth {

enum class LogLevel { kInfo, kWarning };

/// Receives every message of the library. May be called from several threads at once.
using LogSink = std::function<void(LogLevel, std::string_view message)>;

/// Installs the process-wide sink; an empty function silences the library, which is also its
/// initial state. Returns the sink that was installed before.
LogSink set_log_sink(LogSink sink);

void log(LogLevel level, std::string_view message);

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kInfo, fmt::format(format, std::forward<Args>(args)...));
}

template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log(LogLevel::kWarning, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace promptdepth
