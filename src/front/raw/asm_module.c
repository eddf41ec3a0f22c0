/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* asm_module.c - what .svm assembly says of a module with typed functions, line by line.
 *
 *   .type [open] [sub N] (i32 i64) -> (f64)            .import func f (i32) -> () "space" "name"
 *   .table [i64] funcref 10 20                         .import table funcref 10 "space" "name"
 *   .mem [i64] [shared] 1 16                           .export func f "name"
 *   .global [mut] i64                                  .export mem 0 "name"
 *   .tag (i32)                                         .elem funcref f g null
 *   .start f                                           .data 68656c6c6f
 *   .const 000102030405060708090a0b0c0d0e0f            the function's next v128 constant
 *
 * Types are numbered as .type lines stand; a signature that none of them has is added behind. */
#include "front/raw/asm_module.h"
#include <string.h>

enum { MAX_REGS = 65535 };

struct parse {
    struct module *m;
    const char *text, *p, *end; /* the whole text; what is left of the line */
    const char *tok;            /* the token that stands next, up to p */
    u32 n, line;
    const struct asm_out *o;
    struct error *e;
};

static int wrong(struct parse *x, const char *what) {
    if (!x->n)
        return fail(x->e, E_SYNTAX, x->p - x->text, "line %u: expected %s at the end of the line", x->line, what);
    return fail(x->e, E_SYNTAX, x->tok - x->text, "line %u: expected %s, not '%.*s'", x->line, what,
                (int)min64(x->n, 40), x->tok);
}
static int no_memory(struct parse *x) {
    return fail(x->e, E_NOMEM, NOWHERE, "out of memory");
}

/* Parentheses stand alone; a string runs to its second quote; else words. */
static void next(struct parse *x) {
    while (x->p < x->end && (*x->p == ' ' || *x->p == '\t' || *x->p == '\r'))
        x->p++;
    x->tok = x->p;
    if (x->p < x->end && (*x->p == '(' || *x->p == ')')) {
        x->p++;
    } else if (x->p < x->end && *x->p == '"') {
        for (x->p++; x->p < x->end && *x->p != '"'; x->p++) {
        }
        x->p += x->p < x->end;
    } else {
        while (x->p < x->end && !strchr(" \t\r()\"", *x->p))
            x->p++;
    }
    x->n = (u32)(x->p - x->tok);
}

static bool at(const struct parse *x, const char *word) {
    return x->n == strlen(word) && !memcmp(x->tok, word, x->n);
}
static bool take(struct parse *x, const char *word) {
    if (!at(x, word))
        return false;
    next(x);
    return true;
}

static bool number(struct parse *x, u64 *v) {
    *v = 0;
    for (u32 k = 0; k < x->n; k++) {
        u8 c = (u8)x->tok[k];
        if (c < '0' || c > '9' || __builtin_mul_overflow(*v, 10u, v) || __builtin_add_overflow(*v, (u64)(c - '0'), v))
            return false;
    }
    if (!x->n)
        return false;
    next(x);
    return true;
}

static int string(struct parse *x, struct str *s) {
    char *p;
    if (x->n < 2 || x->tok[0] != '"' || x->tok[x->n - 1] != '"')
        return wrong(x, "a name in quotes");
    if (!(p = arena_strndup(&x->m->arena, x->tok + 1, x->n - 2)))
        return no_memory(x);
    *s = (struct str){p, x->n - 2};
    next(x);
    return 0;
}

/* --- types --- */

/* "(ref 3)", "(ref null func)" behind the parenthesis */
static bool heap_type(struct parse *x, u32 *t) {
    static const struct {
        const char *name;
        u32 heap;
    } heaps[] = {
#define HEAP(id, byte, text, null_text, up) {text, HEAP_##id},
#include "ir/heaps.def"
    };
    u64 v;
    size_t k;
    *t = VT_REF;
    if (!take(x, "ref"))
        return false;
    if (take(x, "null"))
        *t |= VT_NULL;
    for (k = 0; k < COUNT(heaps) && !at(x, heaps[k].name); k++) {
    }
    if (k < COUNT(heaps)) {
        *t |= heaps[k].heap;
        next(x);
    } else if (number(x, &v) && v < HEAP_FIRST) {
        *t |= (u32)v; /* that there is such a type, validate() sees */
    } else {
        return false;
    }
    return take(x, ")");
}

