/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* functions.c - code into functions, functions into programs.
 * in: sections of code, symbols
 * out: l->slot (programs' sections first, .text behind), m->func, l->entry; later m->prog
 *
 * Symbols say where functions begin. Objects from before clang 10 have no symbols of type
 * FUNC: there, global symbols and the targets of calls do. Code of no symbol has the name
 * of its section. */
#include "abi/ctxtype.h"
#include "front/elf/elf_load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SLOTS = 1 << 24 }; /* as many as a label handle can tell apart */

static int add_entry(struct loader *l, const struct entry *n) {
    void *p = grow(&l->tmp, l->entry, l->nentry, &l->cap_entry, sizeof *l->entry);
    if (!p)
        return no_memory(l);
    l->entry = p;
    l->entry[l->nentry++] = *n;
    return 0;
}

/* Functions of old objects that have no symbol: a call or a 64-bit load names section + offset. */
static int add_targets(struct loader *l, const struct sec *s, const bool *typed) {
    u32 i;
    int r;
    for (i = 0; i < s->nrel; i++) {
        const struct rel *rel = &s->rel[i];
        const struct sym *y = &l->f.sym[rel->sym];
        struct entry n = {.name = "", .sec = y->sec, .local = true};
        s64 imm;
        if (y->type != SYM_SECTION || y->sec == NONE || !is_code(&l->f.sec[y->sec]) || typed[y->sec])
            continue;
        if (rel->off > s->size || s->size - rel->off < 8)
            continue; /* reported when it is applied */
        imm = (s32)le(s->data + rel->off + 4, 4);
        n.off = (u64)(rel->type == REL_64_32 ? (imm + 1) * 8 : imm) + (u64)rel->addend;
        if ((rel->type != REL_64_32 && rel->type != REL_64_64) || n.off % 8 || n.off >= l->f.sec[y->sec].size)
            continue;
        if ((r = add_entry(l, &n)))
            return r;
    }
    return 0;
}

static int collect(struct loader *l) {
    bool *typed = arena_new(&l->tmp, bool, l->f.nsec), *at_start = arena_new(&l->tmp, bool, l->f.nsec);
    u32 i;
    int r;
    if (!typed || !at_start)
        return no_memory(l);
    for (i = 1; i < l->f.nsym; i++)
        if (l->f.sym[i].type == SYM_FUNC && l->f.sym[i].sec != NONE)
            typed[l->f.sym[i].sec] = true;
    for (i = 1; i < l->f.nsym; i++) {
        const struct sym *y = &l->f.sym[i];
        struct entry n = {y->name, y->sec, NONE, y->value, y->size, y->local, y->type == SYM_FUNC && y->size};
        if (y->sec == NONE || !is_code(&l->f.sec[y->sec]))
            continue;
        if (y->type != SYM_FUNC && (y->type != SYM_NOTYPE || y->local || typed[y->sec]))
            continue;
        if (y->value % 8 || y->value >= l->f.sec[y->sec].size || y->size % 8 ||
            y->size > l->f.sec[y->sec].size - y->value)
            return fail_sec(l, &l->f.sec[y->sec], y->value, E_FORMAT,
                            "symbol %.80s: a function of 0x%llx bytes there does not fit the section (0x%llx bytes)",
                            y->name, (unsigned long long)y->size, (unsigned long long)l->f.sec[y->sec].size);
        if (!y->value)
            at_start[y->sec] = true;
        if ((r = add_entry(l, &n)))
            return r;
    }
    for (i = 1; i < l->f.nsec; i++) {
        const struct sec *s = &l->f.sec[i];
        struct entry n = {.name = s->name, .sec = i};
        if (!is_code(s))
            continue;
        if (!at_start[i] && !typed[i] && (r = add_entry(l, &n)))
            return r;
        if ((r = add_targets(l, s, typed)))
            return r;
    }
    return 0;
}

/* By section and offset; of several names at one place the one with a size, then the global one. */
static int compare(const void *x, const void *y) {
    const struct entry *a = x, *b = y;
    if (a->sec != b->sec)
        return a->sec < b->sec ? -1 : 1;
    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    if (a->sized != b->sized)
        return a->sized ? -1 : 1;
    if (a->local != b->local)
        return a->local ? 1 : -1;
    if (!*a->name != !*b->name)
        return *a->name ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int add_func(struct loader *l, struct sec *s, struct entry *n, u64 end) {
    struct func *f = &l->m->func[l->m->nfunc];
    const char *name = n->name;
    char made[32];
    if (!*name)
        snprintf(made, sizeof made, "func_0x%llx", (unsigned long long)n->off), name = made;
    if (!(f->name = arena_strdup(&l->m->arena, name)) || !(f->section = arena_strdup(&l->m->arena, s->name)))
        return no_memory(l);
    f->file_off = s->off + n->off;
    f->base = s->base + (u32)(n->off / 8);
    f->slot = l->slot + f->base;
    f->nslot = (u32)((end - n->off) / 8);
    f->nreg = NREG_EBPF;
    f->global = !n->local;
    n->func = l->m->nfunc++;
    return 0;
}

/* entry[i .. end) are of section s, sorted. */
static int split_section(struct loader *l, struct sec *s, u32 i, u32 end) {
    u64 covered = 0;
    int r;
    while (i < end) {
        struct entry *n = &l->entry[i];
        u32 next = i + 1;
        u64 stop;
        while (next < end && l->entry[next].off == n->off)
            next++;
        stop = next < end ? l->entry[next].off : s->size;
        if (n->off > covered)
            return fail_sec(l, s, covered, E_FORMAT, "0x%llx bytes of code before %.80s belong to no function",
                            (unsigned long long)(n->off - covered), n->name);
        if (n->sized && n->size > stop - n->off)
            return fail_sec(l, s, n->off, E_FORMAT, "functions %.80s and %.80s overlap", n->name,
                            next < end ? l->entry[next].name : "?");
        if (n->sized)
            stop = n->off + n->size;
        if ((r = add_func(l, s, n, stop)))
            return r;
        for (; ++i < next;) {
            if (l->entry[i].sized && l->entry[i].size != stop - n->off)
                return fail_sec(l, s, n->off, E_FORMAT, "functions %.80s and %.80s overlap", n->name, l->entry[i].name);
            l->entry[i].func = n->func;
        }
        covered = stop;
    }
    if (covered < s->size)
        return fail_sec(l, s, covered, E_FORMAT, "0x%llx bytes of code belong to no function",
                        (unsigned long long)(s->size - covered));
    return 0;
}

static int split(struct loader *l, u8 role) {
    u32 i = 0, end, k;
    int r;
    for (k = 1; k < l->f.nsec; k++) {
        struct sec *s = &l->f.sec[k];
        if (s->role != role)
            continue;
        while (i < l->nentry && l->entry[i].sec < k)
            i++;
        for (end = i; end < l->nentry && l->entry[end].sec == k;)
            end++;
        if ((r = split_section(l, s, i, end)))
            return r;
        i = end;
    }
    return 0;
}

static int copy_code(struct loader *l) {
    static const u8 order[] = {ROLE_PROGRAMS, ROLE_TEXT};
    u64 total = 0, i;
    u32 k, o;
    for (o = 0; o < COUNT(order); o++)
        for (k = 1; k < l->f.nsec; k++) {
            struct sec *s = &l->f.sec[k];
            if (s->role != order[o])
                continue;
            s->base = (u32)total;
            total += s->size / 8;
            if (total > l->lim.insns || total > MAX_SLOTS)
                return fail_sec(l, s, 0, E_LIMIT, "more than %u instructions in the object", l->lim.insns);
        }
    if (!total)
        return fail(l->e, E_FORMAT, NOWHERE, "the object contains no code");
    if (!(l->slot = arena_new(&l->m->arena, u64, total)))
        return no_memory(l);
    for (k = 1; k < l->f.nsec; k++) {
        const struct sec *s = &l->f.sec[k];
        if (!is_code(s))
            continue;
        for (i = 0; i < s->size / 8; i++)
            l->slot[s->base + i] = le(s->data + i * 8, 8);
    }
    l->m->nslot = (u32)total;
    return 0;
}

int find_functions(struct loader *l) {
    struct module *m = l->m;
    int r;
    if ((r = copy_code(l)) || (r = collect(l)))
        return r;
    qsort(l->entry, l->nentry, sizeof *l->entry, compare);
    if (!(m->func = arena_new(&m->arena, struct func, l->nentry)))
        return no_memory(l);
    if ((r = split(l, ROLE_PROGRAMS)) || (r = split(l, ROLE_TEXT)))
        return r;
    if (m->nfunc > l->lim.funcs)
        return fail(l->e, E_LIMIT, NOWHERE, "%u functions; the limit is %u", m->nfunc, l->lim.funcs);
    if (!(l->called = arena_new(&l->tmp, u8, m->nfunc)))
        return no_memory(l);
    return 0;
}

u32 func_starting_at(const struct loader *l, u64 slot) {
    const struct func *f = slot < l->m->nslot ? module_func_at(l->m, (u32)slot) : NULL;
    return f && f->base == slot ? (u32)(f - l->m->func) : NONE;
}

/* Which functions are called: those with local names are no programs then. */
static void mark_called(struct loader *l) {
    u32 i, f;
    for (i = 0; i < l->m->nslot; i++) {
        u64 s = l->slot[i];
        if (slot_code(s) == CODE_LD64) {
            if (slot_src(s) == SRC_FUNC && (f = func_starting_at(l, (u64)i + 1 + (u64)(s64)slot_imm(s))) != NONE)
                l->called[f] = 1;
            i++;
        } else if (slot_code(s) == CODE_CALL && slot_src(s) == CALL_LOCAL &&
                   (f = func_starting_at(l, (u64)i + 1 + (u64)(s64)slot_imm(s))) != NONE) {
            l->called[f] = 1;
        }
    }
}

/* libbpf takes each symbol of type FUNC outside .text for a program and refuses static ones.
 * Cilium's tail calls are static programs, so here they are programs unless something calls them.
 * Code in .text only: a library of plain functions, each to be run over raw memory. */
int make_programs(struct loader *l) {
    struct module *m = l->m;
    bool library = true;
    u32 i;
    for (i = 1; i < l->f.nsec; i++)
        if (l->f.sec[i].role == ROLE_PROGRAMS)
            library = false;
    mark_called(l);
    if (!(m->prog = arena_new(&m->arena, struct prog, l->nentry)))
        return no_memory(l);
    for (i = 0; i < l->nentry; i++) {
        const struct entry *n = &l->entry[i];
        const struct sec *s = &l->f.sec[n->sec];
        struct prog *p = &m->prog[m->nprog];
        const char *type;
        if (s->role == ROLE_TEXT && !library)
            continue;
        if (!*n->name || (n->local && l->called[n->func]))
            continue;
        p->func = n->func;
        p->section = m->func[n->func].section;
        if (!(p->name = arena_strdup(&m->arena, n->name)))
            return no_memory(l);
        p->kind = PROG_RAW;
        if (!library)
            p->kind = prog_kind_of_section(s->name, &type, &p->sleepable);
        m->nprog++;
    }
    if (!m->nprog)
        return fail(l->e, E_FORMAT, NOWHERE, "the object contains no program, only functions that call each other");
    return 0;
}
