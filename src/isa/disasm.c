/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm.c - one instruction as text, in the notation of llvm-objdump (LLVM 22).
 * Wide forms follow its spirit: the letter of a register says how an operation sees it:
 * r 64-bit, w 32-bit, f float, d double. What is printed assembles back to the same bits;
 * names stand behind, in <>, and are skipped by the assembler. */
#include "isa/isa.h"
#include "isa/spell.h"

static void hex(struct buf *b, s64 v) {
    buf_printf(b, v < 0 ? "-0x%llx" : "0x%llx", (unsigned long long)(v < 0 ? -(u64)v : (u64)v));
}

/* "+0x2", "-0x8": relative targets. */
static void rel(struct buf *b, s64 to, size_t pc) {
    s64 v = to - (s64)pc - 1;
    if (v >= 0)
        buf_printf(b, "+");
    hex(b, v);
}

/* " <name>": names come from files, so what could upset a terminal is replaced. */
static void annotate(struct buf *b, const char *name) {
    if (!name)
        return;
    buf_printf(b, " <");
    for (; *name; name++)
        buf_printf(b, "%c", *name < ' ' || *name > '~' ? '?' : *name);
    buf_printf(b, ">");
}

/* "r1 + 0x8", "r1 - 0x8" */
static void address(struct buf *b, const struct insn *i) {
    buf_printf(b, "r%u %c ", i->b, i->off < 0 ? '-' : '+');
    hex(b, i->off < 0 ? -(s64)i->off : i->off);
}

static void print_bin(struct buf *b, const struct insn *i, bool immediate) {
    const struct isa_row *r = &isa_info[i->op];
    const char *infix = spell_infix(i->op);
    char a = spell_reg(r->type[0]), x = spell_reg(r->type[1]), y = spell_reg(r->type[2]);
    u16 plain = immediate && x != 'v' ? i->op - 1 : i->op; /* the name without the final i; lanes have none */
    if (infix && i->a == i->b)
        buf_printf(b, "%c%u %s= ", a, i->a, infix);
    else if (infix)
        buf_printf(b, "%c%u = %c%u %s ", a, i->a, x, i->b, infix);
    else
        buf_printf(b, "%c%u = %s(%c%u, ", a, i->a, isa_name(plain), x, i->b);
    if (immediate)
        hex(b, i->imm);
    else
        buf_printf(b, "%c%u", y, i->c);
    if (!infix)
        buf_printf(b, ")");
}

static void print_un(struct buf *b, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    char a = spell_reg(r->type[0]);
    if (spell_prefix(i->op))
        buf_printf(b, "%c%u = %s%c%u", a, i->a, spell_prefix(i->op), a, i->b);
    else
        buf_printf(b, "%c%u = %s(%c%u)", a, i->a, isa_row_name(r), spell_reg(r->type[1]), i->b);
}

static void print_atom(struct buf *b, const struct insn *i) {
    static const char *const sign[] = {[ATOM_ADD] = "+", [ATOM_OR] = "|", [ATOM_AND] = "&", [ATOM_XOR] = "^"};
    static const char *const fetch[] = {
        [ATOM_FADD] = "add", [ATOM_FOR] = "or", [ATOM_FAND] = "and", [ATOM_FXOR] = "xor"};
    const char *mem = spell_mem(i->op);
    u8 what = isa_info[i->op].atom, size = isa_info[i->op].size;
    char r = size < 8 ? 'w' : 'r';
    const char *width = size < 8 ? "32_32" : "_64";
    switch ((enum atom)what) {
    case ATOM_ADD:
    case ATOM_OR:
    case ATOM_AND:
    case ATOM_XOR:
        buf_printf(b, "lock *(%s *)(", mem);
        address(b, i);
        buf_printf(b, ") %s= %c%u", sign[what], r, i->c);
        return;
    case ATOM_FADD:
    case ATOM_FOR:
    case ATOM_FAND:
    case ATOM_FXOR:
        buf_printf(b, "%c%u = atomic_fetch_%s((%s *)(", r, i->a, fetch[what], mem);
        address(b, i);
        buf_printf(b, "), %c%u)", r, i->c);
        return;
    case ATOM_XCHG:
        buf_printf(b, "%c%u = xchg%s(", r, i->a, width);
        address(b, i);
        buf_printf(b, ", %c%u)", r, i->c);
        return;
    case ATOM_CMPXCHG:
        buf_printf(b, "%c0 = cmpxchg%s(", r, width);
        address(b, i);
        buf_printf(b, ", %c0, %c%u)", r, r, i->c);
        return;
    case ATOM_LDACQ:
        buf_printf(b, "%c%u = load_acquire((%s *)(", r, i->a, mem);
        address(b, i);
        buf_printf(b, "))");
        return;
    case ATOM_STREL:
        buf_printf(b, "store_release((%s *)(", mem);
        address(b, i);
        buf_printf(b, "), %c%u)", r, i->c);
        return;
    case ATOM_NONE: return;
    }
}

