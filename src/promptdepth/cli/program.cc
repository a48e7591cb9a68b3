#include "promptdepth/cli/program.h"

#include <cstdio>
#include <exception>
#include <new>

#include <fmt/format.h>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/terminal.h"

namespace promptdepth {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidArgument:
    case ErrorKind::kInvalidData:
    case ErrorKind::kUnsupported:
      return kExitUsage;
    case ErrorKind::kIo:
    case ErrorKind::kOutOfMemory:
    case ErrorKind::kCancelled:
    case ErrorKind::kInternal:
      break;
  }
  return kExitFailed;
}

int complain(std::string_view name, std::string_view message, int status) {
  fmt::print(stderr, "{}: {}\n", name, message);
  return status;
}

}  // namespace

int run_program(std::string_view name, const std::function<int()>& body) {
  install_terminal_log(name);
  try {
    return body();
  } catch (const Error& error) {
    return complain(name, error.what(), status_of(error.kind()));
  } catch (const std::bad_alloc&) {
    return complain(name, "not enough memory; smaller images (--max-size) need less", kExitFailed);
  } catch (const std::exception& error) {
    return complain(name, fmt::format("unexpected failure: {}", error.what()), kExitFailed);
  }
}

std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv, std::string_view name) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return complain(name, fmt::format("{} (see --help)", error.what()), kExitUsage);
  }
  return std::nullopt;
}

}  // namespace promptdepth
