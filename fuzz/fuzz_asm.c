/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* fuzz_asm.c - any text as assembly. What assembles must decode, and its disassembly must
 * assemble to an equal instruction; then it goes through the front end, validation and the analyses. */
#include "front/front.h"
#include "ir/live.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How the instruction at pc is read: in a typed function r10 is a register like any other. */
static enum isa_mode mode_at(const struct asm_out *o, size_t pc, bool svm) {
    for (u32 k = 0; k < o->nfunc; k++)
        if (pc >= o->func[k].start && pc - o->func[k].start < o->func[k].nslot && o->func[k].typed)
            return ISA_TYPED;
    return svm ? ISA_WIDE : ISA_EBPF;
}

static void analyse(const struct module *m) {
    for (u32 k = 0; k < m->nfunc; k++) {
        struct arena a = {.limit = 64 << 20};
        struct error e = {0};
        struct cfg c;
        struct live l;
        if (m->func[k].code && !cfg_build(&c, &m->func[k], &a, &e))
            live_build(&l, &m->func[k], &c, &a, &e);
        arena_drop(&a);
    }
}

static void there_and_back(const struct asm_out *o, bool svm, struct buf *text) {
    const u64 *slot = (const u64 *)(const void *)o->slots.data;
    size_t n = o->slots.len / sizeof *slot;
    int len = 1;
    for (size_t pc = 0; pc < n && pc < 4096; pc += (size_t)len) {
        struct error e = {0};
        struct insn i, again;
        struct asm_out one;
        enum isa_mode mode = mode_at(o, pc, svm);
        int l;
        if (isa_decode(slot, n, pc, mode, &i, &len, &e)) {
            if (e.code != E_JUMP)
                __builtin_trap(); /* beyond 32 bits: the one thing known here only */
            continue;
        }
        if (isa_decode(slot + pc, n - pc, 0, mode, &i, &l, &e))
            continue;
        buf_clear(text);
        if (mode == ISA_TYPED)
            buf_printf(text, ".func f ()\n");
        isa_print(text, &i, 0, NULL);
        if (isa_asm(buf_str(text), text->len, svm, &one, &e))
            __builtin_trap();
        if (isa_decode((const u64 *)(const void *)one.slots.data, one.slots.len / 8, 0, mode, &again, &l, &e))
            __builtin_trap();
        if (memcmp(&i, &again, sizeof i))
            __builtin_trap();
        asm_out_free(&one);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct load_options o = {.name = "fuzz", .limits = {.memory = 64 << 20}};
    struct buf text = {0};
    for (int svm = 0; svm < 2; svm++) {
        const struct front *f = svm ? &front_svmasm : &front_asm;
        struct module m = {.arena.limit = 64 << 20};
        struct error e = {0};
        struct asm_out out;
        if (!isa_asm((const char *)data, size, svm, &out, &e)) {
            there_and_back(&out, svm, &text);
            asm_out_free(&out);
            if (!f->load(&m, data, size, &o, &e) && !validate(&m, &o.limits, &e))
                analyse(&m);
            module_free(&m);
        }
    }
    buf_free(&text);
    return 0;
}
