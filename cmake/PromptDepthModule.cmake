# pd_add_module(<name> SOURCES ... [DEPENDS modules...] [PUBLIC_LIBRARIES ...] [PRIVATE_LIBRARIES ...] [TESTS ...] [TEST_LIBRARIES ...]
#               [TEST_SHARDS n])
#
# One folder of src/promptdepth is one module: a static library promptdepth_<name> with the alias promptdepth::<name>,
# and one test program <name>_test whose cases CTest lists as <name>/<Suite.Case>.
function(pd_add_module name)
  cmake_parse_arguments(ARG "NO_INSTALL" "TEST_SHARDS" "SOURCES;DEPENDS;PUBLIC_LIBRARIES;PRIVATE_LIBRARIES;TESTS;TEST_LIBRARIES" ${ARGN})
  set(target promptdepth_${name})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:promptdepth_warnings> ${ARG_PRIVATE_LIBRARIES})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(promptdepth::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>
                                                $<INSTALL_INTERFACE:include>)
  target_compile_features(${target} ${scope} cxx_std_20)
  list(TRANSFORM ARG_DEPENDS PREPEND promptdepth:: OUTPUT_VARIABLE depends)
  target_link_libraries(${target} ${scope} ${depends} ${ARG_PUBLIC_LIBRARIES})
  if(NOT ARG_NO_INSTALL)
    set_property(GLOBAL APPEND PROPERTY PROMPTDEPTH_INSTALLED_TARGETS ${target})
  endif()
  if(PROMPTDEPTH_TESTS AND ARG_TESTS)
    pd_add_test(${name} SOURCES ${ARG_TESTS} LIBRARIES promptdepth::${name} ${ARG_TEST_LIBRARIES}
                SHARDS ${ARG_TEST_SHARDS})
  endif()
endfunction()

# pd_add_test(<name> SOURCES ... LIBRARIES ... [SHARDS n]): a GoogleTest program whose cases CTest lists as
# <name>/<Suite.Case>, or, where starting it takes longer than most cases do (it loads LibTorch), in n parts.
function(pd_add_test name)
  cmake_parse_arguments(ARG "" "SHARDS" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE promptdepth_warnings ${ARG_LIBRARIES} promptdepth_test_main)
  target_compile_definitions(${name}_test PRIVATE PROMPTDEPTH_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  if(ARG_SHARDS)
    foreach(shard RANGE 1 ${ARG_SHARDS})
      add_test(NAME ${name}/part${shard} COMMAND ${name}_test)
      math(EXPR index "${shard} - 1")
      set_tests_properties(${name}/part${shard} PROPERTIES TIMEOUT 900
                           ENVIRONMENT "GTEST_TOTAL_SHARDS=${ARG_SHARDS};GTEST_SHARD_INDEX=${index}")
    endforeach()
    return()
  endif()
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}/ DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 600)
endfunction()
