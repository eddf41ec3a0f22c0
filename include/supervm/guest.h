/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest.h - the import module "supervm", for C guests compiled to wasm32; it needs no other header.
 *
 *   clang --target=wasm32 -O2 -nostdlib -I include -c guest.c && wasm-ld --no-entry --export=main guest.o -o guest.wasm
 *
 * Maps and programs are those that the host granted by name. Functions return 0 or more, or a negative errno of
 * Linux (SUPERVM_E*): EBADF no handle of that kind, EFAULT a range that leaves memory 0, EPERM not granted for
 * writing, EINVAL not for maps of this type, EBUSY the program runs already; others are those of bpf(2) and bpf-helpers(7).
 * A handle is good for as long as the guest runs; there is nothing to close. Fuel is charged by length. */
#ifndef SUPERVM_GUEST_H
#define SUPERVM_GUEST_H

typedef __UINT8_TYPE__ supervm_u8;
typedef __UINT32_TYPE__ supervm_u32;
typedef __INT32_TYPE__ supervm_s32;
typedef __UINT64_TYPE__ supervm_u64;
typedef __INT64_TYPE__ supervm_s64;
#define SUPERVM_IMPORT(name) __attribute__((import_module("supervm"), import_name(#name)))
#ifdef __cplusplus
extern "C" {
#endif

enum {
    SUPERVM_ENOENT = -2, SUPERVM_EIO = -5, SUPERVM_E2BIG = -7, SUPERVM_EBADF = -9, SUPERVM_EAGAIN = -11,
    SUPERVM_ENOMEM = -12, SUPERVM_EPERM = -1, SUPERVM_EFAULT = -14, SUPERVM_EBUSY = -16, SUPERVM_EEXIST = -17,
    SUPERVM_EINVAL = -22, SUPERVM_ENOTSUP = -95
};
enum { SUPERVM_ANY, SUPERVM_NOEXIST, SUPERVM_EXIST, SUPERVM_LOCK = 4 };       /* flags of map_update */
enum { SUPERVM_NO_WAKEUP = 1, SUPERVM_FORCE_WAKEUP = 2 };                     /* flags of ringbuf_output */

/* ---- maps: by copy, as a process sees them through bpf(2) ---- */

struct supervm_map_info {
    supervm_u32 type;          /* BPF_MAP_TYPE_* (Linux UAPI) */
    supervm_u32 key_size, value_size, max_entries;
    supervm_u32 value_bytes;   /* of a value here: of per-CPU kinds value_size rounded up to 8, for each CPU */
    supervm_u32 flags;         /* BPF_F_* */
};
/* A handle; ENOENT: no map of that name was granted. */
SUPERVM_IMPORT(map_open) supervm_s32 supervm_map_open(const char *name, supervm_u32 len);
SUPERVM_IMPORT(map_info) supervm_s32 supervm_map_info(supervm_s32 map, struct supervm_map_info *out);
/* key: key_size bytes; value: value_bytes. */
SUPERVM_IMPORT(map_lookup) supervm_s32 supervm_map_lookup(supervm_s32 map, const void *key, void *value);
SUPERVM_IMPORT(map_update)
supervm_s32 supervm_map_update(supervm_s32 map, const void *key, const void *value, supervm_u64 flags);
SUPERVM_IMPORT(map_delete) supervm_s32 supervm_map_delete(supervm_s32 map, const void *key);
SUPERVM_IMPORT(map_take) supervm_s32 supervm_map_take(supervm_s32 map, const void *key, void *value);
/* The key after key (0: the first); ENOENT at the end. */
SUPERVM_IMPORT(map_next) supervm_s32 supervm_map_next(supervm_s32 map, const void *key, void *next);
/* EAGAIN: the ring is full. */
SUPERVM_IMPORT(ringbuf_output)
supervm_s32 supervm_ringbuf_output(supervm_s32 map, const void *data, supervm_u32 len, supervm_u64 flags);
/* Takes the oldest record of a ring buffer or perf event array: its length, of which at most room bytes are put into buf.
 * EAGAIN: there is none. */
SUPERVM_IMPORT(ringbuf_poll) supervm_s32 supervm_ringbuf_poll(supervm_s32 map, void *buf, supervm_u32 room);

/* ---- eBPF programs ---- */

struct supervm_result {
    supervm_u64 ret;           /* r0; for XDP and tc the verdict in its low 32 bits */
    supervm_u32 trap;          /* 0, or why it was stopped (docs/ISA.md); the guest goes on */
    supervm_u32 offset, len;   /* of the packet as the program left it, from data on */
    supervm_u32 reserved;
};
struct supervm_run {
    const void *data;
    supervm_u32 len;
    struct supervm_result result;
};
SUPERVM_IMPORT(prog_open) supervm_s32 supervm_prog_open(const char *name, supervm_u32 len);
/* Runs it over len bytes at data, which are its packet or its memory; it can touch no others. */
SUPERVM_IMPORT(prog_run)
supervm_s32 supervm_prog_run(supervm_s32 prog, void *data, supervm_u32 len, struct supervm_result *out);
/* The same over n rows in one call; how many were run. */
SUPERVM_IMPORT(prog_run_batch)
supervm_s32 supervm_prog_run_batch(supervm_s32 prog, struct supervm_run *rows, supervm_u32 n);

/* ---- the rest ---- */

SUPERVM_IMPORT(time_ns) supervm_s64 supervm_time_ns(void); /* monotonic, as bpf_ktime_get_ns */
SUPERVM_IMPORT(cpu) supervm_s32 supervm_cpu(void);         /* the slot of per-CPU maps that programs use here */
SUPERVM_IMPORT(random) supervm_s32 supervm_random(void *buf, supervm_u32 len);      /* EIO: more than 256 bytes */
/* A line where bpf_trace_printk goes; E2BIG: more than 4,096 bytes. */
SUPERVM_IMPORT(print) supervm_s32 supervm_print(const char *text, supervm_u32 len);

#ifdef __cplusplus
}
#endif
#endif
