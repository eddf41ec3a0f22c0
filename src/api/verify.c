/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verify.c - svm_verify: a module in, a verdict for each of its programs out.
 *
 * The module is linked without an engine, for its maps and constants; what is not available there is the checker's to
 * refuse, program by program. */
#include "api/api.h"
#include "api/disasm.h"
#include "check/report.h"
#include "supervm/verify.h"
#include <stdlib.h>
#include <string.h>

enum { STATES_EACH = 3 }; /* kept of one place: a walk may come there thousands of times */

struct one {
    struct check_result r;
    const struct prog *prog;
    u32 fail_line;
    const char *file, *text; /* of a failure; text is malloc'ed */
    struct report_state *state;
    u32 nstate, cap;
    bool oom;
};
struct svm_verdicts {
    struct svm_module *m;
    struct one *one;
    u32 n;
    bool guarded;
};

struct watch {
    const struct svm_verify_options *o;
    const struct module *m;
    struct one *one;
    u8 *times; /* m->nslot: how often a place was kept */
};

static void keep(struct watch *w, u32 func, u32 pc, const char *text) {
    struct one *p = w->one;
    u8 *times = &w->times[w->m->func[func].base + pc];
    if (*times >= STATES_EACH)
        return;
    ++*times;
    if (p->nstate == p->cap) {
        u32 cap = p->cap ? 2 * p->cap : 64;
        struct report_state *rows = reallocarray(p->state, cap, sizeof *rows);
        if (!rows) {
            p->oom = true;
            return;
        }
        p->state = rows;
        p->cap = cap;
    }
    p->state[p->nstate] = (struct report_state){func, pc, strdup(text)};
    p->oom |= !p->state[p->nstate].text;
    p->nstate += p->state[p->nstate].text != NULL;
}

static void logged(void *arg, u32 func, u32 pc, const char *state) {
    struct watch *w = arg;
    struct buf b = {0};
    if (w->times)
        keep(w, func, pc, state);
    if (!w->o->log)
        return;
    print_place(&b, &w->m->func[func], pc);
    buf_printf(&b, ": %s", state);
    w->o->log(w->o->log_arg, buf_str(&b));
    buf_free(&b);
}

static int by_place(const void *x, const void *y) {
    const struct report_state *a = x, *b = y;
    if (a->func != b->func)
        return a->func < b->func ? -1 : 1;
    return a->pc < b->pc ? -1 : a->pc > b->pc;
}

/* Several states of one place become one text. */
static void gather(struct one *p) {
    u32 n = 0;
    qsort(p->state, p->nstate, sizeof *p->state, by_place);
    for (u32 k = 0; k < p->nstate; k++) {
        struct report_state *s = &p->state[k], *last = n ? &p->state[n - 1] : NULL;
        if (!last || by_place(last, s)) {
            p->state[n++] = *s;
            continue;
        }
        size_t a = strlen(last->text), b = strlen(s->text);
        if (a >= b && !strcmp(last->text + a - b, s->text)) { /* the same again */
            free((char *)s->text);
            continue;
        }
        char *both = malloc(a + b + 6);
        if (both) {
            memcpy(both, last->text, a);
            memcpy(both + a, "\nor:\n", 5);
            memcpy(both + a + 5, s->text, b + 1);
            free((char *)last->text);
            last->text = both;
        }
        p->oom |= !both;
        free((char *)s->text);
    }
    p->nstate = n;
}

