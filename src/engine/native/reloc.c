/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* reloc.c - the relocations of position-independent code, a machine each (the psABIs' names). */
#include "engine/native/object.h"
#include <string.h>

static bool put(const struct reloc *r, u64 v, u32 size) {
    if (r->room < size)
        return false;
    memcpy(r->p, &v, size);
    return true;
}
static bool put_s32(const struct reloc *r, s64 v) {
    return v == (s32)v && put(r, (u64)v, 4);
}

static enum reloc_use x86_64_use(u32 type) {
    switch (type) {
    case R_X86_64_NONE:
    case R_X86_64_64:
    case R_X86_64_32:
    case R_X86_64_32S:
    case R_X86_64_PC32:
    case R_X86_64_PC64: return RELOC_PLAIN;
    case R_X86_64_PLT32: return RELOC_CALL;
    case R_X86_64_GOTPCREL:
    case R_X86_64_GOTPCRELX:
    case R_X86_64_REX_GOTPCRELX: return RELOC_GOT;
    default: return RELOC_BAD;
    }
}

static bool x86_64_apply(const struct reloc *r) {
    u64 v = r->s + (u64)r->a;
    switch (r->type) {
    case R_X86_64_NONE: return true;
    case R_X86_64_64: return put(r, v, 8);
    case R_X86_64_32: return v == (u32)v && put(r, v, 4);
    case R_X86_64_32S: return put_s32(r, (s64)v);
    case R_X86_64_PC64: return put(r, v - r->at, 8);
    default: return put_s32(r, (s64)(v - r->at));
    }
}

/* A return whose guess is a loop: what compilers make of indirect jumps where guesses are not to be steered. */
static void x86_64_hard_stub(u8 *p, u64 at, u64 got_entry) {
    static const u8 code[24] = {
        0x4c, 0x8b, 0x1d, 0,    0,    0,    0,    /* mov entry(%rip), %r11 */
        0xe8, 0x07, 0,    0,    0,                /* call 1f */
        0xf3, 0x90, 0x0f, 0xae, 0xe8, 0xeb, 0xf9, /* 0: pause; lfence; jmp 0b */
        0x4c, 0x89, 0x1c, 0x24, 0xc3,             /* 1: mov %r11, (%rsp); ret */
    };
    s32 d = (s32)(got_entry - (at + 7));
    memcpy(p, code, sizeof code);
    memcpy(p + 3, &d, 4);
}

static void x86_64_stub(u8 *p, u64 at, u64 got_entry, bool hard) {
    static const u8 code[8] = {0xff, 0x25, 0, 0, 0, 0, 0x0f, 0x0b}; /* jmp *entry(%rip); ud2 */
    s32 d = (s32)(got_entry - (at + 6));
    if (hard) {
        x86_64_hard_stub(p, at, got_entry);
        return;
    }
    memcpy(p, code, sizeof code);
    memcpy(p + 2, &d, 4);
}

static enum reloc_use aarch64_use(u32 type) {
    switch (type) {
    case R_AARCH64_NONE:
    case R_AARCH64_ABS64:
    case R_AARCH64_ABS32:
    case R_AARCH64_PREL64:
    case R_AARCH64_PREL32:
    case R_AARCH64_ADR_PREL_PG_HI21:
    case R_AARCH64_ADR_PREL_LO21:
    case R_AARCH64_ADD_ABS_LO12_NC:
    case R_AARCH64_LDST8_ABS_LO12_NC:
    case R_AARCH64_LDST16_ABS_LO12_NC:
    case R_AARCH64_LDST32_ABS_LO12_NC:
    case R_AARCH64_LDST64_ABS_LO12_NC:
    case R_AARCH64_LDST128_ABS_LO12_NC:
    case R_AARCH64_LD_PREL_LO19:
    case R_AARCH64_CONDBR19:
    case R_AARCH64_TSTBR14: return RELOC_PLAIN;
    case R_AARCH64_CALL26:
    case R_AARCH64_JUMP26: return RELOC_CALL;
    case R_AARCH64_ADR_GOT_PAGE:
    case R_AARCH64_LD64_GOT_LO12_NC: return RELOC_GOT;
    default: return RELOC_BAD;
    }
}

/* v into bits lo .. lo + n - 1 of the instruction. */
static bool field(const struct reloc *r, u64 v, u32 lo, u32 n) {
    u32 i, mask = ((1u << n) - 1) << lo;
    if (r->room < 4)
        return false;
    memcpy(&i, r->p, 4);
    i = (i & ~mask) | ((u32)(v << lo) & mask);
    memcpy(r->p, &i, 4);
    return true;
}
static bool fits(s64 v, u32 bits) {
    return v >= -((s64)1 << (bits - 1)) && v < (s64)1 << (bits - 1);
}
static bool branch(const struct reloc *r, u64 v, u32 lo, u32 n) {
    s64 d = (s64)(v - r->at);
    return !(d & 3) && fits(d, n + 2) && field(r, (u64)(d >> 2), lo, n);
}
static bool adr(const struct reloc *r, s64 v) {
    return fits(v, 21) && field(r, (u64)v, 29, 2) && field(r, (u64)(v >> 2), 5, 19);
}
static bool low12(const struct reloc *r, u64 v, u32 log) {
    v &= 0xfff;
    return !(v & ((1u << log) - 1)) && field(r, v >> log, 10, 12);
}

static bool aarch64_apply(const struct reloc *r) {
    u64 v = r->s + (u64)r->a;
    s64 d = (s64)(v - r->at);
    switch (r->type) {
    case R_AARCH64_NONE: return true;
    case R_AARCH64_ABS64: return put(r, v, 8);
    case R_AARCH64_ABS32: return v == (u32)v && put(r, v, 4);
    case R_AARCH64_PREL64: return put(r, (u64)d, 8);
    case R_AARCH64_PREL32: return put_s32(r, d);
    case R_AARCH64_ADR_GOT_PAGE:
    case R_AARCH64_ADR_PREL_PG_HI21: return adr(r, (s64)((v >> 12) - (r->at >> 12)));
    case R_AARCH64_ADR_PREL_LO21: return adr(r, d);
    case R_AARCH64_ADD_ABS_LO12_NC:
    case R_AARCH64_LDST8_ABS_LO12_NC: return low12(r, v, 0);
    case R_AARCH64_LDST16_ABS_LO12_NC: return low12(r, v, 1);
    case R_AARCH64_LDST32_ABS_LO12_NC: return low12(r, v, 2);
    case R_AARCH64_LD64_GOT_LO12_NC:
    case R_AARCH64_LDST64_ABS_LO12_NC: return low12(r, v, 3);
    case R_AARCH64_LDST128_ABS_LO12_NC: return low12(r, v, 4);
    case R_AARCH64_LD_PREL_LO19:
    case R_AARCH64_CONDBR19: return branch(r, v, 5, 19);
    case R_AARCH64_TSTBR14: return branch(r, v, 5, 14);
    default: return branch(r, v, 0, 26);
    }
}

static void aarch64_stub(u8 *p, u64 at, u64 got_entry, bool hard) {
    u32 code[4] = {0x58000010, 0xd61f0200, 0, 0}; /* ldr x16, entry; br x16 */
    (void)hard;
    code[0] |= ((u32)((got_entry - at) >> 2) & 0x7ffff) << 5;
    memcpy(p, code, sizeof code);
}

static const struct reloc_machine machines[] = {
    {EM_X86_64, 8, 24, x86_64_use, x86_64_apply, x86_64_stub},
    {EM_AARCH64, 16, 16, aarch64_use, aarch64_apply, aarch64_stub},
};

#if defined(__x86_64__)
const struct reloc_machine *const native_machine = &machines[0];
#elif defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
const struct reloc_machine *const native_machine = &machines[1];
#else
const struct reloc_machine *const native_machine = NULL;
#endif

const struct reloc_machine *native_machine_of(u16 machine) {
    for (u32 k = 0; k < COUNT(machines); k++)
        if (machines[k].machine == machine)
            return &machines[k];
    return NULL;
}
