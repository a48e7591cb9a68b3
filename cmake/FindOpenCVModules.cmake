# The OpenCV modules the project uses, as opencv::core, opencv::imgproc and, where it is installed, opencv::videoio.
# Debian's single -dev packages carry no CMake package file (libopencv-dev does, and pulls in everything else).
find_path(OpenCVModules_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
set(_opencv_required OpenCVModules_INCLUDE_DIR)
foreach(module core imgproc)
  find_library(OpenCVModules_${module}_LIBRARY opencv_${module})
  list(APPEND _opencv_required OpenCVModules_${module}_LIBRARY)
endforeach()

find_library(OpenCVModules_videoio_LIBRARY opencv_videoio)
find_path(OpenCVModules_videoio_INCLUDE_DIR opencv2/videoio.hpp PATH_SUFFIXES opencv4)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVModules REQUIRED_VARS ${_opencv_required})

if(OpenCVModules_FOUND)
  set(_opencv_found core imgproc)
  if(OpenCVModules_videoio_LIBRARY AND OpenCVModules_videoio_INCLUDE_DIR)
    list(APPEND _opencv_found videoio)
  endif()
  foreach(module ${_opencv_found})
    if(NOT TARGET opencv::${module})
      add_library(opencv::${module} UNKNOWN IMPORTED)
      set_target_properties(opencv::${module} PROPERTIES
        IMPORTED_LOCATION ${OpenCVModules_${module}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVModules_INCLUDE_DIR})
    endif()
  endforeach()
endif()
