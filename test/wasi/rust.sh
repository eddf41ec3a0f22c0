#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# rust.sh - a program in Rust, where there is a compiler with a standard library for WASI: rustup target add wasm32-wasip1, or
# Debian's rustc, libstd-rust-dev-wasm32 and lld-14. SVM_RUSTC: the compiler, with what it is to be given.
. "$(dirname "$0")/../lib.sh"
read -ra rustc <<<"${SVM_RUSTC:-rustc}"
command -v "${rustc[0]}" >/dev/null || skip "no rustc"
target=
for t in wasm32-wasip1 wasm32-wasi; do
    lib=$("${rustc[@]}" --print target-libdir --target $t 2>/dev/null)
    [ -n "$lib" ] && compgen -G "$lib/libstd-*.rlib" >/dev/null && target=$t && break
done
[ -n "$target" ] || skip "rustc has no standard library for WASI"
"${rustc[@]}" --target $target -O "$root/test/wasi/hello.rs" -o "$tmp/hello.wasm" >"$tmp/rustc" 2>&1 ||
    skip "rustc cannot compile for $target here: $(grep -m 1 error "$tmp/rustc")"
svm=$bin/supervm
mkdir "$tmp/data"
equal "words" 'hello one two [("a", 3), ("b", 2), ("c", 1)]' "$(echo "a b a c a b" | "$svm" run "$tmp/hello.wasm" --dir "$tmp/data::/data" one two)"
equal "its file" "3 499999500000" "$(cat "$tmp/data/out")"
equal "its status" 7 "$("$svm" run "$tmp/hello.wasm" --dir "$tmp/data::/data" --env STATUS=7 >/dev/null </dev/null; echo $?)"
equal "no folder, no file: main returns the error" 1 "$("$svm" run "$tmp/hello.wasm" >/dev/null 2>"$tmp/e" </dev/null; echo $?)"
ok "says so" grep -q 'Error: ' "$tmp/e"
equal "a panic is a trap" 125 "$("$svm" run "$tmp/hello.wasm" --dir "$tmp/data::/data" --env STATUS=x >/dev/null 2>"$tmp/e" </dev/null; echo $?)"
ok "says why" grep -q 'STATUS is a number' "$tmp/e"
finish
