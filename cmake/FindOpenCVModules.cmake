# The two OpenCV modules the project uses, as opencv::core and opencv::imgproc.
# Debian's single -dev packages carry no CMake package file (libopencv-dev does, and pulls in everything else).
find_path(OpenCVModules_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
set(_opencv_required OpenCVModules_INCLUDE_DIR)
foreach(module core imgproc)
  find_library(OpenCVModules_${module}_LIBRARY opencv_${module})
  list(APPEND _opencv_required OpenCVModules_${module}_LIBRARY)
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVModules REQUIRED_VARS ${_opencv_required})

if(OpenCVModules_FOUND)
  foreach(module core imgproc)
    if(NOT TARGET opencv::${module})
      add_library(opencv::${module} UNKNOWN IMPORTED)
      set_target_properties(opencv::${module} PROPERTIES
        IMPORTED_LOCATION ${OpenCVModules_${module}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVModules_INCLUDE_DIR})
    endif()
  endforeach()
endif()
