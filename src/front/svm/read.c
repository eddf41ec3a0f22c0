/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* read.c - a .svm file in, a module out.
 *
 * The file is as untrusted as any other input. Nothing in it says that something is safe: what stands here is read,
 * compared with its surroundings, and goes through validate() like what a front end makes. */
#include "abi/ctxtype.h"
#include "front/elf/btf_check.h"
#include "front/front.h"
#include "front/svm/io.h"
#include <string.h>

static bool sniff(const u8 *p, size_t n) {
    return n >= 4 && !memcmp(p, "\0svm", 4);
}

/* The strings that all other sections name. */
static void read_strings(struct io *s) {
    u32 n = io_count(s, 0, 4);
    struct str *str = io_alloc(s, n, sizeof *str);
    for (u32 k = 0; str && k < n && !s->r.bad; k++) {
        u32 len = io_count(s, 0, 1);
        char *p = io_alloc(s, (size_t)len + 1, 1);
        if (p)
            memcpy(p, get_bytes(&s->r, len), len);
        str[k] = (struct str){p, len};
    }
    s->str = str;
    s->nstr = s->r.bad ? 0 : n;
}

static const struct io_section *section_of(u32 id) {
    static const struct io_section strings = {"strings", SECTION_STRINGS, read_strings};
    const struct io_section *x = io_sections;
    if (id == SECTION_STRINGS)
        return &strings;
    while (x->name && x->id != id)
        x++;
    return x->name ? x : NULL;
}

static int read_section(struct io *s, const struct io_section *x, const u8 *p, u32 len, u64 base) {
    s->r = reader_on(p, len);
    s->base = base;
    x->io(s);
    if (!s->e->code && s->r.bad)
        io_bad(s, E_TRUNC, "it ends too early");
    if (!s->e->code && s->r.pos != len)
        io_bad(s, E_FORMAT, "%zu bytes too many", len - s->r.pos);
    return s->e->code ? wrap(s->e, "%s section, offset 0x%llx", x->name, (long long)s->e->at) : 0;
}

static int read_sections(struct io *s, const u8 *p, size_t n) {
    struct reader all = reader_on(p, n);
    u32 last = 0;
    seek_to(&all, SVM_HEADER);
    while (all.pos < n) {
        u64 at = all.pos;
        u32 id = get_u32(&all), len = get_u32(&all);
        const struct io_section *x = section_of(id);
        const u8 *body = get_bytes(&all, len);
        if (all.bad)
            return fail(s->e, E_TRUNC, (s64)at, "the file ends in section %u", id);
        if (!x)
            return fail(s->e, E_FORMAT, (s64)at, "offset 0x%llx: unknown section %u", (long long)at, id);
        if (id <= last)
            return fail(s->e, E_FORMAT, (s64)at, "offset 0x%llx: section %u is out of order", (long long)at, id);
        if (read_section(s, x, body, len, at + SVM_SECTION))
            return s->e->code;
        last = id;
    }
    return 0;
}

/* --- what holds between sections, and is not validate()'s to know --- */

static int check_progs(struct module *m, struct error *e) {
    const char *type;
    for (u32 k = 0; k < m->nprog; k++) {
        struct prog *p = &m->prog[k];
        if (p->func < m->nfunc && m->func[p->func].typed)
            return fail(e, E_INDEX, NOWHERE, "program %s: function %u is a typed one", p->name, p->func);
        if (p->section)
            p->kind = prog_kind_of_section(p->section, &type, &p->sleepable);
    }
    return 0;
}

static int check_vars(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->nvar; k++) {
        const struct var *v = &m->var[k];
        const struct map_def *d = v->map < m->nmap ? &m->map[v->map] : NULL;
        u32 size = !d ? 0 : d->value_size ? d->value_size : d->init_size; /* an arena has no values */
        if (d && (u64)v->off + v->size > size)
            return fail(e, E_INDEX, NOWHERE, "variable %s: bytes %u to %llu of %u", v->name, v->off,
                        (unsigned long long)v->off + v->size, size);
    }
    return 0;
}

static int check_btf(struct module *m, struct error *e) {
#if defined SVM_ALONE
    return (void)m, (void)e, 0; /* the executable's own, as its code is */
#elif defined HAVE_LIBELF && defined HAVE_LIBBPF
    struct arena tmp = {.limit = m->arena.limit};
    if (m->btf_size && btf_check(m->btf, m->btf_size, &tmp, e))
        wrap(e, "BTF section");
    arena_drop(&tmp);
    return e->code;
#else
    m->btf = NULL; /* nobody here can check it, or needs it */
    m->btf_size = 0;
    return (void)e, 0;
#endif
}

static int load(struct module *m, const u8 *p, size_t n, const struct load_options *o, struct error *e) {
    struct io s = {.m = m, .e = e};
    struct reader head = reader_on(p, n);
    u32 version;
    seek_to(&head, 4);
    version = get_u32(&head);
    m->front = "svm";
    m->license = "";
    m->name = arena_strdup(&m->arena, o && o->name ? o->name : "");
    if (!m->name)
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    if (head.bad || !sniff(p, n))
        return fail(e, E_FORMAT, 0, "no .svm file");
    if (version != SVM_FORMAT)
        return fail(e, E_UNSUP, 4,
                    "version %u.%u of the .svm format, where this build reads version %d: compile it again",
                    version & 0xffff, version >> 16, SVM_FORMAT);
    if (read_sections(&s, p, n) || check_progs(m, e) || check_vars(m, e))
        return e->code;
    return check_btf(m, e);
}

const struct front front_svm = {"svm", sniff, load, NULL};