/* False: no type stands here. */
static bool value_type(struct parse *x, u32 *t) {
    static const struct {
        const char *name;
        u32 vt;
    } types[] = {{"i32", 'I'},
                 {"i64", 'L'},
                 {"f32", 'F'},
                 {"f64", 'D'},
                 {"v128", 'V'},
#define HEAP(id, byte, text, null_text, up) {null_text, VT_REF | VT_NULL | HEAP_##id},
#include "ir/heaps.def"
    };
    for (size_t k = 0; k < COUNT(types); k++)
        if (at(x, types[k].name)) {
            *t = types[k].vt;
            next(x);
            return true;
        }
    return take(x, "(") && heap_type(x, t);
}

static int values(struct parse *x, u32 *vt, u32 room, u32 *n) {
    *n = 0;
    if (!take(x, "("))
        return wrong(x, "'('");
    while (!take(x, ")")) {
        if (*n == room || !value_type(x, &vt[*n]))
            return wrong(x, "a type");
        ++*n;
    }
    return 0;
}

/* A signature, into a new type or, where one stands already that is equal, its index. */
static int signature(struct parse *x, u32 *index) {
    struct module *m = x->m;
    struct deftype t = {.super = NO_INDEX, .group = m->ntype, .ngroup = 1, .kind = 'f', .final = true};
    u32 room = (u32)(x->end - x->tok) / 2 + 1, *vt = arena_new(&m->arena, u32, room); /* a letter and a blank each */
    if (!vt)
        return no_memory(x);
    if (values(x, vt, room, &t.nparam) || (take(x, "->") && values(x, vt + t.nparam, room - t.nparam, &t.nresult)))
        return x->e->code;
    t.vt = vt;
    deftype_slots(&t);
    for (*index = 0; *index < m->ntype; ++*index) {
        const struct deftype *had = &m->type[*index];
        if (had->super == NO_INDEX && had->final && had->nparam == t.nparam && had->nresult == t.nresult &&
            !memcmp(had->vt, vt, (t.nparam + t.nresult) * sizeof *vt))
            return 0;
    }
    m->type[m->ntype++] = t;
    return 0;
}

static int type_line(struct parse *x) {
    bool open = take(x, "open"), sub = take(x, "sub");
    u64 super = NO_INDEX;
    u32 n = x->m->ntype, t;
    if (sub && (!number(x, &super) || super >= n))
        return wrong(x, "a type that stands above");
    if (signature(x, &t))
        return x->e->code;
    if (t < n) { /* a line is a type of its own in any case */
        x->m->type[n] = x->m->type[t];
        x->m->type[n].group = x->m->ntype++;
    }
    x->m->type[n].final = !open;
    x->m->type[n].super = (u32)super;
    return 0;
}

/* --- entities --- */

static int limits(struct parse *x, struct size_limits *l) {
    if (!number(x, &l->min))
        return wrong(x, "a size");
    if (!number(x, &l->max))
        l->max = UINT64_MAX;
    return 0;
}

static int memory_line(struct parse *x) {
    struct memory_def d = {0};
    d.lim.is64 = take(x, "i64");
    d.lim.shared = take(x, "shared");
    if (limits(x, &d.lim))
        return x->e->code;
    x->m->memory[x->m->nmemory++] = d;
    return 0;
}

static int table_line(struct parse *x) {
    struct table_def d = {0};
    d.lim.is64 = take(x, "i64");
    if (!value_type(x, &d.vt))
        return wrong(x, "a type of references");
    if (limits(x, &d.lim))
        return x->e->code;
    x->m->table[x->m->ntable++] = d;
    return 0;
}

