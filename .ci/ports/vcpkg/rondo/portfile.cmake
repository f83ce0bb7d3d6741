# An overlay port that installs Rondo from the clone that contains it:
#
#   vcpkg install rondo --overlay-ports=.ci/ports/vcpkg
#
# tests/law/ports.py runs these steps with meson and stand-ins for vcpkg's functions. They have not been run with
# vcpkg itself.

get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release) # headers only: a debug build would be the same

vcpkg_configure_meson(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -Dtests=false -Dexamples=false -Ddocs=false
  ADDITIONAL_PROPERTIES "boost_root = '${CURRENT_INSTALLED_DIR}'")
vcpkg_install_meson()
vcpkg_cmake_config_fixup(PACKAGE_NAME rondo CONFIG_PATH share/cmake/rondo)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
