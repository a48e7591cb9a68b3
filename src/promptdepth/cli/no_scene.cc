// Stands in for scene.cc, evaluate.cc and demo.cc in a build without Embree.
#include <string>

#include "promptdepth/base/error.h"
#include "promptdepth/cli/verbs.h"

namespace promptdepth {
namespace {

void add_unavailable(CLI::App& app, const std::string& name, const std::string& help) {
  CLI::App* verb = app.add_subcommand(name, help + " (not in this build)");
  verb->prefix_command();
  verb->callback([name] {
    fail(ErrorKind::kUnsupported,
         "expected a build with procedural scenes for '{}', found one without Embree (install "
         "libembree-dev and build again)",
         name);
  });
}

}  // namespace

void add_scene(CLI::App& app) { add_unavailable(app, "scene", "Render procedural scenes"); }
void add_evaluate(CLI::App& app) {
  add_unavailable(app, "evaluate", "Measure models and classical baselines");
}
void add_demo(CLI::App& app) { add_unavailable(app, "demo", "Render an example and predict it"); }

}  // namespace promptdepth
