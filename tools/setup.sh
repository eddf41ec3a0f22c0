#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# setup.sh - installs what is missing on a Debian machine, and nothing else.
#
#   tools/setup.sh build|demo|test|bench|coverage|fuzz|ci     each names what it needs, in the table below
#
# Nothing missing: silent, no network, no root. Something missing: says what and why, then apt-get,
# with sudo where the caller is not root. What is marked optional and cannot be had is only mentioned.
# SVM_SETUP=0 skips all this, for machines that are provided for by other means.
set -eu
export LC_ALL=C

# package           instead     for             what it gives (? before a package: optional)
table='
gcc                 -           build           C compiler, and the linker that every build uses
libc6-dev           -           build           C library headers
g++                 -           build           C++ compiler: the public headers are tried from C++
cmake               -           build           the build system
pkg-config          -           build           finds libraries; our own .pc file is tested with it
clang-19            clang       build           compiles for eBPF, and makes the faster interpreter (musttail)
libelf-dev          -           build           reads ELF objects
libbpf-dev          -           build           reads BTF
zlib1g-dev          -           build           used by libelf
libpcap-dev         -           build           reads packet captures
libcjson-dev        -           build           prints JSON
?libcapstone-dev    -           build           text of machine code in disasm --native
?llvm-19-dev        -           build           the LLVM engine
libcmocka-dev       -           test,coverage   unit tests
?wabt               -           test,coverage   makes modules of the text in test/wasm and test/capi
llvm-19             llvm        test            llvm-objdump, which our disassembler is held against
lld-19              lld         demo,test,coverage,bench links programs for WebAssembly
?qemu-user-static   -           test            runs executables for other machines
?gcc-aarch64-linux-gnu -        test            builds the runtime of executables for AArch64
?libc6-dev-arm64-cross -        test            its C library
?gcc-riscv64-linux-gnu -        test            the same for RISC-V
?libc6-dev-riscv64-cross -      test            its C library
?wasi-libc          -           test            programs in C for WASI
?libclang-rt-19-dev-wasm32 -    test            what clang-19 adds to them
python3             -           test,coverage   reads JSON where the tests of the command look at it
gcovr               -           coverage        the line coverage report
?libclang-rt-19-dev -           fuzz,ci         sanitizers and libFuzzer of clang-19
?clang-22           -           ci              makes jump tables (gotox) for eBPF
'

want=${1:-build}
case $want in
build) ;;
demo | test | bench | coverage | fuzz) want="build|$want" ;;
ci) want="build|demo|test|ci" ;;
*)
    echo "setup.sh: unknown purpose '$want'" >&2
    exit 1
    ;;
esac
[ "${SVM_SETUP:-1}" = 0 ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    for tool in cc cmake; do
        command -v $tool >/dev/null 2>&1 && continue
        echo "setup.sh: no apt-get here; please install $tool (tools/setup.sh lists all that is used)" >&2
        exit 1
    done
    exit 0
fi

installed=" $(dpkg-query -W -f='${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { printf "%s ", $2 }')"
have() { case "$installed" in *" $1 "*) ;; *) return 1 ;; esac }
has_lists() { ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1; }
available() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# need, maybe: "package/instead" of each row for this purpose that is not installed
need="" maybe=""
rows=$(echo "$table" | awk -v want="^($want)\$" '
    NF { n = split($3, f, ","); for (i = 1; i <= n; i++) if (f[i] ~ want) { print $1 "/" $2; next } }')
for row in $rows; do
    pkg=${row%/*} other=${row#*/}
    have "${pkg#\?}" && continue
    case $pkg in
    \?*) ! has_lists || available "${pkg#\?}" && maybe="$maybe ${pkg#\?}" ;;
    *) ! have "$other" || available "$pkg" && need="$need $row" ;;
    esac
done
[ -z "$need$maybe" ] && exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    if ! command -v sudo >/dev/null 2>&1; then
        [ -z "$need" ] && exit 0
        echo "setup.sh: packages are missing, and there is neither root nor sudo to install them. As root:" >&2
        echo "    apt-get install$(echo "$need" | sed 's|/[^ ]*||g')" >&2
        exit 1
    fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { # shows the end of the output only where the command fails
    "$@" >"$log" 2>&1 && return 0
    echo "setup.sh: '$*' failed:" >&2
    tail -n 15 "$log" >&2
    return 1
}
install() { quietly $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

echo "Installing what is missing (apt-get${sudo:+ with sudo}):"
echo "$table" | while read -r pkg _ _ why; do
    [ -n "$pkg" ] || continue
    case " $need $maybe " in *" ${pkg#\?} "* | *" $pkg/"*) printf '    %-20s %s\n' "${pkg#\?}" "$why" ;; esac
done
quietly $sudo apt-get update || echo "setup.sh: going on with the package lists as they are" >&2

now=""
for row in $need; do
    pkg=${row%/*} other=${row#*/}
    [ "$other" = - ] || available "$pkg" || pkg=$other
    now="$now $pkg"
done
[ -z "$now" ] || install $now
for pkg in $maybe; do
    available "$pkg" && install "$pkg" || echo "    $pkg is not to be had here: going on without it"
done
