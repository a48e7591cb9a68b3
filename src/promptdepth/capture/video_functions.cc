#include "promptdepth/capture/video_functions.h"

#include <dlfcn.h>

#include "promptdepth/base/error.h"

namespace promptdepth {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "libpromptdepth_video.so";

/// The library's functions; null when it is nowhere: beside the program, as it is built and
/// installed, or where the system looks for libraries.
const VideoFunctions* load_functions() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = program.parent_path() / PROMPTDEPTH_PLUGINS_FROM_BIN / kLibrary;
  void* library = ::dlopen(beside.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  return static_cast<const VideoFunctions*>(::dlsym(library, kVideoFunctionsSymbol));
}

}  // namespace

const VideoFunctions& video_functions(const fs::path& video) {
  static const VideoFunctions* const functions = load_functions();
  if (functions == nullptr) {
    fail(ErrorKind::kUnsupported,
         "'{}' is a video, and the library {} for videos was not found; it is built where "
         "OpenCV's videoio is installed",
         video.string(), kLibrary);
  }
  return *functions;
}

}  // namespace promptdepth
