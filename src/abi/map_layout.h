/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_layout.h - the head of every map: what native code may rely on. */
#ifndef ABI_MAP_LAYOUT_H
#define ABI_MAP_LAYOUT_H
#include "base/types.h"

struct map_kind;
struct map {
    u8 *value;              /* the one area that holds all values a program can point at, or NULL */
    u64 value_len;          /* its bytes */
    u32 key_size, value_size;
    u32 max_entries;
    u32 stride;             /* bytes from one entry's value to the next: value_size rounded up to 8, times CPUs */
    u32 cpu_stride;         /* per-CPU kinds: bytes from one CPU's value to the next; else 0 */
    u32 type, flags;
    bool read_only;         /* to programs: BPF_F_RDONLY_PROG, or a frozen .rodata */
    bool write_only, frozen;
    bool word_hash;         /* a hash with keys of 4 or 8 bytes whose insides stand as below */
    s32 lock_off, timer_off;/* of struct bpf_spin_lock and bpf_timer in a value, by BTF; -1: none */
    const struct map_kind *kind;
    void *impl;             /* the kind's own struct */
    const char *name;
    u32 refs;
    u64 memory;             /* bytes it takes */
    void *env;              /* struct map_env, copied */
    const void *def;        /* struct map_def it was made from, while its module lives */
};
_Static_assert(offsetof(struct map, value) == 0, "inlined: [map]");
_Static_assert(offsetof(struct map, max_entries) == 24, "inlined: [map + 24]");
_Static_assert(offsetof(struct map, stride) == 28, "inlined: [map + 28]");

/* Lookups in a word_hash: the key's bucket, of hash & mask, has the number of its first entry, each entry that of the
 * next, 0 at the end. Entry id is at elem + id * (HASH_KEY + key_size), its value at map.value + id * stride.
 * Numbers are read with acquire, by a run in an epoch (rt/limbo.h): then entries stay as they are. */
enum {
    HASH_SEED = 0,          /* in impl: u64 */
    HASH_BUCKET = 8,        /* u32 * */
    HASH_ELEM = 16,         /* u8 * */
    HASH_MASK = 24,         /* u32 */
    HASH_KEY = 8,           /* in an entry: the key; the next one's number is at its begin */
};
/* hash := fold(fold(key ^ seed ^ K0, seed | 1), K1); fold: both halves of the product in 128 bits, xor. mask < 2^31 */
#define HASH_K0 0xa0761d6478bd642fu
#define HASH_K1 0xe7037ed1a0b428dbu

#endif
