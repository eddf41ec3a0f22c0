/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* split.c - bare slots to functions.
 * A BPF-to-BPF call names a slot. As in the kernel, every slot that is called, or whose
 * address is taken, starts a function, which ends where the next one starts. */
#include "front/raw/split.h"
#include "abi/ctxtype.h"
#include "base/reader.h"
#include "isa/slot.h"

int raw_begin(struct module *m, const char *front, const struct load_options *o, struct error *e) {
    m->name = arena_strdup(&m->arena, o && o->name ? o->name : "");
    m->front = front;
    m->license = "";
    m->gpl = true; /* bare code says nothing of a license */
    m->prog = arena_new(&m->arena, struct prog, 1);
    if (!m->name || !m->prog)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    m->nprog = 1;
    m->prog[0] = (struct prog){.name = "main", .kind = PROG_RAW};
    return 0;
}

enum { START = 1, SECOND = 2 }; /* a function starts here; the second slot of a pair */

static void mark_callee(u64 s, u32 pc, u32 n, u8 *mark) {
    bool call = slot_code(s) == CODE_CALL && slot_src(s) == CALL_LOCAL;
    bool address = slot_code(s) == CODE_LDDW && slot_src(s) == LD_FUNC;
    s64 to = (s64)pc + 1 + slot_imm(s);
    if ((call || address) && to >= 0 && to < n && !(mark[to] & SECOND))
        mark[to] |= START;
}

static void name_functions(struct module *m, const struct asm_label *label, u32 nlabel) {
    for (u32 k = 0; k < nlabel; k++) {
        struct func *f = (struct func *)module_func_at(m, label[k].slot);
        if (f && f->base == label[k].slot && !f->name)
            f->name = arena_strndup(&m->arena, label[k].p, label[k].n);
    }
    m->func[0].name = "main";
    for (u32 k = 1; k < m->nfunc; k++)
        if (!m->func[k].name)
            m->func[k].name = arena_printf(&m->arena, "func_%u", m->func[k].base);
}

int raw_split(struct module *m, const u64 *slot, u32 n, const struct asm_label *label, u32 nlabel, struct error *e) {
    u8 *mark = arena_new(&m->arena, u8, n);
    u32 count = 0;
    if (!mark)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 pc = 0; pc < n; pc++)
        if (slot_code(slot[pc]) == CODE_LDDW && !(mark[pc] & SECOND) && pc + 1 < n)
            mark[pc + 1] |= SECOND;
    for (u32 pc = 0; pc < n; pc++)
        if (!(mark[pc] & SECOND))
            mark_callee(slot[pc], pc, n, mark);
    mark[0] |= START;
    for (u32 pc = 0; pc < n; pc++)
        count += mark[pc] & START;
    m->func = arena_new(&m->arena, struct func, count);
    if (!m->func)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 pc = 0; pc < n; pc++) {
        if (mark[pc] & START)
            m->func[m->nfunc++] =
                (struct func){.file_off = pc * 8ull, .base = pc, .slot = slot + pc, .nreg = NREG_EBPF};
        m->func[m->nfunc - 1].nslot++;
    }
    m->nslot = n;
    name_functions(m, label, nlabel);
    for (u32 k = 0; k < m->nfunc; k++)
        if (!m->func[k].name)
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    return 0;
}

int raw_bytes(struct module *m, const u8 *p, size_t len, const struct load_options *o, struct error *e) {
    struct limits l = limits_or_default(o ? &o->limits : NULL);
    struct reader r = reader_on(p, len);
    u64 *slot;
    if (!len || len % 8)
        return fail(e, E_TRUNC, (s64)len, "%zu bytes are no whole number of 8-byte instructions", len);
    if (len / 8 > l.insns)
        return fail(e, E_LIMIT, NOWHERE, "%zu instructions: the limit is %u", len / 8, l.insns);
    slot = arena_new(&m->arena, u64, len / 8);
    if (!slot)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (size_t k = 0; k < len / 8; k++)
        slot[k] = get_u64(&r);
    return raw_split(m, slot, (u32)(len / 8), NULL, 0, e);
}
