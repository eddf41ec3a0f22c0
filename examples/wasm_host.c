/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_host.c - a WebAssembly guest and its host: a function that the guest imports, bytes through its memory, a limit
 * of instructions, an interrupt from another thread. cc wasm_host.c $(pkg-config --cflags --libs supervm) -pthread
 * prints: guest: hello, host
 * upper(hello, guest) = HELLO, GUEST
 * spin: instruction budget spent, 0 left
 * spin: interrupted */
#include <pthread.h>
#include <string.h>
#include <supervm/supervm.h>
#include <unistd.h>

/* (module
 *   (import "host" "log" (func $log (param i32 i32)))
 *   (memory (export "memory") 1)
 *   (data (i32.const 0) "hello, host")
 *   (func (export "greet") (call $log (i32.const 0) (i32.const 11)))
 *   (func (export "upper") (param $at i32) (param $len i32) (local $c i32)
 *     (block $done (loop $next
 *       (br_if $done (i32.eqz (local.get $len)))
 *       (local.set $c (i32.load8_u (local.get $at)))
 *       (if (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))
 *         (then (i32.store8 (local.get $at) (i32.sub (local.get $c) (i32.const 32)))))
 *       (local.set $at (i32.add (local.get $at) (i32.const 1)))
 *       (local.set $len (i32.sub (local.get $len) (i32.const 1)))
 *       (br $next))))
 *   (func (export "spin") (loop $l (br $l)))) */
static const unsigned char module[] = {
    0,   97,  115, 109, 1,   0,   0,   0,   1,   9,   2,   96,  2,   127, 127, 0,   96,  0,  0,  2,   12,  1,   4,
    104, 111, 115, 116, 3,   108, 111, 103, 0,   0,   3,   4,   3,   1,   0,   1,   5,   3,  1,  0,   1,   7,   33,
    4,   6,   109, 101, 109, 111, 114, 121, 2,   0,   5,   103, 114, 101, 101, 116, 0,   1,  5,  117, 112, 112, 101,
    114, 0,   2,   4,   115, 112, 105, 110, 0,   3,   10,  79,  3,   8,   0,   65,  0,   65, 11, 16,  0,   11,  60,
    1,   1,   127, 2,   64,  3,   64,  32,  1,   69,  13,  1,   32,  0,   45,  0,   0,   33, 2,  32,  2,   65,  225,
    0,   107, 65,  26,  73,  4,   64,  32,  0,   32,  2,   65,  32,  107, 58,  0,   0,   11, 32, 0,   65,  1,   106,
    33,  0,   32,  1,   65,  1,   107, 33,  1,   12,  0,   11,  11,  11,  7,   0,   3,   64, 12, 0,   11,  11,  11,
    17,  1,   0,   65,  0,   11,  11,  104, 101, 108, 108, 111, 44,  32,  104, 111, 115, 116};

/* The guest says where the text lies: the host checks that it lies in the guest's memory. */
static int log_text(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    uint32_t at = (uint32_t)args[0].of.i32, len = (uint32_t)args[1].of.i32;
    char text[80];
    (void)results;
    if (len >= sizeof text || svm_memory_read(svm_caller_memory(c), at, text, len))
        return svm_caller_fail(c, "log: no such text");
    printf("%s: %.*s\n", (const char *)arg, (int)len, text);
    return 0;
}

static void *stop(void *in) {
    usleep(50000);
    svm_instance_interrupt(in);
    return NULL;
}

static int use(struct svm_instance *in) {
    struct svm_memory *mem = svm_instance_memory(in, "memory");
    struct svm_val args[2] = {{SVM_I32, {.i32 = 1024}}, {SVM_I32, {.i32 = 12}}};
    char text[16] = "hello, guest";
    pthread_t thread;

    if (svm_call(in, "greet", NULL, 0, NULL, 0, NULL))
        return 1;

    if (svm_memory_write(mem, 1024, text, 12) || svm_call(in, "upper", args, 2, NULL, 0, NULL))
        return 1;
    printf("upper(%s) = %.12s\n", text, (const char *)svm_memory_data(mem) + 1024);

    svm_instance_fuel_set(in, 1000000);
    if (svm_call(in, "spin", NULL, 0, NULL, 0, NULL) != SVM_ETRAP || !svm_instance_trap(in)->limit)
        return 1;
    printf("spin: %s, %d left\n", svm_instance_trap(in)->text, (int)svm_instance_fuel(in));

    svm_instance_fuel_set(in, INT64_MAX);
    if (pthread_create(&thread, NULL, stop, in))
        return 1;
    svm_call(in, "spin", NULL, 0, NULL, 0, NULL);
    pthread_join(thread, NULL);
    printf("spin: %s\n", svm_instance_trap(in)->text);
    return 0;
}

int main(void) {
    static const enum svm_valkind two[] = {SVM_I32, SVM_I32};
    const struct svm_functype type = {two, 2, NULL, 0};
    struct svm_error err = {0};
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = svm_module_load(vm, module, sizeof module, NULL, &err);
    struct svm_program *p = m ? svm_program_link(m, NULL, &err) : NULL;
    struct svm_linker *l = svm_linker_new(vm, &err);
    struct svm_instance *in = NULL;
    int failed = 1;

    if (p && l && !svm_linker_func(l, "host", "log", &type, log_text, (void *)"guest"))
        in = svm_linker_instantiate(l, p, &err);
    if (in)
        failed = use(in);
    else
        fprintf(stderr, "%s\n", err.text);
    svm_instance_free(in);
    svm_linker_free(l);
    svm_program_free(p);
    svm_module_free(m);
    svm_free(vm);
    return failed;
}
