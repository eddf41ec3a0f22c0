/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm.c - text to slots: lines, labels, and the encoding of what the notations have
 * parsed. Labels are resolved at the end; no size depends on them, so one
 * pass over the text is enough. */
#include "isa/asm.h"
#include "isa/slot.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 1 << 28 }; /* so that slots and lines fit 31 bits, and IMPORT_LABEL is none of them */

struct fix {
    struct insn i;
    const char *label;
    u32 n, pc, line;
    bool far, typed;
};

size_t asm_pc(const struct as *s) {
    return s->out->slots.len / sizeof(u64);
}

static int encode(struct as *s, const struct insn *i, size_t pc, bool far, u64 slot[2]) {
    s64 rel = (s64)i->off - (s64)pc - 1;
    struct insn back;
    struct error e = {0};
    int len, n = isa_encode(i, pc, slot);
    if (far && i->op == OP_ja && rel == (s32)rel)
        n = 1, slot[0] = slot_make(CODE_JA32, 0, 0, 0, (s32)rel);
    else if (i->op == OP_ja && n && slot_code(slot[0]) == CODE_JA32)
        return syntax(s, "the target is %lld instructions away: too far for goto, write gotol", (long long)rel);
    if (!n) {
        bool jump = isa_info[i->op].shape == SHAPE_JCC || isa_info[i->op].shape == SHAPE_JCCI || i->op == OP_may_goto;
        if (jump && rel != (s16)rel)
            return syntax(s, "the target is %lld instructions away: too far", (long long)rel);
        return syntax(s, "%s: no encoding holds these operands", isa_name(i->op));
    }
    slot[1] = n == 2 ? slot[1] : 0;
    memset(&back, 0, sizeof back);
    if (!s->svm && !isa_decode(slot, (size_t)n, 0, ISA_WIDE, &back, &len, &e) &&
        isa_decode(slot, (size_t)n, 0, ISA_EBPF, &back, &len, &e))
        return syntax(s, "%s: eBPF has no such form; it is for .svm assembly", isa_name(i->op));
    if (s->svm)
        isa_decode(slot, (size_t)n, 0, s->typed ? ISA_TYPED : ISA_WIDE, &back, &len, &e);
    if (e.code && e.code != E_JUMP) { /* what the decoder refuses, such as writes to r10 */
        return fail(s->e, e.code, s->t.p - s->text, "line %u: %s", s->line, e.text);
    }
    return 0;
}

static int emit(struct as *s) {
    u64 slot[2] = {0, 0};
    int n = isa_len(&s->i);
    if (s->i.op == OP_exit && !s->has_exit) {
        s->has_exit = true;
        s->exit_pc = (u32)asm_pc(s);
    }
    if (s->label) {
        struct fix f = {s->i, s->label, (u32)s->nlabel, (u32)asm_pc(s), s->line, s->far, s->typed};
        buf_add(&s->fixes, &f, sizeof f);
    } else if (encode(s, &s->i, asm_pc(s), s->far, slot)) {
        return s->e->code;
    }
    for (int k = 0; k < n; k++) {
        buf_add(&s->out->slots, &slot[k], sizeof slot[k]);
        buf_add(&s->lines, &s->line, sizeof s->line);
    }
    return 0;
}

/* --- lines --- */

/* "name:" and what objdump writes in front: "12:", "0000000000000000 <name>:" */
static bool take_label(struct as *s) {
    struct tok t = s->t;
    const char *p = s->p;
    bool number = t.n && t.p[0] >= '0' && t.p[0] <= '9';
    if (t.kind != TOK_ID && !number)
        return false;
    lex(s);
    if (number && is(s, "<")) {
        const char *name = s->p;
        while (s->p < s->eol && *s->p != '>')
            s->p++;
        t = (struct tok){.kind = TOK_ID, .p = name, .n = (size_t)(s->p - name)};
        lex(s);
        lex(s);
    }
    if (is(s, ":")) {
        if (t.kind == TOK_ID)
            add_label(s, t.p, t.n, (u32)asm_pc(s));
        lex(s);
        return true;
    }
    s->t = t;
    s->p = p;
    return false;
}

