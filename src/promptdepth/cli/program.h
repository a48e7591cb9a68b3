#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <CLI/CLI.hpp>

namespace promptdepth {

/// Exit statuses of the programs.
inline constexpr int kExitFine = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;  ///< Used wrongly, or bad input.

/// A program's main(): sends the library's warnings to stderr, a line each, calls `body` and
/// returns what it returns. An exception becomes one line on stderr, "NAME: SENTENCE", and the exit
/// status that goes with it.
int run_program(std::string_view name, const std::function<int()>& body);

/// Reads the command line into what `app` binds. The exit status where the program is to end at
/// once: kExitFine after --help and the like, kExitUsage with a line on stderr after a mistake.
std::optional<int> parse_arguments(CLI::App& app, int argc, char** argv, std::string_view name);

}  // namespace promptdepth
