#include "promptdepth/capture/hdf5_array.h"

#include <utility>

#include <hdf5.h>

#include "promptdepth/base/error.h"
#include "promptdepth/image/raster.h"

namespace promptdepth {
namespace {

constexpr hsize_t kMostValues = kMaxPixels * 4;
constexpr int kMostDimensions = 4;

/// Closes what HDF5 has opened.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }

  bool valid() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// While it lives, HDF5 prints no errors on this thread.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &printer_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, printer_, data_); }

 private:
  H5E_auto2_t printer_ = nullptr;
  void* data_ = nullptr;
};

std::vector<std::size_t> shape_of(hid_t array, const std::string& where) {
  const Handle space(H5Dget_space(array), H5Sclose);
  const int rank = space.valid() ? H5Sget_simple_extent_ndims(space.get()) : -1;
  if (rank < 1 || rank > kMostDimensions) {
    fail(ErrorKind::kInvalidData, "expected an array of 1 to {} dimensions in '{}', found {}",
         kMostDimensions, where, rank);
  }
  hsize_t extents[kMostDimensions] = {};
  H5Sget_simple_extent_dims(space.get(), extents, nullptr);
  hsize_t count = 1;
  for (int i = 0; i < rank; ++i) {
    if (extents[i] == 0 || extents[i] > kMostValues / count) {
      fail(ErrorKind::kInvalidData, "expected an array of 1 to {} values in '{}', found another",
           kMostValues, where);
    }
    count *= extents[i];
  }
  return {extents, extents + rank};
}

void require_numbers(hid_t array, const std::string& where) {
  const Handle type(H5Dget_type(array), H5Tclose);
  const H5T_class_t kind = type.valid() ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  if (kind == H5T_FLOAT || kind == H5T_INTEGER) return;
  fail(ErrorKind::kInvalidData, "expected an array of numbers in '{}', found another type", where);
}

}  // namespace

bool has_hdf5() { return true; }

Hdf5Array read_hdf5(const std::filesystem::path& path, const std::string& array) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    fail(ErrorKind::kIo, "expected an HDF5 file at '{}', found none", path.string());
  }
  const Silence silence;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.valid()) {
    fail(ErrorKind::kInvalidData, "expected an HDF5 file, found something else in '{}'",
         path.string());
  }
  const Handle data(H5Dopen2(file.get(), array.c_str(), H5P_DEFAULT), H5Dclose);
  if (!data.valid()) {
    fail(ErrorKind::kInvalidData, "expected an array '{}' in '{}', found none", array,
         path.string());
  }
  require_numbers(data.get(), path.string());
  Hdf5Array result{.shape = shape_of(data.get(), path.string()), .values = {}};
  std::size_t count = 1;
  for (const std::size_t extent : result.shape) count *= extent;
  result.values.resize(count);
  if (H5Dread(data.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, result.values.data()) <
      0) {
    fail(ErrorKind::kInvalidData, "expected {} values in '{}', found damaged data", count,
         path.string());
  }
  return result;
}

}  // namespace promptdepth
