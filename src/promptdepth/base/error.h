#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace promptdepth {

/// What went wrong, coarse enough for a caller to decide what to do next.
enum class ErrorKind {
  kInvalidArgument,  ///< An option or argument outside its range.
  kInvalidData,      ///< A file or buffer whose content is not what it claims to be.
  kIo,               ///< The operating system refused to read or write.
  kUnsupported,      ///< Understood, but this build or version cannot do it.
  kOutOfMemory,      ///< More memory was needed than there is.
  kCancelled,        ///< The caller asked to stop.
  kInternal,         ///< A programmer's mistake (PD_CHECK).
};

/// The only exception the library throws on purpose. what() is one sentence without a final full
/// stop that says what was expected, what was found, and where.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// Throws Error with a formatted message.
template <typename... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace promptdepth

/// Throws Error(kInternal) when a condition that only a programming mistake can break does not
/// hold.
#define PD_CHECK(condition)                                                                 \
  do {                                                                                      \
    if (!(condition)) {                                                                     \
      ::promptdepth::fail(::promptdepth::ErrorKind::kInternal, "check failed at {}:{}: {}", \
                          __FILE__, __LINE__, #condition);                                  \
    }                                                                                       \
  } while (false)
