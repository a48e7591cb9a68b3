# Installs the CLI, the libraries, their headers and a package file, so that find_package(promptdepth) works:
#   find_package(promptdepth REQUIRED)
#   target_link_libraries(app PRIVATE promptdepth::estimator)
include(CMakePackageConfigHelpers)

get_property(installed_targets GLOBAL PROPERTY PROMPTDEPTH_INSTALLED_TARGETS)
if(NOT installed_targets OR PROMPTDEPTH_FUZZ)
  return()
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/promptdepth)
install(TARGETS ${installed_targets} EXPORT promptdepth ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT promptdepth NAMESPACE promptdepth:: FILE promptdepthTargets.cmake DESTINATION ${package_folder})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/promptdepth DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" PATTERN "cli" EXCLUDE PATTERN "train" EXCLUDE PATTERN "torch" EXCLUDE
        PATTERN "conformance" EXCLUDE PATTERN "*_for_test.h" EXCLUDE PATTERN "*_fixture.h" EXCLUDE
        PATTERN "test_*.h" EXCLUDE)
foreach(program promptdepth promptdepth-train)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/promptdepthConfig.cmake.in
                              ${CMAKE_CURRENT_BINARY_DIR}/promptdepthConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/promptdepthConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/promptdepthConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/promptdepthConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindOpenCVModules.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindImageCodecs.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindLZ4.cmake
              ${PROJECT_SOURCE_DIR}/cmake/FindSerialHDF5.cmake
        DESTINATION ${package_folder})
