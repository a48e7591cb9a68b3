#include <cstdio>
#include <new>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/terminal.h"
#include "promptdepth/cli/verbs.h"

namespace promptdepth {
namespace {

int exit_status = kExitFine;

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

int complain(std::string_view message, int status) {
  fmt::print(stderr, "promptdepth: {}\n", message);
  return status;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Dense metric depth from a photo and a cheap metric measurement of the same scene "
      "(a phone's LiDAR map, projected LiDAR, a few known points).");
  app.name("promptdepth");
  app.set_version_flag("--version", "promptdepth " PROMPTDEPTH_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(42);
  app.footer("promptdepth VERB --help explains a verb and all its options.");
  add_predict(app);
  add_info(app);
  add_convert(app);
  add_bench(app);
  add_scene(app);
  add_simulate_lidar(app);
  add_evaluate(app);
  add_train(app);
  add_demo(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return complain(fmt::format("{} (see --help)", error.what()), kExitUsage);
  }
  return exit_status;
}

}  // namespace

void set_exit_status(int status) { exit_status = status; }

}  // namespace promptdepth

int main(int argc, char** argv) {
  using namespace promptdepth;
  install_terminal_log();
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    return complain(error.what(), status_of(error.kind()));
  } catch (const std::bad_alloc&) {
    return complain("not enough memory; a smaller --max-size needs less", kExitFailed);
  } catch (const std::exception& error) {
    return complain(fmt::format("unexpected failure: {}", error.what()), kExitFailed);
  }
}
