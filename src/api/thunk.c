/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* thunk.c - machine code that adds a third argument and jumps on:
 *
 *   | arg -> 3rd argument register; jump to target | arg | target |
 *
 * One page each: written, then sealed (never writable and executable at once). The code finds
 * its two constants relative to itself, so the bytes before them are the same in every thunk. */
#include "api/thunk.h"
#include "base/platform.h"
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
/* System V: rdx. endbr64 is for kernels and hosts that track indirect branches (CET). */
static const u8 code[] = {
    0xf3, 0x0f, 0x1e, 0xfa,                   /* endbr64                    */
    0x48, 0x8b, 0x15, 13,   0,    0,    0,    /* mov  rdx, [rip + 13]  = 24 */
    0xff, 0x25, 15,   0,    0,    0,          /* jmp  [rip + 15]       = 32 */
    0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, /* to the constants           */
};
#elif defined(__aarch64__)
/* AAPCS64: x2; x16 is the register for such veneers, from which "br" may enter "bti c". */
static const u8 code[] = {
    0x5f, 0x24, 0x03, 0xd5, /* bti  c        */
    0xa2, 0x00, 0x00, 0x58, /* ldr  x2, #20  */
    0xd0, 0x00, 0x00, 0x58, /* ldr  x16, #24 */
    0x00, 0x02, 0x1f, 0xd6, /* br   x16      */
    0x00, 0x00, 0x00, 0x00, /* udf           */
    0x00, 0x00, 0x00, 0x00,
};
#elif defined(__riscv) && __riscv_xlen == 64
/* a2; t1 for the target. */
static const u8 code[] = {
    0x97, 0x02, 0x00, 0x00, /* auipc t0, 0      */
    0x03, 0xb6, 0x82, 0x01, /* ld    a2, 24(t0) */
    0x03, 0xb3, 0x02, 0x02, /* ld    t1, 32(t0) */
    0x67, 0x00, 0x03, 0x00, /* jr    t1         */
    0x00, 0x00, 0x00, 0x00, /* unimp            */
    0x00, 0x00, 0x00, 0x00,
};
#else
static const u8 code[24];
#define NO_THUNKS
#endif
_Static_assert(sizeof code == 24, "the constants stand at 24 and 32");

static size_t page(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Where it stands in its page: tools that look for type marks before an entry (clang's
 * -fsanitize=function, kernels' FineIBT) find zeros there, and not another mapping. */
enum { ENTRY = 64 };

thunk_fn *thunk_new(thunk_target *target, void *arg) {
    const u64 constants[2] = {(u64)(uintptr_t)arg, (u64)(uintptr_t)target};
#ifdef NO_THUNKS
    u8 *p = NULL;
#else
    u8 *p = os_reserve(page());
#endif
    if (!p)
        return NULL;
    memcpy(p + ENTRY, code, sizeof code);
    memcpy(p + ENTRY + sizeof code, constants, sizeof constants);
    if (os_seal_code(p, page()))
        return (thunk_fn *)(uintptr_t)(p + ENTRY);
    os_release(p, page());
    return NULL;
}

void thunk_free(thunk_fn *f) {
    os_release((u8 *)(uintptr_t)f - ENTRY, page());
}
