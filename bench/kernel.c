/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kernel.c - the kernel's JIT beside us, through BPF_PROG_TEST_RUN.
 *
 * The kernel times the runs itself. For XDP a test run with repeat > 1 has a fixed cost of some
 * 16 ms on Linux 6, so that many runs go into one call. Without libbpf (HAVE_LIBBPF undefined),
 * or where bpf() is refused, the column is empty. */
#include "bench.h"
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBBPF
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

struct kernel {
    struct bpf_object *obj;
    int fd;
    uint8_t *out;
};

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args) {
    (void)level, (void)fmt, (void)args;
    return 0;
}

static uint64_t run_kernel(struct variant *v, uint64_t n) {
    LIBBPF_OPTS(bpf_test_run_opts, o);
    o.data_in = v->p->input;
    o.data_size_in = (uint32_t)v->p->size;
    o.data_out = v->kernel->out;
    o.data_size_out = (uint32_t)v->p->size + 4096;
    o.repeat = n > INT32_MAX ? INT32_MAX : (int)n;
    if (bpf_prog_test_run_opts(v->kernel->fd, &o)) {
        snprintf(v->error, sizeof v->error, "BPF_PROG_TEST_RUN failed");
        return 0;
    }
    v->ret = o.retval;
    return (uint64_t)o.duration * n; /* of one run, whole nanoseconds */
}

void kernel_open(struct variant *v, const char *dir) {
    char path[4096];
    struct kernel *k = calloc(1, sizeof *k);
    struct bpf_program *p;
    v->kernel = k;
    v->run = run_kernel;
    v->copies = true;
    libbpf_set_print(quiet);
    snprintf(path, sizeof path, "%s/%s.o", dir, v->p->name);
    if (!k || !(k->out = malloc(v->p->size + 4096)) || !(k->obj = bpf_object__open_file(path, NULL)) ||
        bpf_object__load(k->obj) || !(p = bpf_object__next_program(k->obj, NULL))) {
        snprintf(v->error, sizeof v->error, "the kernel refuses it");
        return;
    }
    k->fd = bpf_program__fd(p);
}

void kernel_close(struct variant *v) {
    if (!v->kernel)
        return;
    bpf_object__close(v->kernel->obj);
    free(v->kernel->out);
    free(v->kernel);
}

#else

struct kernel {
    int none;
};

void kernel_open(struct variant *v, const char *dir) {
    (void)dir;
    snprintf(v->error, sizeof v->error, "built without libbpf");
}

void kernel_close(struct variant *v) {
    (void)v;
}

#endif
