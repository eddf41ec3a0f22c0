/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm.c - a module in, its text out, laid out as llvm-objdump -d does, with the machine code of a program on request:
 *
 *   0000000000000000 <hello>:
 *   ;     packets++;
 *          0:	18 01 00 00 ...	r1 = 0x0 ll
 *
 * Numbers count from the start of the section. Helpers, maps, variables and subprograms,
 * which are numbers in the bytecode, get their names. */
#include "api/api.h"
#include "api/disasm.h"
#include <string.h>

struct printer {
    const struct module *m;
    const struct svm *vm;
    const struct func *f; /* being printed */
    const struct insn *i;
    u32 slot0; /* first slot of f, counted from the start of its section */
    unsigned flags;
    struct native *native; /* NULL: no machine code */
    struct buf b;
    char text[160]; /* of a name that is made */
    struct isa_names names;
};

static const char *call_name(void *arg, u32 id) {
    struct printer *pr = arg;
    const struct registry *r = &pr->vm->r;
    if (id < r->nhelper && r->helper[id] && r->helper[id] != builtin_helper(id)) /* the host's own */
        return r->helper[id]->name;
    if (!helper_name(id))
        return NULL;
    snprintf(pr->text, sizeof pr->text, "bpf_%s", helper_name(id));
    return pr->text;
}

/* The variable that an address in a data section means. */
static const char *var_name(struct printer *pr, u32 map, u32 off) {
    const struct module *m = pr->m;
    u32 k;
    for (k = 0; k < m->nvar; k++) {
        const struct var *v = &m->var[k];
        if (v->map != map || off < v->off || off - v->off >= v->size)
            continue;
        if (off == v->off)
            return v->name;
        snprintf(pr->text, sizeof pr->text, "%s+0x%x", v->name, off - v->off);
        return pr->text;
    }
    return NULL;
}

static const char *map_name(void *arg, u32 i) {
    struct printer *pr = arg;
    const char *name = pr->i->op == OP_ldmapval ? var_name(pr, i, (u32)pr->i->off) : NULL;
    if (name)
        return name;
    return i < pr->m->nmap ? pr->m->map[i].name : NULL;
}

static const char *func_name(void *arg, u32 i) {
    const struct module *m = ((struct printer *)arg)->m;
    return i < m->nfunc ? m->func[i].name : NULL;
}

static const char *import_name(void *arg, u32 i) {
    const struct module *m = ((struct printer *)arg)->m;
    return i < m->nimport ? m->import[i].name : NULL;
}

static void name_things(struct printer *pr) {
    pr->names = (struct isa_names){call_name, map_name, func_name, import_name, pr};
}

void disasm_insn(struct buf *b, const struct module *m, const struct svm *vm, u32 func, u32 pc) {
    struct printer pr = {.m = m, .vm = vm, .f = &m->func[func], .i = &m->func[func].code[pc]};
    name_things(&pr);
    isa_print(b, pr.i, pc, &pr.names);
}

static bool same_section(const struct func *f, const struct func *g) {
    return f->section && g->section && !strcmp(f->section, g->section);
}

/* The slots of a section before f: functions of a section lie one behind the other in the file. */
static u32 slots_before(const struct module *m, const struct func *f) {
    u64 start = f->file_off;
    u32 i;
    for (i = 0; i < m->nfunc; i++)
        if (same_section(f, &m->func[i]) && m->func[i].file_off < start)
            start = m->func[i].file_off;
    return (u32)((f->file_off - start) / sizeof(u64));
}

static void print_source(struct printer *pr, u32 pc, const struct line **last) {
    const struct line *l = func_line(pr->f, pc);
    const char *text;
    if (!l || l == *last || !l->text)
        return;
    if (!*last || (*last)->line != l->line || strcmp((*last)->text, l->text)) {
        text = l->text + strspn(l->text, " \t");
        buf_printf(&pr->b, "; %.*s\n", (int)strcspn(text, "\r\n"), text);
    }
    *last = l;
}

static void print_slot(struct buf *b, u64 slot, bool more) {
    int i;
    for (i = 0; i < 8; i++)
        buf_printf(b, "%02x%s", (unsigned)(slot >> 8 * i & 0xff), i < 7 || more ? " " : "");
}

