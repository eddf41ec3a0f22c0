/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm.c - front ends for assembly text: eBPF, and .svm with wide forms and functions by name.
 * The text is kept as the program's source, so messages and listings show it. */
#include "front/front.h"
#include "front/raw/asm_module.h"
#include "front/raw/split.h"
#include <string.h>

static bool is_text(const u8 *p, size_t n) {
    bool any = false;
    for (size_t k = 0; k < n; k++) {
        if ((p[k] < ' ' && p[k] != '\t' && p[k] != '\r' && p[k] != '\n') || p[k] == 0x7f)
            return false;
        any |= p[k] > ' ';
    }
    return any;
}

/* A line that begins with one of the directives of .svm assembly. */
static bool has_directive(const u8 *p, size_t n) {
    static const char *const words[] = {".func", ".reg", ".memory"};
    bool start = true;
    for (size_t k = 0; k < n; k++) {
        if (p[k] == '\n')
            start = true;
        else if (p[k] != ' ' && p[k] != '\t' && start) {
            start = false;
            for (size_t j = 0; j < COUNT(words); j++)
                if (n - k > strlen(words[j]) && !memcmp(p + k, words[j], strlen(words[j])))
                    return true;
        }
    }
    return false;
}

static bool sniff_asm(const u8 *p, size_t n) {
    return is_text(p, n) && !has_directive(p, n);
}
static bool sniff_svmasm(const u8 *p, size_t n) {
    return is_text(p, n) && has_directive(p, n);
}

/* Where the lines of the text that have code begin, as rows of the module's line table. */
static int add_lines(struct module *m, const char *text, size_t len, const struct asm_out *o, struct error *e) {
    struct line *rows = arena_new(&m->arena, struct line, o->nline);
    const char *p = text, *end = text + len;
    u32 line = 1, n = 0;
    if (!rows)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 slot = 0; slot < o->nline; slot++) {
        const char *stop;
        if (n && rows[n - 1].line == o->line[slot])
            continue;
        for (; line < o->line[slot]; line++)
            p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        stop = memchr(p, '\n', (size_t)(end - p));
        rows[n] = (struct line){.insn = slot, .line = line, .file = *m->name ? m->name : NULL};
        rows[n].text = arena_strndup(&m->arena, p, (size_t)((stop ? stop : end) - p));
        if (!rows[n++].text)
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    }
    for (u32 k = 0; k < m->nfunc; k++) { /* rows count from the start of each function */
        struct func *f = &m->func[k];
        u32 first = 0, last;
        for (u32 lo = 0, hi = n; lo < hi; first = lo) {
            u32 mid = lo + (hi - lo) / 2;
            if (rows[mid].insn < f->base)
                lo = mid + 1;
            else
                hi = mid;
        }
        for (last = first; last < n && rows[last].insn < f->base + f->nslot; last++)
            rows[last].insn -= f->base;
        f->line = rows + first;
        f->nline = last - first;
    }
    return 0;
}

static int explicit_functions(struct module *m, const u64 *slot, const struct asm_out *o, struct error *e) {
    m->func = arena_new(&m->arena, struct func, o->nfunc);
    if (!m->func)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 k = 0; k < o->nfunc; k++) {
        const struct asm_func *a = &o->func[k];
        struct func *f = &m->func[m->nfunc++];
        *f = (struct func){.name = arena_strdup(&m->arena, a->name),
                           .file_off = a->start * 8,
                           .base = (u32)a->start,
                           .nslot = (u32)a->nslot,
                           .slot = slot + a->start,
                           .nreg = a->nreg,
                           .wide = true};
        if (a->reg_type) {
            u8 *t = arena_new(&m->arena, u8, a->nreg);
            if (!t)
                return fail(e, E_NOMEM, NOWHERE, "out of memory");
            f->reg_type = memcpy(t, a->reg_type, a->nreg);
        }
        if (!f->name)
            return fail(e, E_NOMEM, NOWHERE, "out of memory");
    }
    m->nslot = (u32)(o->slots.len / 8);
    m->memory_pages = o->memory_pages;
    m->prog[0].name = m->func[0].name;
    return 0;
}

/* Typed functions and what goes with them. The program is the first function that is none. */
static int typed_part(struct module *m, const char *text, const struct asm_out *o, struct error *e) {
    u32 k, typed = 0;
    for (k = 0; k < o->nfunc; k++)
        typed += o->func[k].typed;
    if (!typed && !o->ndecl)
        return 0;
    if (asm_module(m, text, o, e))
        return e->code;
    for (k = m->nfunc_import; k < m->nfunc && m->func[k].typed; k++) {
    }
    m->nprog = k < m->nfunc;
    if (m->nprog) {
        m->prog[0].func = k;
        m->prog[0].name = m->func[k].name;
    }
    return 0;
}

static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, bool svm, struct error *e) {
    struct limits l = limits_or_default(o ? &o->limits : NULL);
    struct asm_out out;
    u64 *slot;
    u32 nslot;
    if (raw_begin(m, svm ? "svmasm" : "asm", o, e))
        return e->code;
    if (isa_asm((const char *)p, n, svm, &out, e))
        return e->code;
    nslot = (u32)(out.slots.len / 8);
    slot = arena_new(&m->arena, u64, nslot);
    if (nslot > l.insns)
        fail(e, E_LIMIT, NOWHERE, "%u instructions: the limit is %u", nslot, l.insns);
    else if (!slot)
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (!e->code) {
        memcpy(slot, out.slots.data, out.slots.len);
        if (!(svm ? explicit_functions(m, slot, &out, e) || typed_part(m, (const char *)p, &out, e)
                  : raw_split(m, slot, nslot, out.label, out.nlabel, e)))
            add_lines(m, (const char *)p, n, &out, e);
    }
    asm_out_free(&out);
    return e->code;
}

static int load_asm(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    return load(m, p, n, o, false, e);
}
static int load_svmasm(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    return load(m, p, n, o, true, e);
}

const struct front front_asm = {"asm", sniff_asm, load_asm, NULL};
const struct front front_svmasm = {"svmasm", sniff_svmasm, load_svmasm, NULL};
