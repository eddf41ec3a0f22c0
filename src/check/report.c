/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.c - verdicts as text, laid out as compilers lay out their messages:
 *
 *   error: read of 2 bytes outside the packet [out-of-bounds]
 *     --> filter.bpf.c:31:18, in xdp_filter, insn 12
 *      |
 *   31 |     if (tcp->dest == port)
 *      |              ^
 *      = r3 = *(u16 *)(r2 + 0x2)
 *      = r2 = packet + [0, 1500], 34 bytes checked, 38 needed
 *      how r2 came there:
 *      ...
 *      = help: ... */
#include "check/report.h"
#include <string.h>

static void style(struct buf *b, const struct report *p, enum report_style s) {
    static const char *const code[REPORT_STYLES] = {"0", "1", "1;31", "32", "1;33", "1;34", "2"};
    if (p->colour)
        buf_printf(b, "\033[%sm", code[s]);
}

static const struct line *line_at(const struct module *m, u32 func, u32 pc) {
    const struct line *l = func < m->nfunc ? func_line(&m->func[func], pc) : NULL;
    return l && l->line ? l : NULL;
}

static const char *func_name(const struct module *m, u32 func) {
    return func < m->nfunc && m->func[func].name ? m->func[func].name : "?";
}

static u32 digits(u32 n) {
    u32 k = 1;
    while (n /= 10)
        k++;
    return k;
}

static const char *base_name(const char *path) {
    const char *s = strrchr(path, '/');
    return s ? s + 1 : path;
}

static void place(struct buf *b, const struct module *m, const struct check_fail *f, bool column) {
    const struct line *l = line_at(m, f->func, f->pc);
    if (l && l->file) {
        report_text(b, column ? l->file : base_name(l->file), 200);
        buf_printf(b, ":%u", l->line);
        if (column && l->column)
            buf_printf(b, ":%u", l->column);
    } else if (l) {
        buf_printf(b, "line %u", l->line);
    }
}

void report_line(struct buf *b, const struct module *m, const struct check_fail *f) {
    struct buf where = {0}, known = {0};
    place(&where, m, f, false);
    report_known(&known, m, f);
    report_text(b, func_name(m, f->func), 120);
    buf_printf(b, ": insn %u", f->pc);
    if (where.len)
        buf_printf(b, " (%s)", buf_str(&where));
    buf_printf(b, ": ");
    report_headline(b, m, f);
    if (known.len)
        buf_printf(b, ": %s", buf_str(&known));
    buf_free(&where);
    buf_free(&known);
}

/* The margin: a line number, or blanks as wide. */
static void margin(struct buf *b, const struct report *p, u32 width, u32 line) {
    style(b, p, REPORT_BLUE);
    if (line)
        buf_printf(b, "%*u |", (int)width, line);
    else
        buf_printf(b, "%*s |", (int)width, "");
    style(b, p, REPORT_PLAIN);
}
static void note(struct buf *b, const struct report *p, u32 width) {
    style(b, p, REPORT_BLUE);
    buf_printf(b, "%*s = ", (int)width, "");
    style(b, p, REPORT_PLAIN);
}

/* The source line, and a caret under the column that the debug information names. Tabs count as one. */
static void source(struct buf *b, const struct report *p, const struct line *l, u32 width) {
    size_t n = l->text ? strcspn(l->text, "\r\n") : 0;
    if (!n)
        return;
    margin(b, p, width, 0);
    buf_printf(b, "\n");
    margin(b, p, width, l->line);
    buf_printf(b, " ");
    report_text(b, l->text, n);
    buf_printf(b, "\n");
    margin(b, p, width, 0);
    if (l->column && l->column <= n) {
        style(b, p, REPORT_RED);
        buf_printf(b, " %*s^", (int)l->column - 1, "");
        style(b, p, REPORT_PLAIN);
    }
    buf_printf(b, "\n");
}

static void insn_text(struct buf *b, const struct report *p, u32 func, u32 pc) {
    p->insn(p->insn_arg, b, func, pc);
}

static const char *step_words(const struct check_step *s) {
    switch ((enum step_kind)s->kind) {
    case STEP_SET: return "set here";
    case STEP_FROM: return "computed";
    case STEP_BRANCH: return s->taken ? "taken" : "not taken";
    case STEP_CALL: return "called";
    case STEP_SAVE: return "saved";
    case STEP_LOAD: return "loaded again";
    case STEP_LOOP: return "goes round here";
    }
    return "";
}