void disasm_slots(struct buf *b, const struct func *f, u32 pc) {
    bool pair = pc + 1 < f->nslot && f->code[pc + 1].op == OP_pad;
    print_slot(b, f->slot[pc], pair);
    if (pair)
        print_slot(b, f->slot[pc + 1], false);
    buf_printf(b, "\t");
}

/* " <hello+0x28>": the place of a branch. */
static void print_target(struct printer *pr, const struct insn *i) {
    const struct isa_row *row = &isa_info[i->op];
    if (row->shape != SHAPE_JCC && row->shape != SHAPE_JCCI && i->op != OP_ja && i->op != OP_may_goto)
        return;
    if (i->off)
        buf_printf(&pr->b, " <%s+0x%x>", pr->f->name, (u32)i->off * (u32)sizeof(u64));
    else
        buf_printf(&pr->b, " <%s>", pr->f->name);
}

static void print_func(struct printer *pr, const struct func *f) {
    const struct line *last = NULL;
    u32 pc;
    pr->f = f;
    pr->slot0 = slots_before(pr->m, f);
    buf_printf(&pr->b, "\n%016llx <%s>:\n", (unsigned long long)pr->slot0 * sizeof(u64), f->name);
    for (pc = 0; pc < f->nslot; pc++) {
        const struct insn *i = &f->code[pc];
        if (i->op == OP_pad)
            continue;
        if (pr->native)
            native_upto(pr->native, pc, &pr->b);
        if (pr->flags & SVM_DISASM_SOURCE)
            print_source(pr, pc, &last);
        buf_printf(&pr->b, "%8u:\t", pr->slot0 + pc);
        if (pr->flags & SVM_DISASM_HEX)
            disasm_slots(&pr->b, f, pc);
        pr->i = i;
        isa_print(&pr->b, i, pc, &pr->names);
        print_target(pr, i);
        buf_printf(&pr->b, "\n");
    }
    if (pr->native)
        native_upto(pr->native, UINT32_MAX, &pr->b);
}

static bool exported(const struct module *m, const struct func *f, const char *name) {
    u32 k;
    for (k = 0; k < m->nexport; k++)
        if (m->export[k].kind == ENTITY_FUNC && &m->func[m->export[k].index] == f && !strcmp(m->export[k].name.p, name))
            return true;
    return false;
}

static bool wanted(const struct module *m, const struct func *f, const char *name) {
    const struct prog *p;
    if (f->imported)
        return false;
    if (!name || !strcmp(f->name, name) || exported(m, f, name))
        return true;
    p = module_prog(m, name);
    return p && &m->func[p->func] == f;
}

static int print_all(struct printer *pr, const char *name, FILE *f, struct error *e) {
    const struct module *m = pr->m;
    const struct func *before = NULL;
    bool found = !name;
    name_things(pr);
    for (u32 i = 0; !e->code && i < m->nfunc; i++) {
        if (!wanted(m, &m->func[i], name))
            continue;
        found = true;
        if (m->func[i].section && (!before || !same_section(before, &m->func[i])))
            buf_printf(&pr->b, "%sDisassembly of section %s:\n", before ? "\n" : "", m->func[i].section);
        if (m->func[i].typed)
            disasm_typed(m, i, pr->flags, pr->native, &pr->b, e);
        else if (!pr->native || !native_func(pr->native, i, e))
            print_func(pr, &m->func[i]);
        before = &m->func[i];
        if (!e->code && !pr->b.oom && fwrite(pr->b.data, 1, pr->b.len, f) != pr->b.len)
            fail(e, E_IO, NOWHERE, "cannot write");
        buf_clear(&pr->b);
    }
    if (pr->b.oom)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (!found)
        fail(e, E_NOENT, NOWHERE, "there is no program or function %s", name);
    buf_free(&pr->b);
    return e->code;
}

int svm_module_disasm(const struct svm_module *h, const char *name, unsigned flags, FILE *f) {
    struct printer pr = {.m = &h->m, .vm = h->vm, .flags = flags};
    struct error e = {0};
    return print_all(&pr, name, f, &e);
}

int svm_program_disasm(const struct svm_program *p, const char *name, unsigned flags, FILE *f, struct svm_error *err) {
    struct printer pr = {.m = &p->m->m, .vm = p->m->vm, .flags = flags};
    struct error e = {0};
    if (!native_open(&pr.native, &p->p, &e))
        print_all(&pr, name, f, &e);
    native_close(pr.native);
    give_error(err, &e);
    return e.code;
}
