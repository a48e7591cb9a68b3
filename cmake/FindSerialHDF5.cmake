# HDF5's C library without MPI, as hdf5::serial. CMake's own module asks for a C compiler.
find_path(SerialHDF5_INCLUDE_DIR hdf5.h PATH_SUFFIXES hdf5/serial)
find_library(SerialHDF5_LIBRARY NAMES hdf5_serial hdf5)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SerialHDF5 REQUIRED_VARS SerialHDF5_INCLUDE_DIR SerialHDF5_LIBRARY)

if(SerialHDF5_FOUND AND NOT TARGET hdf5::serial)
  add_library(hdf5::serial UNKNOWN IMPORTED)
  set_target_properties(hdf5::serial PROPERTIES
    IMPORTED_LOCATION ${SerialHDF5_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${SerialHDF5_INCLUDE_DIR})
endif()
