/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_raw.c - any bytes as bare code: load, validate, print, blocks, liveness; what is valid
 * must also encode again to an equal instruction. */
#include "front/front.h"
#include "ir/cfg.h"
#include "ir/live.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct func *f, struct buf *text) {
    struct arena a = {.limit = 64 << 20};
    struct error e = {0};
    struct cfg c;
    struct live l;
    for (u32 pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        struct insn back;
        u64 slot[2] = {0, 0};
        int len, n;
        buf_clear(text);
        isa_print(text, i, pc, NULL);
        /* callees are function indices by now, and a map by index reads back as it was */
        if (i->op == OP_pad || i->op == OP_callf || i->op == OP_ldfunc)
            continue;
        n = isa_encode(i, 0, slot);
        if (n && !isa_decode(slot, (size_t)n, 0, f->wide, &back, &len, &e) && memcmp(&back, i, sizeof back))
            __builtin_trap();
        e = (struct error){0};
    }
    if (!cfg_build(&c, f, &a, &e) && !live_build(&l, f, &c, &a, &e) && !l.exact && c.nblk < 1000)
        __builtin_trap();
    arena_drop(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct load_options o = {.name = "fuzz", .limits = {.memory = 64 << 20}};
    const struct front *const all[] = {&front_raw, &front_hex};
    struct buf text = {0};
    for (size_t k = 0; k < COUNT(all); k++) {
        struct module m = {.arena.limit = 64 << 20};
        struct error e = {0};
        if (!all[k]->load(&m, data, size, &o, &e) && !validate(&m, &o.limits, &e))
            for (u32 j = 0; j < m.nfunc; j++)
                look_at(&m.func[j], &text);
        module_free(&m);
    }
    buf_free(&text);
    return 0;
}
