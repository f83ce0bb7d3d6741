"""A recipe for Conan 2 that packages the clone that contains it:

  conan create .ci/ports/conan -s compiler.cppstd=20 --build=missing

tests/law/ports.py runs its methods with a stand-in for Conan. It has not been run with Conan itself.
"""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy


class Rondo(ConanFile):
    name = "rondo"
    description = "Recurrent cells written as equations, compiled"
    license = "BSD-3-Clause"
    topics = ("recurrent-neural-networks", "automatic-differentiation", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    @property
    def _tree(self):
        """The root of the clone."""
        return Path(self.recipe_folder).parent.parent.parent

    def set_version(self):
        header = (self._tree / "include/rondo/version.hpp").read_text()
        self.version = re.search(r'RONDO_VERSION_STRING "(.*)"', header)[1]

    def export_sources(self):
        for pattern in ("include/rondo/*.hpp", "dsl/rondo/*.hpp", "LICENSE"):
            copy(self, pattern, str(self._tree), self.export_sources_folder)

    def requirements(self):
        self.requires("boost/[>=1.81]", transitive_headers=True)
        self.requires("xsimd/[>=8.1]", transitive_headers=True)
        self.requires("xtensor/[>=0.24]", transitive_headers=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        """Merges both roots, which have no path in common."""
        to = Path(self.package_folder)
        for root in ("include", "dsl"):
            copy(self, "*.hpp", str(Path(self.source_folder) / root), str(to / "include"))
        copy(self, "LICENSE", self.source_folder, str(to / "licenses"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.cxxflags = ["-ffp-contract=fast"]
        self.cpp_info.set_property("cmake_file_name", "rondo")
        self.cpp_info.set_property("cmake_target_name", "rondo::rondo")
        self.cpp_info.set_property("pkg_config_name", "rondo")
        self.cpp_info.requires = ["boost::headers", "xsimd::xsimd", "xtensor::xtensor"]
