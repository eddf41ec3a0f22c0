/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_ebpfmut.c - the maps of random programs, and a few changes to a program, after which it is code still: each
 * instruction decodes. */
#include "isa/slot.h"
#include "kit_ebpfgen.h"
#include "kit_packets.h"

const struct map_def ebpf_maps[EBPF_MAPS] = {
    [EBPF_ARRAY] = {.name = "array", .type = 2, .key_size = 4, .value_size = 64, .max_entries = 4},
    [EBPF_HASH] = {.name = "hash", .type = 1, .key_size = 4, .value_size = 16, .max_entries = 8},
    [EBPF_RING] = {.name = "ring", .type = 27, .max_entries = 4096},
    [EBPF_PERCPU] = {.name = "percpu", .type = 6, .key_size = 4, .value_size = 32, .max_entries = 2},
    [EBPF_JUMPS] = {.name = "jumps", .type = 3, .key_size = 4, .value_size = 4, .max_entries = 4},
    [EBPF_CONST] = {.name = "const", .type = 2, .key_size = 4, .value_size = 64, .max_entries = 1, .flags = 0x80},
};

static void change(u64 *seed, u64 *s) {
    static const s32 some[] = {0, 1, -1, 8, -8, 64, 255, 0x7fffffff, (s32)0x80000000};
    u32 code = slot_code(*s), dst = slot_dst(*s), src = slot_src(*s);
    s32 off = slot_off(*s), imm = slot_imm(*s);
    switch (packet_random(seed, 8)) {
    case 0: dst = packet_random(seed, 11); break;
    case 1: src = packet_random(seed, 11); break;
    case 2: off += (s32)packet_random(seed, 9) - 4; break;
    case 3: off *= 2; break;
    case 4: imm += (s32)packet_random(seed, 9) - 4; break;
    case 5: imm = some[packet_random(seed, COUNT(some))]; break;
    case 6: code ^= 1u << packet_random(seed, 8); break;
    default: code = (code & 15) | packet_random(seed, 16) << 4;
    }
    *s = slot_make((u8)code, dst, src, (s16)off, imm);
}

static bool is_code(const struct ebpf_code *c, u32 at) {
    struct insn i;
    struct error e = {0};
    int len;
    return !isa_decode(c->slot, c->n, at, ISA_EBPF, &i, &len, &e);
}

/* Slots of 64-bit constants are left alone: half of one is no code. */
static bool is_pair(const struct ebpf_code *c, u32 at) {
    return slot_code(c->slot[at]) == CODE_LDDW || (at && slot_code(c->slot[at - 1]) == CODE_LDDW);
}

void ebpf_mutate(u64 *seed, struct ebpf_code *c) {
    for (u32 k = 1 + packet_random(seed, 3), tries = 30; k && tries && c->n > 2; k--, tries--) {
        u32 at = packet_random(seed, c->n), to = packet_random(seed, c->n);
        u64 was = c->slot[at], also = c->slot[to];
        if (is_pair(c, at) || is_pair(c, to)) {
            k++;
            continue;
        }
        switch (packet_random(seed, 8)) {
        case 0: c->slot[at] = slot_make(CODE_JA, 0, 0, 0, 0); break;
        case 1: {
            u64 t = c->slot[at];
            c->slot[at] = c->slot[to];
            c->slot[to] = t;
            break;
        }
        case 2: c->slot[at] = c->slot[to]; break;
        default: change(seed, &c->slot[at]);
        }
        if (is_code(c, at) && is_code(c, to) && c->slot[at] != was)
            continue;
        c->slot[to] = also;
        c->slot[at] = was;
        k++;
    }
}
