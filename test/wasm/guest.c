/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest.c - a guest of the import module "supervm": each exported function is one check of test/unit/hostmod.c. The
 * result is 0, or the line of what was not as it should be. */
#include "supervm/guest.h"

#define EXPORT(name) __attribute__((export_name(#name))) int name
#define CHECK(is)                                                                                                      \
    do                                                                                                                 \
        if (!(is))                                                                                                     \
            return __LINE__;                                                                                           \
    while (0)
#define NAME(text) text, sizeof(text) - 1
static void *const beyond_memory = (void *)0xfffffff0;

EXPORT(maps)(void) {
    int map = supervm_map_open(NAME("words"));
    struct supervm_map_info info;
    supervm_u32 key = 5, next = 0;
    supervm_u64 value = 50;
    CHECK(map >= 0);
    CHECK(!supervm_map_info(map, &info) && info.type == 1 && info.key_size == 4 && info.value_size == 8);
    CHECK(info.max_entries == 4 && info.value_bytes == 8);
    CHECK(supervm_map_lookup(map, &key, &value) == SUPERVM_ENOENT);
    CHECK(!supervm_map_update(map, &key, &value, SUPERVM_NOEXIST));
    CHECK(supervm_map_update(map, &key, &value, SUPERVM_NOEXIST) == SUPERVM_EEXIST);
    CHECK(!supervm_map_next(map, 0, &next) && next == 5);
    CHECK(supervm_map_next(map, &next, &next) == SUPERVM_ENOENT);
    value = 0;
    CHECK(!supervm_map_lookup(map, &key, &value) && value == 50);
    CHECK(!supervm_map_take(map, &key, &value) && supervm_map_take(map, &key, &value) == SUPERVM_ENOENT);
    CHECK(supervm_map_delete(map, &key) == SUPERVM_ENOENT);
    for (key = 10; key < 14; key++)
        CHECK(!supervm_map_update(map, &key, &value, SUPERVM_ANY));
    CHECK(supervm_map_update(map, &key, &value, SUPERVM_ANY) == SUPERVM_E2BIG);
    for (key = 10; key < 14; key++)
        CHECK(!supervm_map_delete(map, &key));
    return 0;
}

EXPORT(per_cpu)(void) {
    int map = supervm_map_open(NAME("each"));
    struct supervm_map_info info;
    supervm_u32 key = 1, value[6] = {11, 0, 22, 0, 33, 0}, out[6];
    CHECK(!supervm_map_info(map, &info) && info.value_size == 4 && info.value_bytes == sizeof value);
    CHECK(!supervm_map_update(map, &key, value, 0) && !supervm_map_lookup(map, &key, out));
    CHECK(out[0] == 11 && out[2] == 22 && out[4] == 33);
    CHECK(supervm_cpu() >= 0 && supervm_cpu() < 3);
    return 0;
}

EXPORT(hostile)(void) {
    int map = supervm_map_open(NAME("words")), prog = supervm_prog_open(NAME("cut")), i;
    supervm_u32 key = 1;
    supervm_u64 value = 1;
    CHECK(supervm_map_open(NAME("secret")) == SUPERVM_ENOENT);
    CHECK(supervm_map_open(NAME("cut")) == SUPERVM_ENOENT);
    CHECK(supervm_map_open(beyond_memory, 32) == SUPERVM_EFAULT);
    CHECK(supervm_map_open("", 0xffffffff) == SUPERVM_EFAULT);
    CHECK(supervm_map_lookup(map, beyond_memory, &value) == SUPERVM_EFAULT);
    CHECK(supervm_map_lookup(map, &key, beyond_memory) == SUPERVM_EFAULT);
    CHECK(supervm_map_next(map, 0, beyond_memory) == SUPERVM_EFAULT);
    CHECK(supervm_map_info(map, beyond_memory) == SUPERVM_EFAULT);
    CHECK(supervm_map_update(map, &key, beyond_memory, 0) == SUPERVM_EFAULT);
    CHECK(supervm_map_lookup(prog, &key, &value) == SUPERVM_EBADF);
    CHECK(supervm_map_lookup(-1, &key, &value) == SUPERVM_EBADF);
    for (i = 100; i < 2000000000; i += 97000000)
        CHECK(supervm_map_delete(i, &key) == SUPERVM_EBADF);
    CHECK(supervm_prog_run(map, &value, 8, 0) == SUPERVM_EBADF);
    CHECK(supervm_prog_run(prog, beyond_memory, 32, 0) == SUPERVM_EFAULT);
    CHECK(supervm_prog_run(prog, &value, 8, beyond_memory) == SUPERVM_EFAULT);
    CHECK(supervm_prog_run_batch(prog, beyond_memory, 1) == SUPERVM_EFAULT);
    CHECK(supervm_prog_run_batch(prog, 0, 0xffffffff) == SUPERVM_EFAULT);
    CHECK(supervm_random(beyond_memory, 32) == SUPERVM_EFAULT && supervm_random(&value, 257) == SUPERVM_EIO);
    CHECK(supervm_print(beyond_memory, 32) == SUPERVM_EFAULT && supervm_print("", 4097) == SUPERVM_E2BIG);
    return 0;
}