static int statement(struct as *s) {
    bool mine;
    s->i = (struct insn){0};
    s->label = NULL;
    s->far = false;
    if (parse_typed(s, &mine) || (!mine && parse_objdump(s, &mine)))
        return s->e->code;
    if (!mine && parse_suite(s))
        return s->e->code;
    if (is(s, "<")) { /* what objdump adds: the name of a target */
        while (s->p < s->eol && *s->p != '>')
            s->p++;
        lex(s);
        if (need(s, ">"))
            return s->e->code;
    }
    if (s->t.kind != TOK_END)
        return syntax(s, "did not expect '%.*s' at the end", (int)min64(s->t.n, 40), s->t.p);
    return emit(s);
}

/* Comments run from '#', ';' or "//" to the end of the line. */
static void set_line(struct as *s, const char *p, const char *end) {
    const char *q = p;
    while (q < end && *q != '#' && *q != ';' && !(*q == '/' && q + 1 < end && q[1] == '/'))
        q++;
    s->p = p;
    s->eol = q;
    s->line++;
    lex(s);
}

static int all_lines(struct as *s, size_t len) {
    const char *p = s->text, *end = s->text + len, *nl;
    for (; p < end; p = nl + 1) {
        nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl)
            nl = end;
        set_line(s, p, nl);
        while (take_label(s)) {
        }
        if (s->t.kind == TOK_END) {
            if (nl == end)
                break;
            continue;
        }
        if (s->t.kind == TOK_ID && s->t.p[0] == '.' ? directive(s) : statement(s))
            return s->e->code;
        if (s->t.kind != TOK_END)
            return syntax(s, "did not expect '%.*s' at the end", (int)min64(s->t.n, 40), s->t.p);
        if (nl == end)
            break;
    }
    return 0;
}

/* --- the second half: labels are known --- */

