/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* disasm_native.c - machine code between the lines of a listing: each part of it below the instruction that it came
 * from.
 *
 * Code that stands behind the function for what happens rarely comes last, under the number of its instruction. The
 * text is capstone's, where it was there when this was built and is found now; else there are bytes. */
#include "api/api.h"
#include "api/disasm.h"
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_CAPSTONE
#include "base/late.h"
#include <capstone/capstone.h>

#define FUNCTIONS(F) F(cs_open) F(cs_close) F(cs_malloc) F(cs_free) F(cs_disasm_iter)
static LATE_LIBRARY(, FUNCTIONS) lib = LATE_INIT(HAVE_CAPSTONE, FUNCTIONS);

struct machine_text {
    csh cs;
    cs_insn *insn;
};

#if defined(__x86_64__)
enum { ARCH = CS_ARCH_X86, MODE = CS_MODE_64 };
#elif defined(__aarch64__)
enum { ARCH = CS_ARCH_ARM64, MODE = CS_MODE_LITTLE_ENDIAN };
#else
enum { ARCH = CS_ARCH_ALL, MODE = 0 }; /* none that it knows */
#endif

static void text_close(struct machine_text *t) {
    if (!t)
        return;
    if (t->insn)
        lib.cs_free(t->insn, 1);
    if (t->cs)
        lib.cs_close(&t->cs);
    free(t);
}

static struct machine_text *text_open(void) {
    struct error e = {0};
    struct machine_text *t = late_open(&lib.late, lib.slot, &e) ? NULL : calloc(1, sizeof *t);
    if (t && !lib.cs_open((cs_arch)ARCH, (cs_mode)MODE, &t->cs) && (t->insn = lib.cs_malloc(t->cs)))
        return t;
    text_close(t);
    return NULL;
}

/* One instruction at p; its length, or 0. Branches are of addresses from `at` on. */
static u32 text_one(struct machine_text *t, const u8 *p, u32 n, u64 at, char *out, size_t size) {
    size_t left = n;
    if (!lib.cs_disasm_iter(t->cs, &p, &left, &at, t->insn))
        return 0;
    snprintf(out, size, "%-8s %s", t->insn->mnemonic, t->insn->op_str);
    return (u32)(n - left);
}
#else
struct machine_text;
static struct machine_text *text_open(void) {
    return NULL;
}
static void text_close(struct machine_text *t) {
    (void)t;
}
static u32 text_one(struct machine_text *t, const u8 *p, u32 n, u64 at, char *out, size_t size) {
    (void)t, (void)p, (void)n, (void)at, (void)out, (void)size;
    return 0;
}
#endif

struct native {
    const struct program *p;
    void *image;               /* compiled once more, with a spot for each instruction */
    struct machine_text *text; /* NULL: there are bytes only */
    struct native_code code;   /* of the function that is being printed */
    u32 next;                  /* spot */
    u32 main;                  /* instruction up to which code stands in the order of instructions */
    bool rare;                 /* behind that */
};

int native_open(struct native **out, const struct program *p, struct error *e) {
    struct native *n;
    struct link_view v = p->view;
    *out = NULL;
    if (!p->engine->native)
        return fail(e, E_ENGINE, NOWHERE, "engine %s makes no machine code", p->engine->name);
    if (!(n = calloc(1, sizeof *n)))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    v.jit = (struct jit_options){.harden = v.jit.harden, .listing = true};
    n->p = p;
    if (p->engine->compile(&v, &n->image, e)) {
        free(n);
        return e->code;
    }
    n->text = text_open();
    *out = n;
    return 0;
}

void native_close(struct native *n) {
    if (!n)
        return;
    text_close(n->text);
    n->p->engine->free(n->image);
    free(n);
}

int native_func(struct native *n, u32 func, struct error *e) {
    n->next = n->main = 0;
    n->rare = false;
    return n->p->engine->native(n->image, func, &n->code, e);
}

static void line(const struct native *n, u32 at, u32 len, const char *text, struct buf *b) {
    size_t begin = b->len;
    buf_printf(b, "%24x: ", at);
    for (u32 k = 0; k < len; k++)
        buf_printf(b, " %02x", n->code.code[at + k]);
    if (*text)
        buf_printf(b, "%*s %s", (int)(b->len - begin < 60 ? 60 - (b->len - begin) : 1), "", text);
    buf_printf(b, "\n");
}

/* Calls and jumps that leave the function go to others of the program, to code that all share, or to C. */
static void name_target(const struct native *n, u32 at, u32 len, char *text, size_t size) {
    const u8 *p = n->code.code + at, *to;
    struct native_code other;
    struct error e = {0};
    const struct module *m = n->p->m;
    s32 rel;
    char *operand = strstr(text, "0x");
    if (len < 5 || (p[0] != 0xe8 && p[0] != 0xe9) || !operand)
        return;
    memcpy(&rel, p + 1, 4);
    to = p + 5 + rel;
    if (to >= n->code.code && to < n->code.code + n->code.size)
        return;
    for (u32 f = 0; f < m->nfunc; f++) {
        if (m->func[f].typed || n->p->engine->native(n->image, f, &other, &e) || other.code != to)
            continue;
        snprintf(operand, size - (size_t)(operand - text), "<%s>", m->func[f].name);
        return;
    }
    snprintf(operand, size - (size_t)(operand - text), "<outside>");
}

static void range(struct native *n, u32 at, u32 end, struct buf *b) {
    char text[200];
    while (at < end) {
        u32 len = n->text ? text_one(n->text, n->code.code + at, end - at, at, text, sizeof text) : 0;
        if (len)
            name_target(n, at, len, text, sizeof text);
        else
            *text = 0, len = end - at < 8 ? end - at : 8;
        line(n, at, len, text, b);
        at += len;
    }
}

void native_upto(struct native *n, u32 pc, struct buf *b) {
    const struct native_code *c = &n->code;
    for (; n->next < c->nspot; n->next++) {
        const struct spot *s = &c->spot[n->next];
        u32 end = n->next + 1 < c->nspot ? s[1].at : c->size;
        if (s->pc != SPOT_NONE) {
            if (s->pc > n->main) /* back from a copy of what stands above */
                n->rare = false;
            if (!n->rare && s->pc >= pc && pc != UINT32_MAX)
                return;
            if (s->pc < n->main || n->rare) {
                if (end > s->at && (!n->rare || s[-1].pc != s->pc))
                    buf_printf(b, "%20u:\tout of line\n", s->pc);
                n->rare = true;
            }
            if (!n->rare)
                n->main = s->pc;
        }
        range(n, s->at, end, b);
    }
}
