# Finds the dependencies of Rondo, defines the target rondo::rondo with the folders ${rondo_INCLUDE_DIRS}, and
# warns if the build does not optimise. In an installation rondo-config.cmake includes this file; in a project
# that adds Rondo's sources, CMakeLists.txt includes it.

# Versions are compared here, because the version file of xsimd refuses a request for a lower major version than
# its own, and Rondo works with later ones too.
include(CMakeFindDependencyMacro)
foreach(rondo_requirement xsimd:8.1 xtensor:0.24)
  string(REPLACE ":" ";" rondo_requirement ${rondo_requirement})
  list(GET rondo_requirement 0 rondo_name)
  list(GET rondo_requirement 1 rondo_version)
  find_dependency(${rondo_name})
  if(${rondo_name}_VERSION VERSION_LESS rondo_version)
    set(rondo_FOUND FALSE)
    set(rondo_NOT_FOUND_MESSAGE
      "rondo: ${rondo_name}: expected version ${rondo_version} or later; found ${${rondo_name}_VERSION}")
    return()
  endif()
endforeach()

# Boost's own package first: CMake 3.30 deprecates its module FindBoost.
find_package(Boost 1.81 QUIET CONFIG)
if(NOT Boost_FOUND)
  find_dependency(Boost 1.81)
endif()

if(NOT TARGET rondo::rondo)
  add_library(rondo::rondo INTERFACE IMPORTED GLOBAL)
  target_include_directories(rondo::rondo INTERFACE ${rondo_INCLUDE_DIRS})
  target_compile_features(rondo::rondo INTERFACE cxx_std_20)
  # g++'s default; xsimd 8.1 has no fma of its own for AVX-512.
  target_compile_options(rondo::rondo INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:-ffp-contract=fast>)
  target_link_libraries(rondo::rondo INTERFACE xsimd xtensor Boost::headers)
  if(RONDO_NO_OPTIMIZATION_NOTICE)
    target_compile_definitions(rondo::rondo INTERFACE RONDO_NO_OPTIMIZATION_NOTICE)
  endif()
endif()

# CMake does not optimise by default. With a generator of several configurations the configuration is chosen
# when the project is built; the notice of the compiler serves then.
get_property(rondo_is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT rondo_is_multi_config AND NOT RONDO_NO_OPTIMIZATION_NOTICE AND NOT rondo_FIND_QUIETLY)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" rondo_build_type)
  if(NOT "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${rondo_build_type}}" MATCHES "-O[1-3sfgz]")
    set(rondo_mode STATUS) # an unoptimised build type was chosen
    if(CMAKE_BUILD_TYPE STREQUAL "")
      set(rondo_mode WARNING)
    endif()
    message(${rondo_mode} "rondo: CMAKE_BUILD_TYPE: expected one that optimises, such as Release; found "
      "\"${CMAKE_BUILD_TYPE}\", with which programs run hundreds of times slower. "
      "RONDO_NO_OPTIMIZATION_NOTICE=ON silences this.")
  endif()
endif()
