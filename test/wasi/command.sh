#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# command.sh - "supervm run" on programs for WASI: arguments, environment, folders, exit statuses, what is missing; and
# programs in C by wasi-libc, where it is installed.
. "$(dirname "$0")/../lib.sh"
command -v wat2wasm >/dev/null || skip "no wat2wasm (of wabt)"
svm=$bin/supervm
status() { "$@" >"$tmp/o" 2>"$tmp/e" </dev/null; echo $?; }
cat >"$tmp/exit.wat" <<'EOW'
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (global $ready (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $ready (i32.const 41)))
  (func (export "ready") (param i32) (result i32) (i32.add (global.get $ready) (local.get 0)))
  (func (export "leave") (param i32) (call $exit (local.get 0)) unreachable)
  (func (export "trap") unreachable)
  (func (export "spin") (loop (br 0)))
  (func (export "_start") ;; with as many as there are arguments
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (call $exit (i32.load (i32.const 0)))))
EOW
wat2wasm "$tmp/exit.wat" -o "$tmp/exit.wasm"
m=$tmp/exit.wasm
equal "its own status" 1 "$(status "$svm" run "$m")"
equal "arguments" 3 "$(status "$svm" run "$m" one -- --two)"
equal "no message" 0 "$(wc -c <"$tmp/e")"
equal "a reactor is made ready first" 42 "$("$svm" run "$m" --invoke ready 1)"
equal "any status" 200 "$(status "$svm" run "$m" --invoke leave 200)"
equal "low eight bits" 255 "$(status "$svm" run "$m" --invoke leave -- -1)"
equal "trap" 125 "$(status "$svm" run "$m" --invoke trap)"
ok "is told" grep -q 'unreachable' "$tmp/e"
equal "fuel" 124 "$(status "$svm" run "$m" --fuel 1000 --invoke spin)"
equal "time" 124 "$(status "$svm" run "$m" --timeout 50 --invoke spin)"
equal "no such folder" 2 "$(status "$svm" run "$m" --dir "$tmp/none::/")"
ok "is named" grep -q "$tmp/none: No such file" "$tmp/e"
equal "a wrong variable" 1 "$(status "$svm" run "$m" --env X)"
equal "a wrong function" 1 "$(status "$svm" run "$m" --invoke nothing)"

cat >"$tmp/missing.wat" <<'EOW'
(module
  (import "js" "f" (func $f (param i64) (result f64)))
  (import "wasi_unstable" "sched_yield" (func $yield (result i32)))
  (import "wasi_snapshot_preview1" "nonsense" (func))
  (import "env" "emscripten_notify_memory_growth" (func $grown (param i32)))
  (func (export "_start") (call $grown (i32.const 0)) (drop (call $yield)))
  (func (export "g") (drop (call $f (i64.const 1)))))
EOW
equal "missing imports" 2 "$(status "$svm" run "$tmp/missing.wat")"
equal "all of them" 2 "$(grep -c '^  function' "$tmp/e")"
equal "stubs" 0 "$(status "$svm" run "$tmp/missing.wat" --stub-imports)"
equal "that are called" 125 "$(status "$svm" run "$tmp/missing.wat" --stub-imports --invoke g)"
ok "say what they stand for" grep -q 'unresolved import called: "js" "f"' "$tmp/e"
echo '(module (import "env" "m" (memory 1)) (func (export "_start")))' >"$tmp/memory.wat"
equal "no stub for a memory" 2 "$(status "$svm" run "$tmp/memory.wat" --stub-imports)"
echo '(module (func (export "_start")))' >"$tmp/plain.wat"
equal "nothing of WASI" 1 "$(status "$svm" run "$tmp/plain.wat" --dir "$tmp")"

libc() { # name: a program of this folder
    "$clang" --target=wasm32-wasi --sysroot=/usr -O2 "$root/test/wasi/$1.c" -o "$tmp/$1.wasm" 2>"$tmp/cc"
}
if [ -f /usr/lib/wasm32-wasi/libc.a ] && libc floyd; then
    ok "compiling libc.c" libc libc
    equal "floyd" "1 2 3 4 5 6 7 8 9 10" "$("$svm" run "$tmp/floyd.wasm" 4 | xargs)"
    equal "floyd's status" 33 "$(status "$svm" run "$tmp/floyd.wasm" 4)"
    equal "from standard input" "1 2 3 4 5 6" "$(echo 3 | "$svm" run "$tmp/floyd.wasm" | xargs)"
    equal "a pipe that is closed early" 1 "$("$svm" run "$tmp/floyd.wasm" 500 2>/dev/null | head -n 1)"
    mkdir "$tmp/data"
    ok "files, folders, times" "$svm" run "$tmp/libc.wasm" --dir "$tmp/data::/data" --env NAME=a=b
    last=$(tail -n 1 "$tmp/out")
    [[ $last =~ ^([0-9]+)\ passed ]] && passed=$((passed + BASH_REMATCH[1]))
    (cd "$tmp/data" && "$svm" compile "$tmp/floyd.wasm" -o "$tmp/floyd.svm") >/dev/null
    equal "saved" "1 2 3" "$("$svm" run "$tmp/floyd.svm" 2 | xargs)"
else
    echo "without wasi-libc: its programs are left out"
fi
finish
