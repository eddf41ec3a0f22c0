/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.h - what the checker found, for people.
 *
 * in:  a module and what check_program() said of its programs     out: text in the style of a good compiler, or a page
 * Names and source lines come from files: control characters in them are replaced. */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H
#include "check/check.h"

enum report_style {
    REPORT_PLAIN,
    REPORT_BOLD,
    REPORT_RED,
    REPORT_GREEN,
    REPORT_YELLOW,
    REPORT_BLUE,
    REPORT_DIM,
    REPORT_STYLES
};

struct report {
    const struct module *m;
    /* One instruction with the names of what it calls. */
    void (*insn)(void *arg, struct buf *b, u32 func, u32 pc);
    void *insn_arg;
    bool colour;
};

/* A state as check_options.log gave it, kept for the page. */
struct report_state {
    u32 func, pc;
    const char *text;
};
struct report_prog {
    const struct prog *prog;
    const struct check_result *r;
    const struct report_state *state;
    u32 nstate; /* in the order of (func, pc); may be none */
};

/* report_words.c: "read of 4 bytes outside the packet"; "r2 = packet + [0, 1500], 34 bytes checked, 38 needed" (may
 * be empty); what usually helps, or NULL. */
void report_headline(struct buf *b, const struct module *m, const struct check_fail *f);
void report_known(struct buf *b, const struct module *m, const struct check_fail *f);
const char *report_hint(const struct check_fail *f);
void report_text(struct buf *b, const char *text, size_t n); /* from a file */

/* "insn 12 (hello.bpf.c:31): read of 4 bytes outside the packet: r2 = ...": all in one line. */
void report_line(struct buf *b, const struct module *m, const struct check_fail *f);
/* One thing that is not proven, with its source line and how the value came there. */
void report_fail(struct buf *b, const struct report *p, const struct check_fail *f);
/* A program: its verdict, numbers, and what is not proven: the first in full, or all of it, a line each. */
void report_program(struct buf *b, const struct report *p, const struct report_prog *g, bool all);
/* report_html.c: all programs on one page that needs nothing else. */
void report_html(struct buf *b, const struct report *p, const char *title, const struct report_prog *g, u32 n);

#endif
