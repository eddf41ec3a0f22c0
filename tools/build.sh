#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# build.sh DIR [cmake options] - configures (once) and builds in DIR, quietly.
# in:  CC (optional), JOBS (default: processors)
# out: DIR/bin, DIR/lib; DIR/build.log. Warnings are shown; all of the log is, where the build fails.
# Without CC: clang-19 where there is one (the interpreter is faster with musttail), else the system's compiler.
set -u
cd "$(dirname "$0")/.." || exit 1
dir=$1
shift
mkdir -p "$dir" || exit 1
log=$dir/build.log

cc=${CC:-}
[ -n "$cc" ] || cc=$(command -v clang-19 || command -v gcc || echo cc)
cc=$(command -v "$cc" || echo "$cc")
# CMake cannot change the compiler of a folder that it has configured: start over.
if [ -f "$dir/CMakeCache.txt" ] && [ -n "${CC:-}" ] && ! grep -qxF "CMAKE_C_COMPILER:FILEPATH=$cc" "$dir/CMakeCache.txt" \
    && ! grep -qxF "CMAKE_C_COMPILER:STRING=$cc" "$dir/CMakeCache.txt"; then
    rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
fi

[ -f "$dir/CMakeCache.txt" ] || echo "Building in $dir with $cc"
progress() { # the percentage that CMake prints, rewritten in one line
    if [ -t 2 ]; then
        awk -v dir="$dir" '/^\[ *[0-9]+%\]/ { printf "\r\033[KBuilding in %s %s", dir, substr($0, 1, 60) >"/dev/stderr"; fflush() }
                           END { printf "\r\033[K" >"/dev/stderr" }'
    else
        cat >/dev/null
    fi
}
{
    if [ ! -f "$dir/CMakeCache.txt" ] || [ $# != 0 ]; then
        cmake -S . -B "$dir" -DCMAKE_C_COMPILER="$cc" "$@"
    fi && cmake --build "$dir" -j "${JOBS:-$(nproc)}"
} 2>&1 | tee "$log" | progress
status=${PIPESTATUS[0]}
if [ "$status" != 0 ]; then
    grep -v '^\[ *[0-9]*%\]' "$log" >&2
    echo "build.sh: the build in $dir failed (all of it: $log)" >&2
    exit "$status"
fi
grep -A 6 'warning:' "$log" >&2
exit 0
