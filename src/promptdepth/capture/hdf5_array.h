#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace promptdepth {

/// An array of numbers, row-major.
struct Hdf5Array {
  std::vector<std::size_t> shape;
  std::vector<float> values;
};

/// Whether this build can read HDF5.
bool has_hdf5();

/// Reads an array of integers or floating point numbers of any width (half included) as float32.
/// Throws Error(kIo) when there is no such file, Error(kInvalidData) when it is no HDF5, has no
/// such array, or more than 2^28 pixels of 4 values, Error(kUnsupported) in a build without HDF5.
Hdf5Array read_hdf5(const std::filesystem::path& path, const std::string& array = "dataset");

}  // namespace promptdepth