static int global_line(struct parse *x) {
    struct global_def d = {.mutable = take(x, "mut")};
    if (!value_type(x, &d.vt))
        return wrong(x, "a type");
    x->m->global[x->m->nglobal++] = d;
    return 0;
}

static int tag_line(struct parse *x) {
    return signature(x, &x->m->tag[x->m->ntag++].type);
}

static int import_func(struct parse *x) {
    struct func *f = &x->m->func[x->m->nfunc_import++];
    *f = (struct func){.typed = true, .imported = true, .wide = true, .import = x->m->next};
    if (!(f->name = arena_strndup(&x->m->arena, x->tok, x->n)))
        return no_memory(x);
    next(x);
    return signature(x, &f->type);
}

/* By kind: how a line goes on, how many there are, how many of these are imported. */
struct kind {
    const char *word;
    int (*line)(struct parse *x);
    u32 *n, *imported;
};
static void kinds(struct module *m, struct kind k[ENTITY_TAG + 1]) {
    k[ENTITY_FUNC] = (struct kind){"func", import_func, &m->nfunc, &m->nfunc_import};
    k[ENTITY_TABLE] = (struct kind){"table", table_line, &m->ntable, &m->ntable_import};
    k[ENTITY_MEMORY] = (struct kind){"mem", memory_line, &m->nmemory, &m->nmemory_import};
    k[ENTITY_GLOBAL] = (struct kind){"global", global_line, &m->nglobal, &m->nglobal_import};
    k[ENTITY_TAG] = (struct kind){"tag", tag_line, &m->ntag, &m->ntag_import};
}

static int import_line(struct parse *x) {
    struct kind k[ENTITY_TAG + 1];
    struct entity *d = &x->m->ext[x->m->next];
    kinds(x->m, k);
    for (d->kind = 0; d->kind <= ENTITY_TAG && !at(x, k[d->kind].word); d->kind++) {
    }
    if (d->kind > ENTITY_TAG)
        return wrong(x, "func, table, mem, global or tag");
    next(x);
    d->index = *k[d->kind].imported;
    if (d->kind != ENTITY_FUNC) {
        if (*k[d->kind].n != d->index)
            return fail(x->e, E_SYNTAX, x->tok - x->text, "line %u: imports stand in front of what the module defines",
                        x->line);
        ++*k[d->kind].imported;
    }
    if (k[d->kind].line(x) || string(x, &d->space) || string(x, &d->name))
        return x->e->code;
    x->m->next++;
    return 0;
}

/* A function by its name or its number. */
static int function(struct parse *x, u32 *f) {
    u64 v;
    for (*f = 0; *f < x->m->nfunc; ++*f)
        if (at(x, x->m->func[*f].name)) {
            next(x);
            return 0;
        }
    if (!number(x, &v) || v >= x->m->nfunc)
        return wrong(x, "a function");
    *f = (u32)v;
    return 0;
}

static int export_line(struct parse *x) {
    struct kind k[ENTITY_TAG + 1];
    struct entity *d = &x->m->export[x->m->nexport];
    u64 v;
    kinds(x->m, k);
    for (d->kind = 0; d->kind <= ENTITY_TAG && !at(x, k[d->kind].word); d->kind++) {
    }
    if (d->kind > ENTITY_TAG)
        return wrong(x, "func, table, mem, global or tag");
    next(x);
    if (d->kind == ENTITY_FUNC) {
        if (function(x, &d->index))
            return x->e->code;
    } else if (!number(x, &v) || v > UINT32_MAX) {
        return wrong(x, "a number");
    } else {
        d->index = (u32)v;
    }
    d->space = (struct str){"", 0};
    x->m->nexport++;
    return string(x, &d->name);
}

/* --- segments, constants, start --- */

