/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasm_bpf.c - a guest as one writes it for wasm-bpf: loads an object, attaches its program, polls its buffer. The
 * object is guest.bpf.o, which test/unit/wasm_bpf.c puts into `object`; a result is 0, or the line that failed. */
typedef unsigned long long u64;
#define EXPORT(name) __attribute__((export_name(#name))) int name
#define IMPORT(name) __attribute__((import_module("wasm_bpf"), import_name(#name)))
#define CHECK(is)                                                                                                      \
    do                                                                                                                 \
        if (!(is))                                                                                                     \
            return __LINE__;                                                                                           \
    while (0)

IMPORT(wasm_load_bpf_object) u64 wasm_load_bpf_object(const void *p, int len);
IMPORT(wasm_close_bpf_object) int wasm_close_bpf_object(u64 object);
IMPORT(wasm_attach_bpf_program) int wasm_attach_bpf_program(u64 object, const char *name, const char *target);
IMPORT(wasm_bpf_map_fd_by_name) int wasm_bpf_map_fd_by_name(u64 object, const char *name);
IMPORT(wasm_bpf_map_operate)
int wasm_bpf_map_operate(int fd, int cmd, void *key, void *value, void *next, u64 flags);
IMPORT(wasm_bpf_buffer_poll)
int wasm_bpf_buffer_poll(u64 object, int fd, int (*fn)(void *, void *, unsigned), void *cx, char *data, int max,
                         int ms);

enum { LOOKUP = 1, UPDATE, DELETE, NEXT, ENOENT = 2, EBADF = 9, EFAULT = 14, EINVAL = 22, EOPNOTSUPP = 95 };
static char object[1 << 16];
static char data[16];
static u64 sum;
static int calls;
static void *const beyond_memory = (void *)0xfffffff0;

EXPORT(room)(void) {
    return (int)object;
}

static int add(void *cx, void *record, unsigned len) {
    u64 v;
    if (cx != &sum || record != data || len != 8)
        return -1;
    __builtin_memcpy(&v, record, 8);
    sum += v;
    calls++;
    return 0;
}
static int fail(void *cx, void *record, unsigned len) {
    (void)cx, (void)record, (void)len;
    __builtin_trap();
}
static void wrong(void) {
    calls++;
}

EXPORT(maps)(int len) {
    u64 o = wasm_load_bpf_object(object, len), value = 7, out = 0;
    unsigned key = 3, next = 0;
    int fd;
    CHECK(o);
    CHECK((fd = wasm_bpf_map_fd_by_name(o, "words")) > 2 && wasm_bpf_map_fd_by_name(o, "words") == fd);
    CHECK(wasm_bpf_map_operate(fd, LOOKUP, &key, &out, 0, 0) == -ENOENT);
    CHECK(!wasm_bpf_map_operate(fd, UPDATE, &key, &value, 0, 0));
    CHECK(!wasm_bpf_map_operate(fd, LOOKUP, &key, &out, 0, 0) && out == 7);
    CHECK(!wasm_bpf_map_operate(fd, NEXT, 0, 0, &next, 0) && next == 3);
    CHECK(wasm_bpf_map_operate(fd, NEXT, &key, 0, &next, 0) == -ENOENT);
    CHECK(!wasm_bpf_map_operate(fd, DELETE, &key, 0, 0, 0));
    CHECK(!wasm_close_bpf_object(o) && wasm_close_bpf_object(o) == -EINVAL);
    CHECK(wasm_bpf_map_operate(fd, DELETE, &key, 0, 0, 0) == -EBADF);
    return 0;
}

EXPORT(events)(int len) {
    u64 o = wasm_load_bpf_object(object, len);
    int fd = wasm_bpf_map_fd_by_name(o, "events");
    CHECK(fd > 2 && !wasm_attach_bpf_program(o, "on_exec", 0));
    CHECK(wasm_bpf_buffer_poll(o, fd, add, &sum, data, sizeof data, 0) == 0);
    while (calls < 10) {
        int n = wasm_bpf_buffer_poll(o, fd, add, &sum, data, sizeof data, 100);
        CHECK(n == 2);
    }
    CHECK(sum == 55);
    CHECK(wasm_bpf_buffer_poll(o, fd, add, &sum, data, sizeof data, 100) == -4); /* the host's end */
    return wasm_close_bpf_object(o);
}

