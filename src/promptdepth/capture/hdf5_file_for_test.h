#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "promptdepth/capture/hdf5_array.h"

namespace promptdepth {

/// IEEE half precision, as h5py writes numpy's float16.
inline hid_t make_half_type() {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  return type;
}

/// Writes one array, compressed in chunks as Hypersim's files are, of the given file type.
inline void write_hdf5(const std::filesystem::path& path, const Hdf5Array& array, hid_t file_type,
                       const std::string& name = "dataset") {
  const std::vector<hsize_t> shape(array.shape.begin(), array.shape.end());
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t settings = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(settings, static_cast<int>(shape.size()), shape.data());
  H5Pset_deflate(settings, 4);
  const hid_t data =
      H5Dcreate2(file, name.c_str(), file_type, space, H5P_DEFAULT, settings, H5P_DEFAULT);
  EXPECT_GE(H5Dwrite(data, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()),
            0);
  H5Dclose(data);
  H5Pclose(settings);
  H5Sclose(space);
  H5Fclose(file);
}

}  // namespace promptdepth
