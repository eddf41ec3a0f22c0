/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* write.c - a module in, a .svm file out.
 * Functions that nobody has run yet are lowered first, and their lines are read: who loads the file has no
 * front end to do it. */
#include "front/svm/io.h"
#include <string.h>

static int ready(const struct module *m, struct error *e) {
    for (u32 k = 0; k < m->nfunc; k++)
        if (!m->func[k].imported) {
            if (func_ready(m, k, e))
                return e->code;
            func_lines(m, k);
        }
    return 0;
}

static void add_section(struct buf *out, u32 id, const struct buf *body) {
    buf_u32(out, id);
    buf_u32(out, (u32)body->len);
    buf_add(out, body->data, body->len);
}

/* Sections that hold only zeros and empty tables are left out: reading nothing gives the same. */
static bool says_nothing(const struct buf *b) {
    for (size_t k = 0; k < b->len; k++)
        if (b->data[k])
            return false;
    return true;
}

static void write_strings(const struct strings *t, struct buf *out) {
    buf_u32(out, t->n);
    for (u32 k = 0; k < t->n; k++) {
        buf_u32(out, t->str[k].n);
        buf_add(out, t->str[k].p, t->str[k].n);
    }
}

int svmfile_write(const struct module *m, struct buf *out, struct error *e) {
    struct strings strings = {0};
    struct io s = {.writing = true, .m = (struct module *)(uintptr_t)m, .e = e, .strings = &strings};
    struct buf body = {0}, head = {0};
    struct str none = {"", 0};
    if (ready(m, e))
        return e->code;
    io_str(&s, &none); /* string 0, for says_nothing() */
    for (const struct io_section *x = io_sections; x->name && !e->code; x++) {
        s.out.len = 0;
        x->io(&s);
        if (s.out.len > UINT32_MAX)
            fail(e, E_LIMIT, NOWHERE, "%s: more than 4 GiB", x->name);
        if (!says_nothing(&s.out))
            add_section(&body, x->id, &s.out);
    }
    write_strings(&strings, &head);
    buf_add(out, "\0svm", 4);
    buf_u32(out, SVM_FORMAT);
    add_section(out, SECTION_STRINGS, &head);
    buf_add(out, body.data, body.len);
    if (!e->code && (s.out.oom || body.oom || head.oom || out->oom))
        fail(e, E_NOMEM, NOWHERE, "out of memory");
    strings_drop(&strings);
    buf_free(&s.out);
    buf_free(&body);
    buf_free(&head);
    return e->code;
}