static int check_one(struct svm_verdicts *v, const struct link_view *l, struct one *p,
                     const struct svm_verify_options *o, struct error *e) {
    const struct module *m = &v->m->m;
    struct watch w = {.o = o, .m = m, .one = p};
    struct check_options c = {.strict = !v->guarded, .max_steps = o->max_steps, .max_memory = o->max_memory};
    c.type = p->prog->kind == PROG_RAW ? o->type : NULL;
    c.any_license = o->gpl;
    int rc;
    if (o->keep_states && !(w.times = calloc(m->nslot + 1, 1)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (o->log || o->keep_states) {
        c.log = logged;
        c.log_arg = &w;
    }
    rc = check_program(l, (u32)(p->prog - m->prog), &c, &p->r, e);
    free(w.times);
    if (p->nstate)
        gather(p);
    if (!rc && p->r.verdict != CHECK_ACCEPTED) {
        const struct line *at = module_line(m, p->r.fail.func, p->r.fail.pc);
        struct buf b = {0};
        report_line(&b, m, &p->r.fail);
        p->text = strdup(buf_str(&b));
        p->oom |= !p->text;
        buf_free(&b);
        p->fail_line = at ? at->line : 0;
        p->file = at ? at->file : NULL;
    }
    if (!rc && p->oom)
        rc = fail(e, E_NOMEM, NOWHERE, "out of memory");
    return rc;
}

void svm_verdicts_free(struct svm_verdicts *v) {
    if (!v)
        return;
    for (u32 i = 0; i < v->n; i++) {
        for (u32 k = 0; k < v->one[i].nstate; k++)
            free((char *)v->one[i].state[k].text);
        free(v->one[i].state);
        free((char *)v->one[i].text);
        check_drop(&v->one[i].r);
    }
    free(v->one);
    module_unref(v->m);
    free(v);
}

static int check_all(struct svm_verdicts *v, const struct link_view *l, const struct prog *only,
                     const struct svm_verify_options *o, struct error *e) {
    const struct module *m = &v->m->m;
    if (!(v->one = calloc(m->nprog + 1, sizeof *v->one)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    for (u32 i = 0; i < m->nprog; i++) {
        if (only && only != &m->prog[i])
            continue;
        v->one[v->n].prog = &m->prog[i];
        if (check_one(v, l, &v->one[v->n++], o, e))
            return e->code;
    }
    return 0;
}

static int verify(struct svm_verdicts *v, struct svm_module *h, const struct svm_verify_options *o, struct error *e) {
    const struct module *m = &h->m;
    const struct prog *only = o->prog ? module_prog(m, o->prog) : NULL;
    struct program p = {.lenient = true};
    v->m = h;
    module_ref(h);
    v->guarded = o->mode == SVM_VERIFY_GUARDED;
    if (module_is_typed(m) && !m->nprog)
        return fail(e, E_UNSUP, NOWHERE, "WebAssembly is validated when it is loaded: there is nothing more to prove");
    if (o->prog && !only)
        return fail(e, E_NOENT, NOWHERE, "no program %s", o->prog);
    atomic_fetch_add(&h->vm->linked, 1); /* the registry is read */
    if (!link_program(&p, m, &h->vm->r, NULL, o->set, e))
        check_all(v, &p.view, only, o, e);
    program_drop(&p);
    atomic_fetch_sub(&h->vm->linked, 1);
    return e->code;
}

struct svm_verdicts *svm_verify(struct svm_module *m, const struct svm_verify_options *options, struct svm_error *err) {
    struct svm_verify_options o = SVM_VERIFY_INIT;
    struct svm_verdicts *v = NULL;
    struct error e = {0};
    if (options)
        memcpy(&o, options, min64(options->size, sizeof o));
    if (!m || (u32)o.mode > SVM_VERIFY_STRICT)
        fail(&e, E_USAGE, NOWHERE, m ? "svm_verify: no such mode" : "svm_verify: no module");
    else if (!(v = calloc(1, sizeof *v)))
        fail(&e, E_NOMEM, NOWHERE, "out of memory");
    else if (verify(v, m, &o, &e)) {
        svm_verdicts_free(v);
        v = NULL;
    }
    give_error(err, &e);
    return v;
}

bool svm_verdicts_at(const struct svm_verdicts *v, size_t i, struct svm_verdict *out) {
    const struct one *p = v && i < v->n ? &v->one[i] : NULL;
    struct svm_verdict d = SVM_VERDICT_INIT;
    if (!p || !out || out->size < sizeof out->size)
        return false;
    d.prog = p->prog->name;
    d.section = p->prog->section;
    d.accepted = p->r.verdict == CHECK_ACCEPTED;
    if (!d.accepted) {
        d.reason = check_reason_name(p->r.fail.reason);
        d.text = p->text;
        d.func = v->m->m.func[p->r.fail.func].name;
        d.insn = p->r.fail.pc;
        d.line = p->fail_line;
        d.file = p->file;
    }
    d.time_ns = p->r.time_ns;
    d.insns = p->r.insns;
    d.checks_total = p->r.checks_total;
    d.checks_proven = p->r.checks_proven;
    d.unproven = p->r.nfail;
    d.worst = p->r.worst;
    d.steps = p->r.steps;
    d.stack = p->r.stack;
    d.size = out->size;
    memcpy(out, &d, min64(out->size, sizeof d));
    return true;
}

static void print_insn(void *arg, struct buf *b, u32 func, u32 pc) {
    const struct svm_module *m = arg;
    disasm_insn(b, &m->m, m->vm, func, pc);
}

int svm_verdicts_print(const struct svm_verdicts *v, size_t i, unsigned flags, FILE *f) {
    struct report_prog *rows;
    struct buf b = {0};
    u32 n = 0;
    int rc = 0;
    if (!v || !f || (i != SIZE_MAX && i >= v->n))
        return E_USAGE;
    struct report p = {&v->m->m, print_insn, v->m, (flags & SVM_REPORT_COLOUR) != 0};
    if (!(rows = calloc(v->n + 1, sizeof *rows)))
        return E_NOMEM;
    for (u32 k = 0; k < v->n; k++)
        if (i == SIZE_MAX || i == k)
            rows[n++] = (struct report_prog){v->one[k].prog, &v->one[k].r, v->one[k].state, v->one[k].nstate};
    if (flags & SVM_REPORT_HTML)
        report_html(&b, &p, v->m->m.name && *v->m->m.name ? v->m->m.name : "program", rows, n);
    else
        for (u32 k = 0; k < n; k++)
            report_program(&b, &p, &rows[k], (flags & SVM_REPORT_GUARDED) != 0);
    if (b.oom)
        rc = E_NOMEM;
    else if (fwrite(b.data, 1, b.len, f) != b.len)
        rc = E_IO;
    buf_free(&b);
    free(rows);
    return rc;
}
