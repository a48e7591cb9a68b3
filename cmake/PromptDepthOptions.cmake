# Language level, warnings and output folders, shared by every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(PROMPTDEPTH_CCACHE ccache)
if(PROMPTDEPTH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROMPTDEPTH_CCACHE})
endif()

# Usage requirements that stay inside the project: consumers of the installed package choose their own warnings.
add_library(promptdepth_warnings INTERFACE)
target_compile_options(promptdepth_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                                                     $<$<BOOL:${PROMPTDEPTH_WERROR}>:-Werror>)