/* How the value came there: one line a step, with its source line where that is another than before. */
static void trail(struct buf *b, const struct report *p, const struct check_fail *f, u32 width) {
    const struct line *last = NULL;
    if (!f->nstep)
        return;
    note(b, p, width);
    if (f->reg >= 0)
        buf_printf(b, "how r%d came there:\n", f->reg);
    else
        buf_printf(b, "on the way there:\n");
    for (u32 k = 0; k < f->nstep; k++) {
        const struct check_step *s = &f->step[k];
        const struct line *l = line_at(p->m, s->func, s->pc);
        struct buf text = {0};
        if (l && l->text && (!last || last->line != l->line || last->file != l->file)) {
            const char *t = l->text + strspn(l->text, " \t");
            style(b, p, REPORT_DIM);
            buf_printf(b, "%*s %6u: ", (int)width, "", l->line);
            report_text(b, t, strcspn(t, "\r\n"));
            style(b, p, REPORT_PLAIN);
            buf_printf(b, "\n");
        }
        last = l ? l : last;
        insn_text(&text, p, s->func, s->pc);
        buf_printf(b, "%*s   insn %-5u %-36s ", (int)width, "", s->pc, buf_str(&text));
        style(b, p, REPORT_DIM);
        buf_printf(b, "%s", step_words(s));
        if (s->func != f->func) {
            buf_printf(b, ", in ");
            report_text(b, func_name(p->m, s->func), 80);
        }
        style(b, p, REPORT_PLAIN);
        buf_printf(b, "\n");
        buf_free(&text);
    }
}

void report_fail(struct buf *b, const struct report *p, const struct check_fail *f) {
    const struct line *l = line_at(p->m, f->func, f->pc);
    u32 width = l ? digits(l->line) : 2;
    struct buf known = {0};
    width = width < 2 ? 2 : width;
    style(b, p, REPORT_RED);
    buf_printf(b, "error");
    style(b, p, REPORT_PLAIN);
    style(b, p, REPORT_BOLD);
    buf_printf(b, ": ");
    report_headline(b, p->m, f);
    style(b, p, REPORT_PLAIN);
    buf_printf(b, " [%s]\n", check_reason_name(f->reason));
    style(b, p, REPORT_BLUE);
    buf_printf(b, "%*s--> ", (int)width, "");
    style(b, p, REPORT_PLAIN);
    if (l) {
        place(b, p->m, f, true);
        buf_printf(b, ", ");
    }
    buf_printf(b, "in ");
    report_text(b, func_name(p->m, f->func), 120);
    buf_printf(b, ", insn %u\n", f->pc);
    if (l)
        source(b, p, l, width);
    note(b, p, width);
    insn_text(b, p, f->func, f->pc);
    buf_printf(b, "\n");
    report_known(&known, p->m, f);
    if (known.len) {
        note(b, p, width);
        buf_printf(b, "%s\n", buf_str(&known));
    }
    buf_free(&known);
    if (f->at != NO_INDEX && (f->reason == CHECK_REF_LEAK || f->reason == CHECK_LOCK_STATE)) {
        note(b, p, width);
        buf_printf(b, "acquired at insn %u: ", f->at);
        insn_text(b, p, f->func, f->at);
        buf_printf(b, "\n");
    }
    trail(b, p, f, width);
    if (report_hint(f)) {
        note(b, p, width);
        style(b, p, REPORT_GREEN);
        buf_printf(b, "help");
        style(b, p, REPORT_PLAIN);
        buf_printf(b, ": %s\n", report_hint(f));
    }
}

static void ratio(struct buf *b, u64 part, u64 all) {
    buf_printf(b, "%llu of %llu", (unsigned long long)part, (unsigned long long)all);
}

void report_program(struct buf *b, const struct report *p, const struct report_prog *g, bool all) {
    const struct check_result *r = g->r;
    bool well = r->verdict == CHECK_ACCEPTED;
    style(b, p, well ? REPORT_GREEN : all ? REPORT_YELLOW : REPORT_RED);
    buf_printf(b, "%s", well ? "accepted" : all ? "guarded " : "rejected");
    style(b, p, REPORT_PLAIN);
    style(b, p, REPORT_BOLD);
    buf_printf(b, "  ");
    report_text(b, g->prog->name ? g->prog->name : "?", 120);
    style(b, p, REPORT_PLAIN);
    if (g->prog->section) {
        buf_printf(b, " (");
        report_text(b, g->prog->section, 120);
        buf_printf(b, ")");
    }
    buf_printf(b, ": %llu instructions, accesses proven: ", (unsigned long long)r->insns);
    ratio(b, r->checks_proven, r->checks_total);
    if (well && r->worst != CHECK_NO_BOUND)
        buf_printf(b, ", a run takes at most %llu", (unsigned long long)r->worst);
    if (well)
        buf_printf(b, ", stack %u", r->stack);
    buf_printf(b, ", %llu.%03llu ms\n", (unsigned long long)(r->time_ns / 1000000),
               (unsigned long long)(r->time_ns / 1000 % 1000));
    if (well)
        return;
    if (!all) {
        report_fail(b, p, &r->fail);
        return;
    }
    buf_printf(b, "  %llu instruction%s not proven: checked while they run\n", (unsigned long long)r->nfail,
               r->nfail == 1 ? " is" : "s are");
    for (u32 k = 0; k < r->nmore; k++) {
        buf_printf(b, "  ");
        report_line(b, p->m, &r->more[k]);
        buf_printf(b, "\n");
    }
    if (r->nfail > r->nmore)
        buf_printf(b, "  and %llu more\n", (unsigned long long)(r->nfail - r->nmore));
}
