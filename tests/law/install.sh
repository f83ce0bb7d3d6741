#!/bin/sh
# An installed Rondo is sufficient to build a program outside the tree: with pkg-config, and as a
# subproject of a meson project. The arguments are the compiler's command.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CXX="$*"

meson setup "$folder/build" "$here/../.." --prefix "$folder/prefix" \
    -Dtests=false -Dexamples=false -Ddocs=false
meson install -C "$folder/build" --quiet
cp -r "$here/outside" "$folder"

echo "With pkg-config:"
export PKG_CONFIG_PATH="$folder/prefix/share/pkgconfig"
flags=$(pkg-config --cflags --libs rondo)
case $flags in
    *"$here"*) echo "the flags point into the source tree: $flags" && exit 1 ;;
esac
# shellcheck disable=SC2086 # words are wanted
$CXX -std=c++20 "$folder/outside/main.cpp" $flags -o "$folder/with_pkg_config"
"$folder/with_pkg_config"

echo "As a subproject:"
unset PKG_CONFIG_PATH
mkdir "$folder/outside/subprojects"
ln -s "$(cd "$here/../.." && pwd)" "$folder/outside/subprojects/rondo"
printf '[wrap-file]\ndirectory = rondo\n\n[provide]\ndependency_names = rondo\n' \
    >"$folder/outside/subprojects/rondo.wrap"
meson setup "$folder/subproject" "$folder/outside"
ninja -C "$folder/subproject"
"$folder/subproject/outside"
