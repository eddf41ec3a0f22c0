/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* emit_header.c - a module in; out, a C header for its object: what it exports, and a function each for its programs,
 * its maps and the functions that a host calls.
 *
 * Names of a module are any bytes: what C would not take becomes _, and where two become one name, the later ones get
 * the number of their row. */
#include "api/emit.h"
#include <ctype.h>
#include <string.h>

struct header {
    const struct module *m;
    const char *name;
    struct buf *out;
    struct buf taken; /* names of functions, a 0 behind each */
};

static bool is_taken(const struct header *h, const char *name) {
    const char *p = (const char *)h->taken.data;
    for (size_t at = 0; at < h->taken.len; at += strlen(p + at) + 1)
        if (!strcmp(p + at, name))
            return true;
    return false;
}

/* NAME_what_of as C has it. */
static void c_name(struct header *h, struct buf *b, const char *what, const char *of, size_t n, u32 row) {
    buf_clear(b);
    buf_printf(b, "%s_%s_", h->name, what);
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "%c", isalnum((unsigned char)of[i]) ? of[i] : '_');
    if (is_taken(h, buf_str(b)))
        buf_printf(b, "_%u", row);
    buf_add(&h->taken, buf_str(b), strlen(buf_str(b)) + 1);
}

/* Any bytes as a string of C. */
static void quoted(struct buf *b, const char *p, size_t n) {
    buf_printf(b, "\"");
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '"' || c == '\\' || c == '?') /* ?: of trigraphs */
            buf_printf(b, "\\%c", c);
        else if (c >= ' ' && c < 127)
            buf_printf(b, "%c", c);
        else
            buf_printf(b, "\\%03o", c);
    }
    buf_printf(b, "\"");
}

static void programs(struct header *h) {
    struct buf id = {0};
    for (u32 i = 0; i < h->m->nprog; i++) {
        const char *name = h->m->prog[i].name;
        c_name(h, &id, "run", name, strlen(name), i);
        buf_printf(h->out,
                   "static inline int %s(struct svm_instance *in, const struct svm_input *i, struct svm_result *r, "
                   "struct svm_error *err) {\n    return svm_run(in, ",
                   buf_str(&id));
        quoted(h->out, name, strlen(name));
        buf_printf(h->out, ", i, r, err);\n}\n");
    }
    buf_free(&id);
}

static void maps(struct header *h) {
    struct buf id = {0};
    for (u32 i = 0; i < h->m->nmap; i++) {
        const char *name = h->m->map[i].name;
        c_name(h, &id, "map", name, strlen(name), i);
        buf_printf(h->out, "static inline struct svm_map *%s(struct svm_program *p) {\n    return svm_program_map(p, ",
                   buf_str(&id));
        quoted(h->out, name, strlen(name));
        buf_printf(h->out, ");\n}\n");
    }
    buf_free(&id);
}

/* How values of a kind are passed in C, and the field of union svm_val.of; NULL: by struct svm_val. */
static const char *c_type(u8 kind, const char **field) {
    static const struct {
        u8 kind;
        const char *type, *field;
    } rows[] = {
        {SVM_I32, "int32_t ", "i32"},        {SVM_I64, "int64_t ", "i64"},
        {SVM_F32, "float ", "f32"},          {SVM_F64, "double ", "f64"},
        {SVM_EXTERNREF, "uint64_t ", "ref"}, {SVM_FUNCREF, "const struct svm_func *", "func"},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        if (rows[i].kind == kind) {
            *field = rows[i].field;
            return rows[i].type;
        }
    *field = NULL;
    return NULL;
}

static bool all_in_c(const struct deftype *t) {
    const char *field;
    bool ok = t->nresult <= 16 && t->nparam <= 64;
    for (u32 i = 0; ok && i < t->nparam + t->nresult; i++)
        ok = c_type(kind_of_vt(t->vt[i]), &field) != NULL;
    return ok;
}

static void exported(struct header *h, const struct entity *x, const struct deftype *t, const char *id) {
    const char *field;
    buf_printf(h->out, "static inline int %s(struct svm_instance *in", id);
    for (u32 i = 0; i < t->nparam; i++)
        buf_printf(h->out, ", %sa%u", c_type(kind_of_vt(t->vt[i]), &field), i);
    for (u32 i = 0; i < t->nresult; i++)
        buf_printf(h->out, ", %s*r%u", c_type(kind_of_vt(t->vt[t->nparam + i]), &field), i);
    buf_printf(
        h->out,
        ", struct svm_error *err) {\n    struct svm_val a[%u], r[%u];\n    int rc;\n    memset(a, 0, sizeof a);\n",
        t->nparam + 1, t->nresult + 1);
    for (u32 i = 0; i < t->nparam; i++) {
        u8 kind = kind_of_vt(t->vt[i]);
        c_type(kind, &field);
        buf_printf(h->out, "    a[%u].kind = '%c', a[%u].of.%s = a%u;\n", i, kind, i, field, i);
    }
    buf_printf(h->out, "    rc = svm_call(in, ");
    quoted(h->out, x->name.p, x->name.n);
    buf_printf(h->out, ", a, %u, r, %u, err);\n", t->nparam, t->nresult);
    if (t->nresult)
        buf_printf(h->out, "    if (!rc) {\n");
    for (u32 i = 0; i < t->nresult; i++) {
        c_type(kind_of_vt(t->vt[t->nparam + i]), &field);
        buf_printf(h->out, "        *r%u = r[%u].of.%s;\n", i, i, field);
    }
    buf_printf(h->out, "%s    return rc;\n}\n", t->nresult ? "    }\n" : "");
}

/* Those with vectors, or names with a 0 in them, are called as svm_func_call does. */
static void functions(struct header *h) {
    struct buf id = {0};
    for (u32 i = 0; i < h->m->nexport; i++) {
        const struct entity *x = &h->m->export[i];
        const struct deftype *t = x->kind == ENTITY_FUNC ? &h->m->type[h->m->func[x->index].type] : NULL;
        if (!t || !all_in_c(t) || memchr(x->name.p, 0, x->name.n))
            continue;
        c_name(h, &id, "call", x->name.p, x->name.n, i);
        exported(h, x, t, buf_str(&id));
    }
    buf_free(&id);
}

int emit_header(struct svm_module *m, const char *name, struct buf *out, struct error *e) {
    struct header h = {.m = &m->m, .name = name, .out = out};
    buf_printf(
        out,
        "/* %s.h - what a C program reaches in the object of the same name, which supervm compile made. Link with "
        "libsupervm.\n *\n *     m = %s_module(vm, &err);\n *     p = svm_program_link(m, NULL, &err);\n */\n"
        "#ifndef SVM_NATIVE_OF_%s\n#define SVM_NATIVE_OF_%s\n#include <string.h>\n#include <supervm/native.h>\n\n"
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
        "extern const struct svm_native svm_native_%s;\n"
        "static inline struct svm_module *%s_module(struct svm *vm, struct svm_error *err) {\n"
        "    return svm_module_from_native(vm, &svm_native_%s, err);\n}\n",
        name, name, name, name, name, name, name);
    if (h.m->nprog)
        buf_printf(out, "\n/* programs: svm_run */\n");
    programs(&h);
    if (h.m->nmap)
        buf_printf(out, "\n/* maps of the linked program: svm_program_map */\n");
    maps(&h);
    if (h.m->nexport)
        buf_printf(out, "\n/* exported functions: svm_call */\n");
    functions(&h);
    buf_printf(out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
    buf_free(&h.taken);
    return out->oom ? fail(e, E_NOMEM, NOWHERE, "out of memory") : 0;
}