EXPORT(read_only)(void) {
    int map = supervm_map_open(NAME("look"));
    supervm_u32 key = 1;
    supervm_u64 value = 1;
    CHECK(supervm_map_lookup(map, &key, &value) == SUPERVM_ENOENT);
    CHECK(supervm_map_update(map, &key, &value, 0) == SUPERVM_EPERM);
    CHECK(supervm_map_delete(map, &key) == SUPERVM_EPERM && supervm_map_take(map, &key, &value) == SUPERVM_EPERM);
    return 0;
}

EXPORT(ring)(void) {
    int map = supervm_map_open(NAME("events"));
    char text[8] = {0};
    supervm_u64 big[64];
    int n = 0, k;
    CHECK(supervm_ringbuf_poll(map, text, 8) == SUPERVM_EAGAIN);
    CHECK(!supervm_ringbuf_output(map, "hello", 5, 0) && !supervm_ringbuf_output(map, "a longer one", 12, 1));
    CHECK(supervm_ringbuf_output(map, "x", 1, 8) == SUPERVM_EINVAL);
    CHECK(supervm_ringbuf_poll(map, text, 8) == 5 && text[0] == 'h' && text[4] == 'o' && !text[5]);
    CHECK(supervm_ringbuf_poll(map, text, 4) == 12 && text[0] == 'a' && text[3] == 'o' && text[4] == 'o');
    CHECK(supervm_ringbuf_poll(map, text, 8) == SUPERVM_EAGAIN);
    while (!(k = supervm_ringbuf_output(map, big, sizeof big, 0)))
        n++;
    CHECK(k == SUPERVM_EAGAIN && n == 7);
    for (; n; n--)
        CHECK(supervm_ringbuf_poll(map, big, sizeof big) == sizeof big);
    CHECK(supervm_ringbuf_poll(supervm_map_open(NAME("words")), text, 8) == SUPERVM_EINVAL);
    CHECK(supervm_map_update(map, text, text, 0) == SUPERVM_ENOTSUP);
    return 0;
}

EXPORT(programs)(void) {
    static unsigned char packet[64], short_[20];
    int cut = supervm_prog_open(NAME("cut")), sum = supervm_prog_open(NAME("sum"));
    int beyond = supervm_prog_open(NAME("beyond"));
    supervm_u32 words[4] = {0, 40, 2, 0};
    supervm_u32 key = 1;
    supervm_u64 seen = 0;
    struct supervm_result r;
    struct supervm_run row[3] = {{packet, 64, {0}}, {short_, 20, {0}}, {packet, 40, {0}}};
    CHECK(!supervm_map_update(supervm_map_open(NAME("words")), &key, &seen, 0));
    CHECK(!supervm_prog_run(cut, packet, 64, &r) && (supervm_u32)r.ret == 2 && r.offset == 4 && r.len == 60);
    CHECK(packet[0] == 0xee && !r.trap);
    CHECK(!supervm_prog_run(sum, words, sizeof words, &r) && r.ret == 77 && words[0] == 42);
    CHECK(!supervm_prog_run(beyond, words, sizeof words, &r) && r.trap);
    CHECK(supervm_prog_run_batch(cut, row, 3) == 3);
    CHECK((supervm_u32)row[0].result.ret == 2 && (supervm_u32)row[1].result.ret == 1);
    CHECK(row[1].result.len == 20 && row[2].result.len == 36);
    row[1].data = beyond_memory;
    CHECK(supervm_prog_run_batch(cut, row, 3) == 1);
    CHECK(!supervm_map_lookup(supervm_map_open(NAME("words")), &key, &seen) && seen == 5);
    return 0;
}

EXPORT(spin)(void) {
    struct supervm_result r;
    return supervm_prog_run(supervm_prog_open(NAME("spin")), 0, 0, &r);
}

EXPORT(rest)(void) {
    supervm_s64 t = supervm_time_ns();
    unsigned char bytes[40] = {0};
    unsigned any = 0, i;
    CHECK(t > 0 && supervm_time_ns() >= t);
    CHECK(!supervm_random(bytes, 37) && !bytes[37] && !bytes[38] && !bytes[39]);
    for (i = 0; i < 37; i++)
        any |= bytes[i];
    CHECK(any);
    CHECK(!supervm_print(NAME("one line")));
    return 0;
}
