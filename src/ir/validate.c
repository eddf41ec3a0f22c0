/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* validate.c - the structure of a module, checked before anything else looks at it.
 * in: slots, tables of maps, imports, programs   out: func.code, callees as function indices
 *
 * Each function is decoded once and then walked once; what an instruction names (a register,
 * a target, a callee, a map) must exist and have the right type. Values are not looked at:
 * memory accesses are checked when they run. Typed functions: validate_typed.c. */
#include "ir/validate.h"
#include "abi/ctx.h"
#include "isa/slot.h"
#include <string.h>

int placed(struct work *w) {
    struct buf b = {0};
    w->e->at = w->f->where ? (s64)w->f->where[w->pc] : (s64)(w->f->file_off + (u64)w->pc * 8);
    print_place(&b, w->f, w->pc);
    if (w->f->section)
        wrap(w->e, "section %s, offset 0x%llx: %s", w->f->section, (long long)w->e->at, buf_str(&b));
    else
        wrap(w->e, "offset 0x%llx: %s", (long long)w->e->at, buf_str(&b));
    buf_free(&b);
    return w->e->code;
}

/* --- registers --- */

static bool type_fits(char want, u8 have) {
    switch (want) {
    case 'X': return have == TYPE_I64 || have == TYPE_I32 || have == TYPE_F32 || have == TYPE_F64;
    case 'A':
    case 'I': return have == TYPE_I32 || have == TYPE_I64;
    default: return have == (u8)want;
    }
}

u8 type_of(const struct func *f, u16 reg) {
    return f->reg_type ? f->reg_type[reg] : TYPE_I64;
}

static int check_reg(struct work *w, u16 reg, char want) {
    const char *name = isa_name(w->f->code[w->pc].op);
    if (reg >= w->f->nreg)
        return refuse(w, E_REG, "%s: r%u of a function with %u registers", name, reg, w->f->nreg);
    if (!type_fits(want, type_of(w->f, reg)))
        return refuse(w, E_REG, "%s: r%u has type %c where %c is needed", name, reg, type_of(w->f, reg), want);
    return 0;
}

static int check_regs(struct work *w, const struct insn *i) {
    const char *type = isa_info[i->op].type;
    if ((type[0] && check_reg(w, i->a, type[0])) || (type[1] && check_reg(w, i->b, type[1])) ||
        (type[2] && check_reg(w, i->c, type[2])))
        return w->e->code;
    if (i->op != OP_select)
        return 0;
    if (check_reg(w, (u16)i->imm, 'I'))
        return w->e->code;
    if (type_of(w->f, i->a) != type_of(w->f, i->b) || type_of(w->f, i->a) != type_of(w->f, i->c))
        return refuse(w, E_REG, "select: r%u, r%u and r%u differ in type", i->a, i->b, i->c);
    return 0;
}

static int check_signature(struct work *w) {
    struct func *f = w->f;
    if (f->nreg < NREG_EBPF || (!f->wide && f->nreg > NREG_EBPF))
        return refuse(w, E_REG, "a function with %u registers", f->nreg);
    if (!f->reg_type)
        return 0;
    for (u32 k = 0; k < f->nreg; k++) {
        if (!f->reg_type[k] || !strchr("LIFD", f->reg_type[k]))
            return refuse(w, E_REG, "r%u has an unknown type", k);
        if (k <= REG_FP && f->reg_type[k] != TYPE_I64)
            return refuse(w, E_REG, "r%u must be a 64-bit integer", k);
    }
    return 0;
}

/* --- operands that name something --- */

int check_target(struct work *w, s32 to, const char *what) {
    const struct func *f = w->f;
    if (to < 0 || (u32)to >= f->nslot)
        return refuse(w, E_JUMP, "%s to instruction %d of a function of %u", what, to, f->nslot);
    if (f->code[to].op == OP_pad)
        return refuse(w, E_JUMP, "%s into the second half of instruction %d", what, to - 1);
    return 0;
}

/* From the slot of a callee, relative to this function, to the index of a function. */
static int resolve(struct work *w, struct insn *i) {
    s64 slot = (s64)w->f->base + i->imm;
    const struct func *g = slot < 0 || slot >= w->m->nslot ? NULL : module_func_at(w->m, (u32)slot);
    const char *what = i->op == OP_callf ? "call" : "function address";
    if (!g || g->typed)
        return refuse(w, E_JUMP, "%s at instruction %lld: no function is there", what, (long long)i->imm);
    if (g->base != slot)
        return refuse(w, E_JUMP, "%s into function %s, %lld instructions behind its start", what,
                      g->name ? g->name : "?", (long long)(slot - g->base));
    i->imm = (s32)(g - w->m->func);
    return 0;
}

int check_index(struct work *w, u32 index, u32 n, const char *what) {
    if (!n)
        return refuse(w, E_INDEX, "%s %u: the input has none", what, index);
    return index < n ? 0 : refuse(w, E_INDEX, "%s %u of %u", what, index, n);
}

/* File descriptors mean nothing here; a front end turns them into indices or refuses. */
static int check_map(struct work *w, const struct insn *i) {
    u8 src = slot_src(w->f->slot[w->pc]);
    if (src == LD_MAP_FD || src == LD_MAP_FD_VALUE)
        return refuse(w, E_UNSUP, "a map by file descriptor (%d): there is no table of them", i->imm);
    return check_index(w, (u32)i->imm, w->m->nmap, "map");
}

/* Programs raise what stands for a fault of theirs; limits and control are ours. */
/* clang-format off */
bool may_raise(s32 trap) {
    enum { TRAP, LIMIT, CTRL };
    switch (trap) {
#define TRAP_ROW(name, code, class, text) case code: return (class) == TRAP;
#include "abi/traps.def"
    }
    return false;
}
/* clang-format on */

