/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* packets.c - a guest of wasm-bpf for the command: reads guest.bpf.o from its standard input, attaches what is asked
 * for and waits until nothing comes by any more. Each function gives a count, or a negative errno. */
typedef unsigned long long u64;
#define EXPORT(name)         __attribute__((export_name(#name))) int name
#define IMPORT(module, name) __attribute__((import_module(module), import_name(#name)))

struct bytes {
    char *p;
    unsigned n;
};
IMPORT("wasi_snapshot_preview1", fd_read) int fd_read(int fd, const struct bytes *v, unsigned n, unsigned *did);
IMPORT("wasm_bpf", wasm_load_bpf_object) u64 wasm_load_bpf_object(const void *p, int len);
IMPORT("wasm_bpf", wasm_close_bpf_object) int wasm_close_bpf_object(u64 object);
IMPORT("wasm_bpf", wasm_attach_bpf_program)
int wasm_attach_bpf_program(u64 object, const char *name, const char *target);
IMPORT("wasm_bpf", wasm_bpf_map_fd_by_name) int wasm_bpf_map_fd_by_name(u64 object, const char *name);
IMPORT("wasm_bpf", wasm_bpf_map_operate)
int wasm_bpf_map_operate(int fd, int cmd, void *key, void *value, void *next, u64 flags);
IMPORT("wasm_bpf", wasm_bpf_buffer_poll)
int wasm_bpf_buffer_poll(u64 object, int fd, int (*fn)(void *, void *, unsigned), void *cx, char *data, int max,
                         int ms);

enum { LOOKUP = 1, UPDATE, EINTR = 4, ENOEXEC = 8 };
static char object[1 << 16];

static u64 load(void) {
    struct bytes rest = {object, sizeof object};
    unsigned did;
    while (rest.n && !fd_read(0, &rest, 1, &did) && did) {
        rest.p += did;
        rest.n -= did;
    }
    return wasm_load_bpf_object(object, (int)(rest.p - object));
}

static int ignore(void *cx, void *record, unsigned len) {
    (void)cx, (void)record, (void)len;
    return 0;
}

/* Packets that came by the program, and that it counted in words[1]. */
EXPORT(count)(void) {
    u64 o = load(), zero = 0, seen = 0;
    unsigned key = 1;
    char data[64];
    int events = wasm_bpf_map_fd_by_name(o, "events"), words = wasm_bpf_map_fd_by_name(o, "words"), rc;
    if (!o)
        return -ENOEXEC;
    if ((rc = wasm_bpf_map_operate(words, UPDATE, &key, &zero, 0, 0)) ||
        (rc = wasm_attach_bpf_program(o, "cut", "eth0")))
        return rc;
    while ((rc = wasm_bpf_buffer_poll(o, events, ignore, 0, data, sizeof data, 100)) >= 0)
        continue;
    if (rc != -EINTR || (rc = wasm_bpf_map_operate(words, LOOKUP, &key, &seen, 0, 0)))
        return rc;
    return wasm_close_bpf_object(o) ? -1 : (int)seen;
}

/* What has no place to be attached to; the object is left open. */
EXPORT(trace)(void) {
    u64 o = load();
    return o ? wasm_attach_bpf_program(o, "on_exec", 0) : -ENOEXEC;
}

/* Nothing is attached: nothing comes. */
EXPORT(idle)(void) {
    u64 o = load();
    char data[64];
    return o ? wasm_bpf_buffer_poll(o, wasm_bpf_map_fd_by_name(o, "events"), ignore, 0, data, sizeof data, -1)
             : -ENOEXEC;
}
