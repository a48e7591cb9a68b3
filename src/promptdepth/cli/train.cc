#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <unistd.h>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/verbs.h"

namespace promptdepth {
namespace {

/// The trainer links LibTorch, which would double the start-up time and memory of every other verb;
/// so it is a program of its own beside this one.
[[noreturn]] void run_trainer(const std::vector<std::string>& arguments) {
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path trainer = self.parent_path() / "promptdepth-train";
  if (!std::filesystem::exists(trainer)) {
    fail(ErrorKind::kUnsupported,
         "expected the trainer at '{}', found none: this build has no LibTorch "
         "(scripts/install-deps build train, then "
         "build again)",
         trainer.string());
  }
  std::vector<const char*> argv = {"promptdepth train"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  // The loader's threads need the cores that the network's would spend waiting for each other.
  ::setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0);
  ::execv(trainer.c_str(), const_cast<char* const*>(argv.data()));
  fail(ErrorKind::kIo, "cannot start '{}': {}", trainer.string(), std::strerror(errno));
}

}  // namespace

void add_train(CLI::App& app) {
  CLI::App* verb =
      app.add_subcommand("train", "Train a model as a JSON recipe says (see train --help)");
  verb->prefix_command();
  verb->set_help_flag();
  verb->callback([verb] { run_trainer(verb->remaining()); });
}

}  // namespace promptdepth