EXPORT(hostile)(int len) {
    u64 o = wasm_load_bpf_object(object, len), id = 0;
    int fd = wasm_bpf_map_fd_by_name(o, "events"), i;
    unsigned key = 0;
    CHECK(!wasm_load_bpf_object(beyond_memory, 64) && !wasm_load_bpf_object(object, -1));
    CHECK(!wasm_load_bpf_object("no object at all", 16) && !wasm_load_bpf_object(object, 0));
    CHECK(!wasm_load_bpf_object(object, len / 2));
    CHECK(wasm_bpf_map_fd_by_name(o + 1, "events") == -EINVAL && wasm_bpf_map_fd_by_name(0, "events") == -EINVAL);
    CHECK(wasm_bpf_map_fd_by_name(o, "none") == -ENOENT && wasm_bpf_map_fd_by_name(o, beyond_memory) == -EFAULT);
    CHECK(wasm_attach_bpf_program(o, "none", 0) == -ENOENT);
    CHECK(wasm_attach_bpf_program(o, "on_exec", beyond_memory) == -EFAULT);
    CHECK(wasm_attach_bpf_program(o, "cut", "eth0") == -EOPNOTSUPP); /* the host's answer */
    CHECK(wasm_bpf_map_operate(0, LOOKUP, &key, &key, 0, 0) == -EBADF);
    CHECK(wasm_bpf_map_operate(-1, LOOKUP, &key, &key, 0, 0) == -EBADF);
    CHECK(wasm_bpf_map_operate(wasm_bpf_map_fd_by_name(o, "words"), LOOKUP, beyond_memory, data, 0, 0) == -EFAULT);
    CHECK(wasm_bpf_map_operate(wasm_bpf_map_fd_by_name(o, "words"), LOOKUP, &key, beyond_memory, 0, 0) == -EFAULT);
    CHECK(wasm_bpf_map_operate(wasm_bpf_map_fd_by_name(o, "words"), NEXT, 0, 0, beyond_memory, 0) == -EFAULT);
    CHECK(wasm_bpf_map_operate(wasm_bpf_map_fd_by_name(o, "words"), 99, &key, data, 0, 0) == -EINVAL);
    CHECK(wasm_bpf_buffer_poll(o, fd, (int (*)(void *, void *, unsigned))wrong, 0, data, 8, 0) == -EINVAL);
    CHECK(wasm_bpf_buffer_poll(o, fd, (int (*)(void *, void *, unsigned))70000, 0, data, 8, 0) == -EINVAL);
    CHECK(wasm_bpf_buffer_poll(o, fd, 0, 0, data, 8, 0) == -EINVAL);
    CHECK(wasm_bpf_buffer_poll(o, fd, add, 0, beyond_memory, 32, 0) == -EFAULT);
    CHECK(wasm_bpf_buffer_poll(o, wasm_bpf_map_fd_by_name(o, "words"), add, 0, data, 8, 0) == -EINVAL);
    for (i = 1; i < 4; i++) /* four objects at most */
        CHECK((id = wasm_load_bpf_object(object, len)) > o);
    CHECK(!wasm_load_bpf_object(object, len));
    return wasm_close_bpf_object(id);
}

/* A trap in the function that is called back goes on through the poll. */
EXPORT(trap)(int len) {
    u64 o = wasm_load_bpf_object(object, len);
    int fd = wasm_bpf_map_fd_by_name(o, "events");
    CHECK(!wasm_attach_bpf_program(o, "on_exec", 0));
    return wasm_bpf_buffer_poll(o, fd, fail, 0, data, sizeof data, 100);
}
