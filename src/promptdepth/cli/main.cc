#include "promptdepth/cli/program.h"
#include "promptdepth/cli/verbs.h"

namespace promptdepth {
namespace {

constexpr const char* kName = "promptdepth";

int exit_status = kExitFine;

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
  add_inspect(app);
  add_info(app);
  add_convert(app);
  add_bench(app);
  add_scene(app);
  add_simulate_lidar(app);
  add_fuse(app);
  add_compare_meshes(app);
  add_evaluate(app);
  add_run(app);
  add_train(app);
  add_demo(app);
  if (const auto status = parse_arguments(app, argc, argv, kName)) return *status;
  return exit_status;
}

}  // namespace

void set_exit_status(int status) { exit_status = status; }

}  // namespace promptdepth

int main(int argc, char** argv) {
  return promptdepth::run_program(promptdepth::kName, [&] { return promptdepth::run(argc, argv); });
}
