/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* prove.c - a linked program in; in strict mode its programs' verdicts, and facts of its functions, out.
 *
 * Facts hold of code that several programs share only as far as they hold for each. They rest on what a program is
 * given at its start: its context as its section says. Where that is not known here (a type that runs over plain
 * memory, a context of the host's) nothing is assumed of it. A run that starts with something else, which a host may
 * do, runs in an image without facts (rt/program.h).
 *
 * So do bounds: of how many instructions a run from a program's start takes, by its facts (program.bound), and that all runs
 * that come to a function are so bounded (func_facts.bounded). */
#include "api/prove.h"
#include "check/report.h"
#include "opt/proven.h"
#include <string.h>

/* A frame that is smaller than the kernel's is not what the checker knows. */
enum { FRAME = 512 };
/* Where no verdict is asked for loading stays quick: instructions that are walked for one program, and for all together
 * (5,000 take about a millisecond). */
enum { STEPS_EACH = 100000, STEPS_ALL = 400000, MEMORY_EACH = 64 << 20 };
/* Instructions of a run that is not looked at while it lasts: a quarter of a millisecond in which nobody can stop it. */
enum { BOUND_MOST = 1 << 18 };

static int refused(const struct module *m, const struct prog *g, const struct check_result *r, struct error *e) {
    struct buf b = {0};
    report_line(&b, m, &r->fail);
    fail(e, E_VERIFY, NOWHERE, "%s is not proven safe: %s [%s]", g->name, buf_str(&b),
         check_reason_name(r->fail.reason));
    buf_free(&b);
    return e->code;
}

/* What is known of the functions of a module from the programs that were looked at. */
struct sum {
    struct func_facts *facts, *both[2]; /* both: those of one program and the sum so far, where there are new ones */
    u8 *lost;                           /* functions of which nothing may be assumed */
    u8 *open;                           /* functions that are come to in runs of unknown length */
    u64 *bound;                         /* of the longest run that begins there, of those whose length is known */
    const struct ctxtype **ctx;         /* what contexts come to a function */
    u64 steps;                          /* that may still be walked */
    bool any;
};

/* A call of what a handle names: the handle may be any number that the program has computed. */
static bool calls_by_handle(const struct link_view *l, const struct insn *i) {
    const struct helper *h = NULL;
    bool any = i->op == OP_callx;
    if (i->op == OP_call && (u32)i->imm < l->nhelper)
        h = l->helper[i->imm];
    if (i->op == OP_callk && l->import)
        h = l->import[i->imm];
    for (u32 k = 0; h && k < COUNT(h->arg); k++)
        any |= h->arg[k] == ARG_FUNC;
    return any;
}

/* A program whose analysis was given up: it may call each function that it names, with whatever, and any where it calls
 * by handles. */
static void lose(const struct link_view *l, u32 func, u8 *lost) {
    const struct module *m = l->m;
    u32 again = 1;
    bool any = false;
    lost[func] = 1;
    while (again--)
        for (u32 n = 0; n < m->nfunc; n++)
            for (u32 pc = 0; lost[n] == 1 && pc < m->func[n].nslot; pc++) {
                const struct insn *i = &m->func[n].code[pc];
                if ((i->op == OP_callf || i->op == OP_ldfunc) && !lost[i->imm])
                    lost[i->imm] = again = 1;
                any |= calls_by_handle(l, i);
            }
    if (any)
        memset(lost, 1, m->nfunc);
}

/* How long a run is at most, where nothing need look at its fuel; 0: not so. */
static u64 bound_of(const struct program *p, const struct check_result *r) {
    return p->view.fuel && r->insns_only && r->worst <= BOUND_MOST ? r->worst : 0;
}

/* Facts of one more program. Of functions that it does not reach it says nothing. */
static int add_facts(struct program *p, const struct prog *g, const struct ctxtype *t, const struct check_result *r,
                     struct sum *s, struct error *e) {
    const struct module *m = p->m;
    const struct func_facts *met;
    u64 bound;
    if (!r || !r->seen || !r->facts || !r->facts[g->func].of) {
        lose(&p->view, g->func, s->lost);
        return 0;
    }
    bound = bound_of(p, r);
    for (u32 n = 0; n < m->nfunc; n++) {
        s->both[1][n] = r->seen[n] ? r->facts[n] : (struct func_facts){0};
        s->both[0][n] = s->facts[n].of ? s->facts[n] : s->both[1][n];
    }
    if (!(met = check_facts_meet(m, s->both[0], s->both[1], &p->arena)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 n = 0; n < m->nfunc; n++) {
        if (!r->seen[n])
            continue;
        s->facts[n] = met[n];
        s->ctx[n] = !s->ctx[n] || s->ctx[n] == t ? t : &several_types;
        s->lost[n] |= !met[n].of;
        s->open[n] |= !bound;
    }
    if (bound > s->bound[g->func])
        s->bound[g->func] = bound;
    s->any = true;
    return 0;
}

/* What the types of programs that have no section are called by. */
static const char *type_name(const struct prog *g, const struct ctxtype *t) {
    return g->kind == PROG_RAW && t != &any_type && t->kind != PROG_RAW ? t->name : NULL;
}

/* s: NULL, where facts of it are not wanted. */
static int verdict(struct program *p, u32 i, const struct ctxtype *t, struct sum *s, struct error *e) {
    const struct prog *g = &p->m->prog[i];
    struct check_options c = {.strict = true, .ranges = s, .type = type_name(g, t)};
    struct check_result r = {0};
    if (!check_program(&p->view, i, &c, &r, e)) {
        if (r.verdict != CHECK_ACCEPTED)
            refused(p->m, g, &r, e);
        else if (s)
            add_facts(p, g, t, &r, s, e);
    }
    check_drop(&r);
    return e->code;
}

static int facts_of(struct program *p, u32 i, const struct ctxtype *t, struct sum *s, struct error *e) {
    const struct prog *g = &p->m->prog[i];
    struct check_options c = {.any_entry = t == &any_type, .type = type_name(g, t)};
    struct check_result r = {0};
    struct error failed = {0}; /* of the checker: the program runs all the same, with every check */
    bool done;
    c.max_steps = s->steps < STEPS_EACH ? s->steps : STEPS_EACH;
    c.max_memory = MEMORY_EACH;
    if (!c.max_steps)
        return add_facts(p, g, t, NULL, s, e);
    done = !check_program(&p->view, i, &c, &r, &failed);
    s->steps -= r.steps < s->steps ? r.steps : s->steps;
    add_facts(p, g, t, done ? &r : NULL, s, e);
    check_drop(&r);
    return e->code;
}

/* The module as engines are to see it: with other code in place of what is proven to do the same. */
static int put_in(struct program *p, struct error *e) {
    const struct module *m = p->m;
    struct module *as = NULL;
    for (u32 n = 0; n < m->nfunc; n++) {
        u32 folded;
        const struct insn *code = proven_code(&m->func[n], &p->view.facts[n], &p->arena, &folded);
        if (code == m->func[n].code)
            continue;
        if (!as) {
            as = arena_new(&p->arena, struct module, 1);
            struct func *f = arena_new(&p->arena, struct func, m->nfunc);
            if (!as || !f)
                return fail(e, E_NOMEM, NOWHERE, "out of memory");
            memcpy(as, m, sizeof *as); /* nothing of it is made later: it has no typed functions */
            memcpy(f, m->func, m->nfunc * sizeof *f);
            as->func = f;
        }
        as->func[n].code = (struct insn *)(uintptr_t)code;
        p->folded += folded;
    }
    if (as)
        p->view.m = as;
    return 0;
}

int prove(struct program *p, const struct svm *vm, const struct svm_link_options *o, bool plain, struct error *e) {
    const struct module *m = p->m;
    bool strict = o->verify == SVM_VERIFY_STRICT;
    const struct ctxtype *const *assumed = contexts_assumed(p, vm, o->context);
    if ((u32)o->verify > SVM_VERIFY_STRICT)
        return fail(e, E_USAGE, NOWHERE, "svm_link_options.verify: no such mode");
    struct sum s = {.facts = arena_new(&p->arena, struct func_facts, m->nfunc + 1),
                    .both = {arena_new(&p->arena, struct func_facts, m->nfunc + 1),
                             arena_new(&p->arena, struct func_facts, m->nfunc + 1)},
                    .lost = arena_new(&p->arena, u8, m->nfunc + 1),
                    .open = arena_new(&p->arena, u8, m->nfunc + 1),
                    .bound = arena_new(&p->arena, u64, m->nfunc + 1),
                    .ctx = arena_new(&p->arena, const struct ctxtype *, m->nfunc + 1),
                    .steps = STEPS_ALL};
    if (!assumed || !s.facts || !s.both[0] || !s.both[1] || !s.lost || !s.open || !s.bound || !s.ctx)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    plain |= !p->view.checks || p->view.frame_size < FRAME || module_is_typed(m);
    for (u32 i = 0; i < m->nprog; i++) {
        const struct prog *g = &m->prog[i];
        const struct ctxtype *t = context_assumed(vm, g, o->context);
        /* a verdict is about the program as the kernel would start it: the facts may be others */
        if (strict && verdict(p, i, t, plain || t == &any_type ? NULL : &s, e))
            return e->code;
        if (!plain && (!strict || t == &any_type) && facts_of(p, i, t, &s, e))
            return e->code;
    }
    if (!s.any)
        return 0;
    for (u32 n = 0; n < m->nfunc; n++) {
        s.facts[n].ctx = s.ctx[n] == &several_types || s.ctx[n] == &any_type ? NULL : s.ctx[n];
        if (s.lost[n])
            s.facts[n].of = NULL;
        s.facts[n].bounded = s.facts[n].of && !s.open[n];
        if (s.bound[n])
            p->bound = s.bound;
    }
    p->plain_view = p->view;
    p->view.facts = s.facts;
    p->assumed = assumed;
    return put_in(p, e);
}
