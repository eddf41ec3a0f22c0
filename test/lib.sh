# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# lib.sh - sourced by the test scripts: where things are, counting, skipping.
# in: SVM_BUILD (build), SVM_SUITES (../shared/suites), SVM_CLANG
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${SVM_BUILD:-$root/build}
bin=$build/bin
suites=${SVM_SUITES:-$root/../shared/suites}
clang=${SVM_CLANG:-$(command -v clang-19 || command -v clang)}
passed=0 failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

skip() { # why: the whole script
    echo "skipped: $*"
    exit 77
}
ok() { # description, command...: passes where the command does
    local what=$1
    shift
    if "$@" >"$tmp/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $what: $*"
        tail -n 20 "$tmp/out"
    fi
}
not() { ! "$@"; }
equal() { # description, wanted, got
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $1: got '$3', not '$2'"
    fi
}
part() { # description, command...: takes over the "N passed, N failed" at the end
    local what=$1 p f
    shift
    "$@" >"$tmp/out" 2>&1
    read -r p f < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed.*/\1 \2/p' "$tmp/out" | tail -n 1)
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-1}))
    [ "${f:-1}" = 0 ] || { echo "FAIL $what"; tail -n 20 "$tmp/out"; }
}
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
    exit
}