static int elem_line(struct parse *x) {
    struct elem_seg s = {0};
    u32 room = (u32)(x->end - x->tok) / 2 + 1, *f = arena_new(&x->m->arena, u32, room);
    if (!f)
        return no_memory(x);
    if (!value_type(x, &s.vt))
        return wrong(x, "a type of references");
    for (s.func = f; x->n && s.n < room; s.n++) {
        f[s.n] = NO_INDEX;
        if (!take(x, "null") && function(x, &f[s.n]))
            return x->e->code;
    }
    x->m->elem[x->m->nelem++] = s;
    return 0;
}

static int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int bytes(struct parse *x, u8 *p, u32 *n) {
    for (*n = 0; *n < x->n / 2; ++*n) {
        int high = digit(x->tok[*n * 2]), low = digit(x->tok[*n * 2 + 1]);
        if (high < 0 || low < 0)
            return wrong(x, "pairs of hexadecimal digits");
        p[*n] = (u8)(high << 4 | low);
    }
    if (x->n % 2)
        return wrong(x, "pairs of hexadecimal digits");
    next(x);
    return 0;
}

static int data_line(struct parse *x) {
    u8 *p = arena_new(&x->m->arena, u8, x->n / 2 + 1);
    struct data_seg *d = &x->m->data[x->m->ndata++];
    if (!p)
        return no_memory(x);
    d->p = p;
    return bytes(x, p, &d->n);
}

/* The pool of a function lies in one piece: its lines are counted when the first one comes. */
static int const_line(struct parse *x, const struct asm_decl *d) {
    struct func *f;
    u8(*pool)[16], raw[16];
    u32 n, most = 0;
    if (d->func >= x->o->nfunc || !x->o->func[d->func].typed)
        return fail(x->e, E_SYNTAX, x->tok - x->text, "line %u: a constant stands in a typed function", x->line);
    f = &x->m->func[x->m->nfunc_import + d->func];
    if (x->n != 32 || bytes(x, raw, &n))
        return x->e->code ? x->e->code : wrong(x, "16 bytes in hexadecimal");
    if (!f->pool) {
        for (const struct asm_decl *k = d; k < x->o->decl + x->o->ndecl && k->func == d->func; k++)
            most++;
        if (!(f->pool = (const u8(*)[16])arena_calloc(&x->m->arena, most, 16)))
            return no_memory(x);
    }
    pool = (u8(*)[16])(uintptr_t)f->pool;
    memcpy(pool[f->npool++], raw, 16);
    return 0;
}

static int start_line(struct parse *x) {
    x->m->has_init = true;
    return function(x, &x->m->init);
}

/* --- the module --- */

static void begin_line(struct parse *x, const struct asm_decl *d) {
    x->p = d->p;
    x->end = d->p + d->n;
    x->line = d->line;
    next(x);
}

static int line(struct parse *x, const struct asm_decl *d) {
    if (take(x, ".type"))
        return type_line(x);
    if (take(x, ".import"))
        return import_line(x);
    if (take(x, ".table"))
        return table_line(x);
    if (take(x, ".mem"))
        return memory_line(x);
    if (take(x, ".global"))
        return global_line(x);
    if (take(x, ".tag"))
        return tag_line(x);
    if (take(x, ".export"))
        return export_line(x);
    if (take(x, ".elem"))
        return elem_line(x);
    if (take(x, ".data"))
        return data_line(x);
    if (take(x, ".start"))
        return start_line(x);
    return take(x, ".const") ? const_line(x, d) : wrong(x, "a directive");
}

/* Lines that others refer to come in earlier rounds: types, then imports, then all the rest. */
static int lines(struct parse *x, int round) {
    for (u32 k = 0; k < x->o->ndecl; k++) {
        begin_line(x, &x->o->decl[k]);
        if (round != (at(x, ".type") ? 0 : at(x, ".import") ? 1 : 2))
            continue;
        if (line(x, &x->o->decl[k]))
            return x->e->code;
        if (x->n)
            return wrong(x, "the end of the line");
    }
    return 0;
}

