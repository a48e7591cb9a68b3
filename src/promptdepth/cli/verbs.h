#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace promptdepth {

/// Every verb of the command line adds its subcommand to `app`; its callback does the work and
/// throws Error. Verbs that finish with failures they have already reported return through
/// set_exit_status().
void add_predict(CLI::App& app);
void add_inspect(CLI::App& app);
void add_info(CLI::App& app);
void add_convert(CLI::App& app);
void add_bench(CLI::App& app);
void add_scene(CLI::App& app);
void add_simulate_lidar(CLI::App& app);
void add_evaluate(CLI::App& app);
void add_fuse(CLI::App& app);
void add_compare_meshes(CLI::App& app);
void add_demo(CLI::App& app);
void add_run(CLI::App& app);
void add_train(CLI::App& app);

/// What main() returns when no exception ends the verb.
void set_exit_status(int status);

}  // namespace promptdepth