static void print_pkt(struct buf *b, const struct insn *i) {
    buf_printf(b, "r0 = *(%s *)skb[", spell_mem(i->op));
    if (!isa_info[i->op].type[1])
        hex(b, i->imm);
    else
        buf_printf(b, "r%u", i->b);
    if (isa_info[i->op].type[1] && i->imm) {
        buf_printf(b, i->imm < 0 ? " - " : " + ");
        hex(b, i->imm < 0 ? -(s64)i->imm : i->imm);
    }
    buf_printf(b, "]");
}

/* A callee: relative to the instruction as decoded, a function index once validated (func set). */
static void callee(struct buf *b, const struct insn *i, size_t pc, const struct isa_names *n) {
    const char *name = n && n->func ? n->func(n->arg, (u32)i->imm) : NULL;
    if (name) {
        for (; *name; name++)
            buf_printf(b, "%c", *name <= ' ' || *name > '~' ? '?' : *name);
    } else if (n && n->func) {
        buf_printf(b, "func_%u", (u32)i->imm);
    } else {
        rel(b, i->imm, pc);
    }
}

static void print_ctl(struct buf *b, const struct insn *i, size_t pc, const struct isa_names *n) {
    s64 d = (s64)i->off - (s64)pc - 1;
    u32 imm = (u32)i->imm;
    switch (i->op) {
    case OP_mov64i:
        buf_printf(b, "r%u = ", i->a);
        hex(b, i->imm);
        return;
    case OP_mov32i:
        buf_printf(b, "w%u = ", i->a);
        hex(b, i->imm);
        return;
    case OP_const64:
        buf_printf(b, "r%u = ", i->a);
        hex(b, (s64)insn_imm64(i));
        buf_printf(b, " ll");
        return;
    case OP_ldmap:
        buf_printf(b, "r%u = map[%u] ll", i->a, imm);
        annotate(b, n && n->map ? n->map(n->arg, imm) : NULL);
        return;
    case OP_ldmapval:
        buf_printf(b, "r%u = map[%u][0] + 0x%x ll", i->a, imm, (u32)i->off);
        annotate(b, n && n->map ? n->map(n->arg, imm) : NULL);
        return;
    case OP_ldsym:
        buf_printf(b, "r%u = import[%u] ll", i->a, imm);
        annotate(b, n && n->import ? n->import(n->arg, imm) : NULL);
        return;
    case OP_ldfunc:
        buf_printf(b, "r%u = func[", i->a);
        callee(b, i, pc, n);
        buf_printf(b, "] ll");
        return;
    case OP_pad: buf_printf(b, "pad"); return;
    case OP_ja:
        buf_printf(b, d == (s16)d ? "goto " : "gotol ");
        rel(b, i->off, pc);
        return;
    case OP_may_goto:
        buf_printf(b, "may_goto ");
        rel(b, i->off, pc);
        return;
    case OP_gotox: buf_printf(b, "gotox r%u", i->b); return;
    case OP_exit: buf_printf(b, "exit"); return;
    case OP_call:
        buf_printf(b, "call ");
        hex(b, i->imm);
        annotate(b, n && n->helper ? n->helper(n->arg, imm) : NULL);
        return;
    case OP_callf:
        buf_printf(b, "call local ");
        callee(b, i, pc, n);
        return;
    case OP_callk:
        buf_printf(b, "call import[%u]", imm);
        annotate(b, n && n->import ? n->import(n->arg, imm) : NULL);
        return;
    case OP_callx: buf_printf(b, "callx r%u", i->b); return;
    case OP_cast_kern: buf_printf(b, "r%u = addr_space_cast(r%u, 0x0, 0x1)", i->a, i->b); return;
    case OP_cast_user: buf_printf(b, "r%u = addr_space_cast(r%u, 0x1, 0x0)", i->a, i->b); return;
    case OP_select: buf_printf(b, "r%u = w%u ? r%u : r%u", i->a, imm, i->b, i->c); return;
    case OP_brtab: buf_printf(b, "brtab w%u, %u", i->b, imm); return;
    case OP_vconst: buf_printf(b, "v%u = vconst(pool[%u])", i->a, imm); return;
    case OP_shuffle: buf_printf(b, "v%u = shuffle(v%u, v%u, pool[%u])", i->a, i->b, i->c, imm); return;
    case OP_vselect: buf_printf(b, "v%u = w%u ? v%u : v%u", i->a, imm, i->b, i->c); return;
    case OP_fence: buf_printf(b, "fence"); return;
    case OP_trap:
        buf_printf(b, "trap ");
        hex(b, i->imm);
        return;
    case OP_memsize: buf_printf(b, "w%u = memsize(mem%u)", i->a, imm); return;
    case OP_memgrow: buf_printf(b, "w%u = memgrow(mem%u, w%u)", i->a, imm, i->b); return;
    }
}

/* "mem0[w2 + 0x10]" */
static void linear(struct buf *b, const struct insn *i) {
    u16 memory = isa_info[i->op].flags & LANE ? i->c & 4095 : i->c;
    buf_printf(b, "mem%u[w%u + 0x%llx]", memory, i->b, (unsigned long long)insn_imm64(i));
}

