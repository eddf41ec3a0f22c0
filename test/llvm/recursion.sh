#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# recursion.sh - functions in two parts (plugin/typed_split.c) beside the interpreter: results, traps with the calls that led
# there, with budgets that end anywhere. What runs is test/isa/typed_recursion.t's, and one that fills a tree.
. "$(dirname "$0")/../lib.sh"
"$bin/supervm" engines | grep -q '^llvm' || skip "built without LLVM"
export XDG_CACHE_HOME=$tmp/cache
sed -e '1,/^-- svm/d' -e '/^-- call/,$d' "$root/test/isa/typed_recursion.t" >"$tmp/p.svmasm"
cat >>"$tmp/p.svmasm" <<'EOF'
.export func fill "fill"
.func fill (i32 i32) -> (i64)
.reg any r2-r5
*(u32 *)mem0[w0 + 0x8] = w1
if w1 != 0 goto more4
w2 = *(u32 *)mem0[w0 + 0x8]
ret r2, 1
more4:
w2 = w0 * 2
*(u32 *)mem0[w0 + 0x0] = w2
w3 = w1 - 1
callt r2, 2, func[fill]
w3 = w0 * 2
w3 += 16
*(u32 *)mem0[w0 + 0x4] = w3
w4 = w1 - 1
callt r3, 2, func[fill]
w4 = w0
callt r4, 1, func[walk]
r2 += r4
ret r2, 1
EOF

run() { # engine and options, function, arguments
    local how=$1
    shift
    # shellcheck disable=SC2086
    "$bin/supervm" run -e $how --format svmasm --invoke "$1" "$tmp/p.svmasm" "${@:2}" >"$tmp/$how.out" 2>&1
    echo "$?" >>"$tmp/$how.out"
    cat "$tmp/$how.out"
}
agree() { # options, function, arguments
    local options=$1
    shift
    equal "$* ($options)" "$(run "interp $options" "$@")" "$(run "llvm $options" "$@")"
}

equal "it runs" "144 0" "$(run llvm fib 12 | tr '\n' ' ' | sed 's/ $//')"
for call in "fib 12" "fill 16 4" "fill 16 15" "walk 65529" "div 9 1" "div 9 0" "last 2 1.5" "last 40 1.5" "deep 4294967200" "deep 0"; do
    # shellcheck disable=SC2086
    agree --no-fuel $call
    # shellcheck disable=SC2086
    agree "--fuel 100000000" $call
done
for ((n = 1; n < 260; n += 11)); do
    agree "--fuel $n" fib 6
    agree "--fuel $n" fill 16 3
done
finish