/* A function's signature, and the registers that it gives types to. */
static int typed_func(struct parse *x, struct func *f, const struct asm_func *a) {
    const struct deftype *t;
    u32 n, reg = 0;
    u8 *letters;
    begin_line(x, &(struct asm_decl){a->sig, a->nsig, x->o->nline > a->start ? x->o->line[a->start] : 0, 0});
    if (signature(x, &f->type))
        return x->e->code;
    if (x->n)
        return wrong(x, "the end of the line");
    t = &x->m->type[f->type];
    n = a->nreg > t->param_slots ? a->nreg : t->param_slots;
    if (n > MAX_REGS)
        return fail(x->e, E_LIMIT, NOWHERE, "function %s: %u registers", a->name, n);
    if (!(letters = arena_new(&x->m->arena, u8, n)))
        return no_memory(x);
    memset(letters, TYPE_ANY, n);
    if (a->reg_type)
        memcpy(letters, a->reg_type, a->nreg);
    for (u32 k = 0; k < t->nparam; k++) {
        letters[reg++] = vt_letter(t->vt[k]);
        if (t->vt[k] == 'V')
            letters[reg++] = TYPE_VHIGH;
    }
    f->typed = true;
    f->reg_type = letters;
    f->nreg = (u16)n;
    return 0;
}

static int handlers(struct parse *x) {
    for (u32 k = 0, n; k < x->o->ncatch; k += n) {
        const struct asm_catch *c = &x->o->caught[k];
        struct func *f = &x->m->func[x->m->nfunc_import + c->func];
        struct handler *h;
        for (n = 0; k + n < x->o->ncatch && c[n].func == c->func; n++) {
        }
        if (!(h = arena_new(&x->m->arena, struct handler, n)))
            return no_memory(x);
        for (u32 j = 0; j < n; j++)
            h[j] = (struct handler){c[j].start, c[j].end, c[j].target, c[j].reg};
        f->handler = h;
        f->nhandler = n;
    }
    return 0;
}

static int make_room(struct parse *x) {
    struct module *m = x->m;
    u32 n = x->o->ndecl;
    struct func *f = arena_new(&m->arena, struct func, (size_t)n + m->nfunc);
    m->type = arena_new(&m->arena, struct deftype, (size_t)n + m->nfunc);
    m->ext = arena_new(&m->arena, struct entity, n);
    m->export = arena_new(&m->arena, struct entity, n);
    m->memory = arena_new(&m->arena, struct memory_def, n);
    m->table = arena_new(&m->arena, struct table_def, n);
    m->global = arena_new(&m->arena, struct global_def, n);
    m->tag = arena_new(&m->arena, struct tag_def, n);
    m->elem = arena_new(&m->arena, struct elem_seg, n);
    m->data = arena_new(&m->arena, struct data_seg, n);
    if (!f || !m->type || !m->ext || !m->export || !m->memory || !m->table || !m->global || !m->tag || !m->elem ||
        !m->data)
        return no_memory(x);
    memcpy(f + n, m->func, m->nfunc * sizeof *f); /* put behind the imports once these are known */
    m->func = f;
    return 0;
}

int asm_module(struct module *m, const char *text, const struct asm_out *o, struct error *e) {
    struct parse x = {.m = m, .text = text, .o = o, .e = e};
    u32 n = m->nfunc;
    if (make_room(&x) || lines(&x, 0) || lines(&x, 1))
        return e->code;
    memmove(m->func + m->nfunc_import, m->func + o->ndecl, n * sizeof *m->func);
    m->nfunc = m->nfunc_import + n;
    for (u32 k = 0; k < n; k++)
        if (o->func[k].typed && typed_func(&x, &m->func[m->nfunc_import + k], &o->func[k]))
            return e->code;
    return lines(&x, 2) || handlers(&x) ? e->code : 0;
}
