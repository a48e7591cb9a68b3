#pragma once

#include <array>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <sys/wait.h>

namespace promptdepth {

struct Outcome {
  int status = -1;
  std::string output;  ///< stdout and stderr.
};

/// `before` are commands of the shell that runs the program.
inline Outcome run(const std::string& arguments, const std::string& before = "") {
  const std::string command =
      fmt::format("{} '{}' {} 2>&1 < /dev/null", before, PROMPTDEPTH_CLI, arguments);
  FILE* pipe = ::popen(command.c_str(), "r");
  Outcome outcome;
  std::array<char, 4096> chunk{};
  std::size_t count = 0;
  while ((count = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0)
    outcome.output.append(chunk.data(), count);
  outcome.status = WEXITSTATUS(::pclose(pipe));
  return outcome;
}

}  // namespace promptdepth
