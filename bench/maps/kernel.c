/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kernel.c - the side of the kernel: its JIT, timed by itself in BPF_PROG_TEST_RUN. */
#include "maps.h"
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBBPF
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

struct kernel {
    struct side side;
    struct bpf_object *obj;
    struct ring_buffer *ring;
    double slab; /* bytes by which the kernel's slabs grew as the maps were filled */
};

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args) {
    (void)level, (void)fmt, (void)args;
    return 0;
}

static int ignore(void *arg, void *data, size_t len) {
    (void)arg, (void)data, (void)len;
    return 0;
}

static bool put(void *side, const char *name, const void *key, const void *value) {
    struct kernel *k = side;
    struct bpf_map *map = bpf_object__find_map_by_name(k->obj, name);
    return map && !bpf_map__update_elem(map, key, bpf_map__key_size(map), value, bpf_map__value_size(map), 0);
}

static double run(struct side *side, const char *prog, struct state *s, unsigned runs) {
    struct kernel *k = (struct kernel *)side;
    struct bpf_program *p = bpf_object__find_program_by_name(k->obj, prog);
    LIBBPF_OPTS(bpf_test_run_opts, o);
    struct state out;
    o.data_in = s;
    o.data_size_in = sizeof *s;
    o.data_out = &out;
    o.data_size_out = sizeof out;
    o.repeat = (int)runs;
    if (!p || bpf_prog_test_run_opts(bpf_program__fd(p), &o))
        return -1;
    *s = out;
    ring_buffer__consume(k->ring);
    return o.duration; /* of one run */
}

static double slab_bytes(void) {
    unsigned long long kb = 0;
    char line[128];
    FILE *f = fopen("/proc/meminfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "SUnreclaim: %llu", &kb) == 1)
            break;
    if (f)
        fclose(f);
    return (double)kb * 1024;
}

/* What the kernel itself accounts for, as it tells in /proc. For a trie it counts neither inner
 * nodes nor what its allocator adds; of these maps it is the only one that takes slabs as it grows. */
static double memory(struct side *side, const char *name) {
    struct kernel *k = (struct kernel *)side;
    char path[64], line[128];
    unsigned long long bytes = 0;
    FILE *f;
    if (!strcmp(name, "routes"))
        return k->slab;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", bpf_object__find_map_fd_by_name(k->obj, name));
    if (!(f = fopen(path, "r")))
        return 0;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "memlock: %llu", &bytes) == 1)
            break;
    fclose(f);
    return (double)bytes;
}

static void close_kernel(struct side *side) {
    struct kernel *k = (struct kernel *)side;
    ring_buffer__free(k->ring);
    bpf_object__close(k->obj);
    free(k);
}

struct side *kernel_open(const char *object, const char **error) {
    struct kernel *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->side = (struct side){run, memory, close_kernel};
    libbpf_set_print(quiet);
    double slab = slab_bytes();
    if (!(k->obj = bpf_object__open_file(object, NULL)) || bpf_object__load(k->obj)) {
        *error = "it refuses the programs, or bpf() is not permitted";
    } else if (!(k->ring = ring_buffer__new(bpf_object__find_map_fd_by_name(k->obj, "ring"), ignore, NULL, NULL)) ||
               !fill(put, k)) {
        *error = "a map cannot be filled";
    } else {
        k->slab = slab_bytes() - slab;
        return &k->side;
    }
    close_kernel(&k->side);
    return NULL;
}

#else

struct side *kernel_open(const char *object, const char **error) {
    (void)object;
    *error = "built without libbpf";
    return NULL;
}

#endif