static int label_order(const void *x, const void *y) {
    const struct asm_label *a = x, *b = y;
    u32 n = a->n < b->n ? a->n : b->n;
    int c = memcmp(a->p, b->p, n);
    return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

/* "exit" is the first exit where nobody defines it: the suite's programs rely on it. */
static bool is_first_exit(const struct as *s, const struct asm_label *key) {
    return s->has_exit && key->n == 4 && !memcmp(key->p, "exit", 4);
}

/* The function that begins there, as typed code counts: imports come first. */
static int function_at(struct as *s, u32 slot, s32 *index) {
    const struct asm_func *f = (const struct asm_func *)(const void *)s->funcs.data;
    u32 n = (u32)(s->funcs.len / sizeof *f), lo = 0;
    if (slot >= IMPORT_LABEL) {
        *index = (s32)(slot - IMPORT_LABEL);
        return 0;
    }
    for (u32 hi = n; hi - lo > 1;) {
        u32 mid = lo + (hi - lo) / 2;
        if (f[mid].start <= slot)
            lo = mid;
        else
            hi = mid;
    }
    if (!n || f[lo].start != slot)
        return syntax(s, "'%.*s' is no function", (int)min64(s->t.n, 60), s->t.p);
    *index = (s32)(s->nimport + lo);
    return 0;
}

static int catch_all(struct as *s) {
    const struct pending *p = (const struct pending *)(const void *)s->catches.data;
    const struct asm_label *label = (const struct asm_label *)(const void *)s->labels.data;
    size_t n = s->catches.len / sizeof *p, nlabel = s->labels.len / sizeof *label;
    s->out->caught = calloc(n ? n : 1, sizeof *s->out->caught);
    if (!s->out->caught)
        return fail(s->e, E_NOMEM, NOWHERE, "out of memory");
    for (size_t k = 0; k < n; k++) {
        struct asm_catch c = p[k].c;
        const struct asm_func *f = (const struct asm_func *)(const void *)s->funcs.data + c.func;
        u32 *to[] = {&c.start, &c.end, &c.target};
        s->line = c.line;
        for (u32 j = 0; j < 3; j++) { /* the end may be the function's */
            struct asm_label key = {p[k].label[j].p, (u32)p[k].label[j].n, 0, 0};
            const struct asm_label *l = nlabel ? bsearch(&key, label, nlabel, sizeof key, label_order) : NULL;
            s->t = p[k].label[j];
            if (!l || l->slot < f->start || l->slot - f->start >= f->nslot + (j == 1))
                return syntax(s, "no label '%.*s' in this function", (int)min64(s->t.n, 60), s->t.p);
            *to[j] = l->slot - (u32)f->start;
        }
        s->out->caught[s->out->ncatch++] = c;
    }
    return 0;
}

static int fix_all(struct as *s) {
    struct asm_label *label = (struct asm_label *)(void *)s->labels.data;
    const struct fix *f = (const struct fix *)(const void *)s->fixes.data;
    size_t n = s->labels.len / sizeof *label, nfix = s->fixes.len / sizeof *f;
    u64 *slots = (u64 *)(void *)s->out->slots.data;
    if (n)
        qsort(label, n, sizeof *label, label_order);
    for (size_t k = 1; k < n; k++) {
        if (label_order(&label[k - 1], &label[k]))
            continue;
        s->line = label[k].line > label[k - 1].line ? label[k].line : label[k - 1].line;
        s->t.p = label[k].p;
        return syntax(s, "label '%.*s' is defined twice", (int)min64(label[k].n, 60), label[k].p);
    }
    for (size_t k = 0; k < nfix; k++) {
        struct asm_label key = {f[k].label, f[k].n, 0, 0};
        const struct asm_label *l = n ? bsearch(&key, label, n, sizeof key, label_order) : NULL;
        struct insn i = f[k].i;
        u64 slot[2] = {0, 0};
        s->line = f[k].line;
        s->t = (struct tok){.p = f[k].label, .n = f[k].n};
        key.slot = s->exit_pc;
        if (!l && is_first_exit(s, &key))
            l = &key;
        if (!l)
            return syntax(s, "no label '%.*s'", (int)min64(f[k].n, 60), f[k].label);
        s->typed = f[k].typed;
        if (isa_info[i.op].shape == SHAPE_OBJ) {
            if (function_at(s, l->slot, &i.imm))
                return s->e->code;
        } else if (l->slot >= IMPORT_LABEL) {
            return syntax(s, "'%.*s' is an imported function", (int)min64(f[k].n, 60), f[k].label);
        } else if (i.op == OP_callf || i.op == OP_ldfunc) {
            i.imm = (s32)l->slot;
        } else {
            i.off = (s32)l->slot;
        }
        if (encode(s, &i, f[k].pc, f[k].far, slot))
            return s->e->code;
        for (int j = 0; j < isa_len(&i); j++)
            slots[f[k].pc + (u32)j] = slot[j];
    }
    return 0;
}

static int finish(struct as *s) {
    struct asm_out *o = s->out;
    s->t = (struct tok){.p = s->text};
    if (!asm_pc(s))
        return syntax(s, "no instructions");
    if (!s->funcs.len && !s->funcs.oom) {
        struct asm_func f = {.name = "main", .nreg = NREG_EBPF};
        buf_add(&s->funcs, &f, sizeof f);
    }
    if (s->funcs.oom || s->labels.oom || s->fixes.oom || s->lines.oom || s->decls.oom || s->catches.oom || o->slots.oom)
        return fail(s->e, E_NOMEM, NOWHERE, "out of memory");
    if (end_func(s) || fix_all(s) || catch_all(s))
        return s->e->code;
    o->wide = s->svm;
    return 0;
}

int isa_asm(const char *text, size_t len, bool svm, struct asm_out *out, struct error *e) {
    struct as s = {.text = text, .svm = svm, .e = e, .out = out};
    *out = (struct asm_out){0};
    if (len > MAX_TEXT)
        return fail(e, E_LIMIT, NOWHERE, "the text is longer than %d bytes", MAX_TEXT);
    asm_mnemonics(&s);
    if (!s.mnemonic)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    else if (!all_lines(&s, len))
        finish(&s);
    out->func = (struct asm_func *)(void *)s.funcs.data;
    out->nfunc = (u32)(s.funcs.len / sizeof *out->func);
    out->line = (u32 *)(void *)s.lines.data;
    out->nline = s.lines.len / sizeof *out->line;
    out->label = (struct asm_label *)(void *)s.labels.data;
    out->nlabel = (u32)(s.labels.len / sizeof *out->label);
    out->decl = (struct asm_decl *)(void *)s.decls.data;
    out->ndecl = (u32)(s.decls.len / sizeof *out->decl);
    free(s.mnemonic);
    buf_free(&s.fixes);
    buf_free(&s.catches);
    if (e->code)
        asm_out_free(out);
    return e->code;
}

void asm_out_free(struct asm_out *out) {
    for (u32 k = 0; k < out->nfunc; k++)
        free(out->func[k].reg_type);
    free(out->func);
    free(out->line);
    free(out->label);
    free(out->decl);
    free(out->caught);
    buf_free(&out->slots);
    *out = (struct asm_out){0};
}