static int check_memory(struct work *w, u32 index) {
    return check_index(w, index, w->m->memory_pages ? 1 : 0, "linear memory");
}

static int check_operands(struct work *w, struct insn *i) {
    u8 shape = isa_info[i->op].shape;
    if (isa_info[i->op].flags & TYPED || ((shape == SHAPE_JCC || shape == SHAPE_JCCI) && i->a))
        return refuse(w, E_OPCODE, "%s: this form of it is for typed functions", isa_name(i->op));
    if (shape == SHAPE_JCC || shape == SHAPE_JCCI)
        return check_target(w, i->off, "jump");
    if (shape == SHAPE_MLD || shape == SHAPE_MST)
        return check_memory(w, i->c);
    switch (i->op) {
    case OP_ja:
    case OP_may_goto: return check_target(w, i->off, "jump");
    case OP_callf:
    case OP_ldfunc: return resolve(w, i);
    case OP_ldmap:
    case OP_ldmapval: return check_map(w, i);
    case OP_ldsym: return check_index(w, (u32)i->imm, w->m->nimport, "import");
    case OP_callk:
        if (check_index(w, (u32)i->imm, w->m->nimport, "import"))
            return w->e->code;
        if (w->m->import[i->imm].kind == IMPORT_FUNC)
            return 0;
        return refuse(w, E_INDEX, "call of import %s, which is a variable", w->m->import[i->imm].name);
    case OP_gotox: return w->f->jump_ok ? 0 : refuse(w, E_JUMP, "gotox in a function without jump tables");
    case OP_trap: return may_raise(i->imm) ? 0 : refuse(w, E_INDEX, "trap %d is none that a program may raise", i->imm);
    case OP_memsize:
    case OP_memgrow: return check_memory(w, (u32)i->imm);
    }
    return 0;
}

static int check_jump_table(struct work *w) {
    const u64 *ok = w->f->jump_ok;
    for (u32 k = 0; ok && k < w->f->nslot; k++) {
        if (!(k % 64) && !ok[k / 64]) {
            k += 63; /* tables are sparse */
            continue;
        }
        if (ok[k / 64] >> k % 64 & 1 && check_target(w, (s32)k, "jump table entry"))
            return w->e->code;
    }
    return 0;
}

/* --- functions and the module --- */

static int decode(struct work *w) {
    struct func *f = w->f;
    enum isa_mode mode = f->typed ? ISA_TYPED : f->wide ? ISA_WIDE : ISA_EBPF;
    int len;
    f->code = arena_new(&w->m->arena, struct insn, f->nslot);
    if (!f->code)
        return fail(w->e, E_NOMEM, NOWHERE, "out of memory for %u instructions", f->nslot);
    for (w->pc = 0; w->pc < f->nslot; w->pc += (u32)len) {
        if (isa_decode(f->slot, f->nslot, w->pc, mode, &f->code[w->pc], &len, w->e))
            return placed(w);
        if (len == 2)
            f->code[w->pc + 1].op = OP_pad;
    }
    return 0;
}

/* Of code that stood already: pairs are whole. */
static int check_pairs(struct work *w) {
    const struct func *f = w->f;
    for (w->pc = 0; w->pc < f->nslot; w->pc += (u32)isa_len(&f->code[w->pc])) {
        const struct insn *i = &f->code[w->pc];
        if (i->op == OP_bad || i->op == OP_pad || i->op >= OP_COUNT)
            return refuse(w, E_OPCODE, "no instruction");
        if (isa_len(i) == 2 && (w->pc + 1 >= f->nslot || f->code[w->pc + 1].op != OP_pad))
            return refuse(w, E_TRUNC, "%s: the second slot is missing", isa_name(i->op));
    }
    return 0;
}

static int check_func(struct work *w) {
    struct func *f = w->f;
    u32 last = 0;
    w->pc = 0;
    if (!f->nslot)
        return fail(w->e, E_FORMAT, (s64)f->file_off, "function %s has no instructions", f->name ? f->name : "?");
    if (f->typed ? typed_signature(w) : check_signature(w))
        return w->e->code;
    if (f->slot ? decode(w) : check_pairs(w))
        return w->e->code;
    for (w->pc = 0; w->pc < f->nslot; w->pc++) {
        struct insn *i = &f->code[w->pc];
        if (i->op == OP_pad)
            continue;
        last = w->pc;
        if (f->typed ? typed_insn(w, i) : (f->wide && check_regs(w, i)) || check_operands(w, i))
            return w->e->code;
    }
    w->pc = 0;
    if (check_jump_table(w) || (f->typed && typed_handlers(w)))
        return w->e->code;
    w->pc = last;
    if (isa_falls_through(f->code[last].op))
        return refuse(w, E_JUMP, "control falls off the end of the function");
    return 0;
}

int validate_func(struct module *m, struct func *f, struct error *e) {
    struct work w = {.m = m, .f = f, .e = e};
    return check_func(&w);
}

int validate(struct module *m, const struct limits *lim, struct error *e) {
    struct limits l = limits_or_default(lim);
    if (!m->arena.limit || m->arena.limit > l.memory)
        m->arena.limit = l.memory;
    if (m->arena.used > l.memory)
        return fail(e, E_LIMIT, NOWHERE, "%zu bytes for the module: the limit is %llu", m->arena.used,
                    (unsigned long long)l.memory);
    if (validate_tables(m, &l, e))
        return e->code;
    for (u32 k = 0; k < m->nfunc; k++) {
        struct func *f = &m->func[k];
        if (!f->imported && !f->lazy && validate_func(m, f, e))
            return e->code;
    }
    return 0;
}
