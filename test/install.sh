#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# install.sh - installs to a temporary prefix, and builds a host program against that: through
# pkg-config (shared and static) and through find_package(supervm) (both targets).
. "$(dirname "$0")/lib.sh"
CC=${CC:-cc}
grep -qE '^SVM_SANITIZE:[A-Z]*=.|^SVM_COVERAGE:BOOL=ON' "$build/CMakeCache.txt" && skip "this build is not for installing"
prefix=$tmp/usr
ok "install" cmake --install "$build" --prefix "$prefix"
lib=$(dirname "$(find "$prefix" -name libsupervm.so | head -n 1)")
for file in bin/supervm include/supervm/supervm.h include/supervm/engine.h include/wasm.h; do
    ok "$file" test -f "$prefix/$file"
done

# Nothing but the public names leaves either library.
foreign() { nm "$@" | awk '$NF !~ /^(svm_|ebpf_|wasm_)/ && $NF !~ /^SUPERVM_/ { print $NF }' | sort -u; }
equal "exported by libsupervm.so" "" "$(foreign -D --defined-only "$lib/libsupervm.so")"
equal "exported by libsupervm.a" "" "$(nm -g --defined-only "$lib/libsupervm.a" | awk 'NF == 3 && $3 !~ /^(svm_|ebpf_|wasm_)/ { print $3 }')"

# What wasm.h declares, and does not define in place, is what is exported of the standard interface.
awk_names='{ while (match($0, /wasm_[a-z0-9_]+ *\(/)) { n = substr($0, RSTART, RLENGTH); sub(/ *\(/, "", n);
             if (/static inline/) inline[n] = 1; else seen[n] = 1; $0 = substr($0, RSTART + RLENGTH) } }
           END { for (n in seen) if (!(n in inline)) print n }'
declared=$(echo '#include <wasm.h>' | "$CC" -E -P -I"$prefix/include" - | tr -s '\n' ' ' | tr ';{}' '\n' | awk "$awk_names" | sort)
equal "wasm.h" "$declared" "$(nm -D --defined-only "$lib/libsupervm.so" | awk '$NF ~ /^wasm_/ { sub(/@.*/, "", $NF); print $NF }' | sort)"
ok "wasm.h: names" test "$(wc -l <<<"$declared")" -gt 250

# A host with functions that carry the names of our internals.
cat >"$tmp/host.c" <<'END'
#include <supervm/supervm.h>
#include <stdio.h>
int fail(void), validate(void);
int fail(void) { return 0; }
int validate(void) { return 0; }
int main(void) {
    static const char text[] = "mov r0, 42\nexit\n";
    struct svm_load_options o = SVM_LOAD_INIT;
    struct svm_error err = {0};
    struct svm_result r = {0};
    struct svm_input in = {0};
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m;
    struct svm_program *p = NULL;
    struct svm_instance *i = NULL;
    o.front = "asm";
    if ((m = svm_module_load(vm, text, sizeof text - 1, &o, &err)) && (p = svm_program_link(m, NULL, &err)) &&
        (i = svm_instance_new(p, &err)) && !svm_run(i, NULL, &in, &r, &err))
        printf("%d\n", (int)r.ret + fail() + validate());
    else
        printf("%s\n", err.text);
    svm_instance_free(i);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return 0;
}
END
export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib
# shellcheck disable=SC2046
shared() { "$CC" -o "$tmp/shared" "$tmp/host.c" $(pkg-config --cflags --libs supervm); }
# shellcheck disable=SC2046
static() { "$CC" -o "$tmp/static" "$tmp/host.c" $(pkg-config --cflags supervm) "$lib/libsupervm.a" $(pkg-config --static --libs-only-l supervm | sed 's/-lsupervm//g'); }
ok "pkg-config: version" test -n "$(pkg-config --modversion supervm)"
ok "pkg-config: shared" shared
equal "pkg-config: shared, run" 42 "$("$tmp/shared")"
ok "pkg-config: static" static
equal "pkg-config: static, run" 42 "$(LD_LIBRARY_PATH='' "$tmp/static")"

mkdir "$tmp/consumer"
cat >"$tmp/consumer/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(consumer C)
find_package(supervm 0.1 REQUIRED)
add_executable(with_shared ../host.c)
target_link_libraries(with_shared supervm::supervm)
add_executable(with_static ../host.c)
target_link_libraries(with_static supervm::static)
END
consumer() {
    cmake -S "$tmp/consumer" -B "$tmp/consumer/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$CC" &&
        cmake --build "$tmp/consumer/build"
}
ok "find_package" consumer
equal "supervm::supervm" 42 "$("$tmp/consumer/build/with_shared")"
equal "supervm::static" 42 "$(LD_LIBRARY_PATH='' "$tmp/consumer/build/with_static")"
equal "the installed command" 0 "$("$prefix/bin/supervm" engines >/dev/null 2>&1; echo $?)"
finish