/* Accesses to memory that have names: "maadd32 w1, mem0[w2 + 0x10]", "v128_load8_lane v1, 3, mem0[w2 + 0x0]" */
static void print_access(struct buf *b, const struct insn *i) {
    const struct isa_row *r = &isa_info[i->op];
    buf_printf(b, "%s %c%u, ", isa_row_name(r), spell_reg(r->type[0]), i->a);
    if (r->flags & LANE)
        buf_printf(b, "%u, ", i->c >> 12);
    linear(b, i);
}

/* The rows of objects: their name, registers, how long a window is, and what imm and off name:
 *   calltab r12, r4, 3, type[2], table[0]      minit w1, w2, w3, data[0], mem[1] */
static void print_object(struct buf *b, const struct insn *i, const struct isa_names *n) {
    const struct isa_row *r = &isa_info[i->op];
    const char *sep = " ";
    buf_printf(b, "%s", isa_row_name(r));
    if (isa_has(r->type[0]) || r->window)
        buf_printf(b, "%s%c%u", sep, r->window ? 'r' : spell_reg(r->type[0]), i->a), sep = ", ";
    if (isa_has(r->type[1]))
        buf_printf(b, "%s%c%u", sep, spell_reg(r->type[1]), i->b), sep = ", ";
    if (isa_has(r->type[2]))
        buf_printf(b, "%s%c%u", sep, spell_reg(r->type[2]), i->c), sep = ", ";
    if (r->window)
        buf_printf(b, "%s%u", sep, i->c), sep = ", ";
    if (r->imm)
        buf_printf(b, "%s%s[%u]", sep, spell_on[r->imm], (u32)i->imm), sep = ", ";
    if (r->off)
        buf_printf(b, "%s%s[%u]", sep, spell_on[r->off], (u32)i->off);
    if (r->imm == ON_FUNC)
        annotate(b, n && n->func ? n->func(n->arg, (u32)i->imm) : NULL);
}

void isa_print(struct buf *b, const struct insn *i, size_t pc, const struct isa_names *names) {
    const struct isa_row *r = &isa_info[i->op];
    const char *mem = spell_mem(i->op);
    switch ((enum shape)r->shape) {
    case SHAPE_BAD: buf_printf(b, "<unknown>"); return;
    case SHAPE_BIN: print_bin(b, i, false); return;
    case SHAPE_BINI: print_bin(b, i, true); return;
    case SHAPE_UN: print_un(b, i); return;
    case SHAPE_JCC:
        buf_printf(b, "if %c%u %s ", spell_reg(r->type[1]), i->b, spell_infix(i->op));
        buf_printf(b, "%c%u %s ", spell_reg(r->type[2]), i->c, i->a ? "gotol" : "goto");
        rel(b, i->off, pc);
        return;
    case SHAPE_JCCI:
        buf_printf(b, "if %c%u %s ", spell_reg(r->type[1]), i->b, spell_infix(i->op));
        hex(b, i->imm);
        buf_printf(b, i->a ? " gotol " : " goto ");
        rel(b, i->off, pc);
        return;
    case SHAPE_LD: /* short loads zero-extend, so they are written to w; signed ones fill all of r */
        buf_printf(b, "%c%u = *(%s *)(", r->size < 8 && mem[0] == 'u' ? 'w' : 'r', i->a, mem);
        address(b, i);
        buf_printf(b, ")");
        return;
    case SHAPE_ST:
    case SHAPE_STI:
        buf_printf(b, "*(%s *)(", mem);
        address(b, i);
        buf_printf(b, ") = ");
        if (r->shape == SHAPE_STI)
            hex(b, i->imm);
        else
            buf_printf(b, "%c%u", r->size < 8 ? 'w' : 'r', i->c);
        return;
    case SHAPE_ATOM: print_atom(b, i); return;
    case SHAPE_PKT: print_pkt(b, i); return;
    case SHAPE_MLD:
        if (r->flags & TYPED) {
            print_access(b, i);
            return;
        }
        buf_printf(b, "%c%u = *(%s *)", spell_reg(r->type[0]), i->a, mem);
        linear(b, i);
        return;
    case SHAPE_MST:
        if (r->flags & TYPED) {
            print_access(b, i);
            return;
        }
        buf_printf(b, "*(%s *)", mem);
        linear(b, i);
        buf_printf(b, " = %c%u", spell_reg(r->type[0]), i->a);
        return;
    case SHAPE_MATOM: print_access(b, i); return;
    case SHAPE_OBJ: print_object(b, i, names); return;
    case SHAPE_TER: buf_printf(b, "v%u = %s(v%u, v%u, v%u)", i->a, isa_row_name(r), i->b, i->c, (u32)i->imm); return;
    case SHAPE_LANE:
        buf_printf(b, "v%u = %s(v%u, %c%u, ", i->a, isa_row_name(r), i->b, spell_reg(r->type[2]), i->c);
        hex(b, i->off);
        buf_printf(b, ")");
        return;
    case SHAPE_CTL: print_ctl(b, i, pc, names); return;
    }
}
