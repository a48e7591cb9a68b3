// Takes the place of hdf5_array.cc in a build without HDF5.
#include "promptdepth/base/error.h"
#include "promptdepth/capture/hdf5_array.h"

namespace promptdepth {

bool has_hdf5() { return false; }

Hdf5Array read_hdf5(const std::filesystem::path& path, const std::string&) {
  fail(ErrorKind::kUnsupported,
       "cannot read '{}': this build is without HDF5 (install libhdf5-dev and build again)",
       path.string());
}

}  // namespace promptdepth
