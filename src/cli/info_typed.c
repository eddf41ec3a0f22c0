/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* info_typed.c - what a module with typed functions holds, for `supervm info`: imports and exports with their types,
 * memories, tables, globals, tags, segments, functions, and the sections that nobody read. */
#include "cli/info.h"
#include "api/api.h"
#include "cli/json.h"
#include "front/front.h"
#include "ir/text.h"
#include <string.h>

/* --- text of one thing --- */

static const char *const kind_text[] = {"function", "table", "memory", "global", "tag"};

/* Names are any bytes: what a terminal might obey is written \hh, as in the text format. */
static void print_name(struct buf *b, struct str s) {
    for (u32 k = 0; k < s.n; k++) {
        u8 c = (u8)s.p[k];
        buf_printf(b, c < ' ' || c == '\\' || c == 0x7f ? "\\%02x" : "%c", c);
    }
}

static const char *name_text(struct buf *b, struct str s) {
    buf_clear(b);
    print_name(b, s);
    return buf_str(b);
}

static void print_limits(struct buf *b, const struct size_limits *l, const char *unit) {
    buf_printf(b, "%llu", (unsigned long long)l->min);
    if (l->max != UINT64_MAX)
        buf_printf(b, " to %llu", (unsigned long long)l->max);
    buf_printf(b, " %s%s%s", unit, l->is64 ? ", 64-bit addresses" : "", l->shared ? ", shared" : "");
}

static const char *entity_type(struct buf *b, const struct module *m, u8 kind, u32 index) {
    buf_clear(b);
    switch ((enum entity_kind)kind) {
    case ENTITY_FUNC: print_signature(b, m, m->func[index].type); break;
    case ENTITY_TABLE:
        print_valtype(b, m->table[index].vt);
        buf_printf(b, ", ");
        print_limits(b, &m->table[index].lim, "elements");
        break;
    case ENTITY_MEMORY: print_limits(b, &m->memory[index].lim, "pages"); break;
    case ENTITY_GLOBAL:
        print_valtype(b, m->global[index].vt);
        buf_printf(b, "%s", m->global[index].mutable ? ", mutable" : "");
        break;
    case ENTITY_TAG: print_signature(b, m, m->tag[index].type); break;
    }
    return buf_str(b);
}

static u32 entities(const struct module *m, u8 kind) {
    switch ((enum entity_kind)kind) {
    case ENTITY_FUNC: return m->nfunc;
    case ENTITY_TABLE: return m->ntable;
    case ENTITY_MEMORY: return m->nmemory;
    case ENTITY_GLOBAL: return m->nglobal;
    case ENTITY_TAG: return m->ntag;
    }
    return 0;
}

/* Bytes: of the input's own code where it has such, else of the bytecode. */
static u64 code_size(const struct module *m, const struct front_view *view, u32 f) {
    return view ? view->size(m, f) : (u64)m->func[f].nslot * sizeof(u64);
}

static const struct front_view *view_of(const struct module *m) {
    const struct front *f = front_named(m->front);
    return f ? f->view : NULL;
}

static u64 all_code(const struct module *m) {
    const struct front_view *view = view_of(m);
    u64 size = 0;
    for (u32 f = 0; f < m->nfunc; f++)
        size += code_size(m, view, f);
    return size;
}

/* Those that the input has: without the last one, where the front end has made it up. */
static u32 functions_of(const struct module *m) {
    const struct front_view *view = view_of(m);
    bool made_up = view && m->has_init && m->init == m->nfunc - 1 && !view->size(m, m->init);
    return m->nfunc - made_up;
}

static u32 imported(const struct module *m) {
    u32 n = 0;
    while (n < m->nfunc && m->func[n].imported)
        n++;
    return n;
}

bool info_is_typed(const struct svm_module *m) {
    return m->m.ntype || m->m.nmemory || m->m.nexport || m->m.next || view_of(&m->m);
}

/* --- as text --- */

static void print_entities(const struct module *m, const char *title, const struct entity *x, u32 n, struct buf *name,
                           struct buf *type) {
    if (n)
        heading(title);
    for (u32 k = 0; k < n; k++) {
        buf_clear(name);
        if (x[k].space.n || x == m->ext) {
            print_name(name, x[k].space);
            buf_printf(name, ".");
        }
        print_name(name, x[k].name);
        printf("  %-32s %-8s %s\n", buf_str(name), kind_text[x[k].kind], entity_type(type, m, x[k].kind, x[k].index));
    }
}

static void print_defined(const struct module *m, u8 kind, const char *title, struct buf *type) {
    u32 n = entities(m, kind);
    if (n)
        heading(title);
    for (u32 k = 0; k < n; k++)
        printf("  %-32u %s\n", k, entity_type(type, m, kind, k));
}

static void print_functions(const struct module *m, struct buf *name, struct buf *type) {
    const struct front_view *view = view_of(m);
    heading("functions");
    for (u32 f = 0; f < functions_of(m); f++) {
        const char *s = m->func[f].name ? m->func[f].name : "?";
        printf("  %-6u %-25s %6llu bytes  %s\n", f, name_text(name, (struct str){s, (u32)strlen(s)}),
               (unsigned long long)code_size(m, view, f), entity_type(type, m, ENTITY_FUNC, f));
    }
}

static void print_custom(const struct module *m, struct buf *name) {
    const struct front_view *view = view_of(m);
    struct str s;
    u64 size;
    for (u32 k = 0; view && view->custom(m, k, &s, &size); k++) {
        if (!k)
            heading("custom sections");
        printf("  %-32s %llu bytes\n", name_text(name, s), (unsigned long long)size);
    }
}

void info_typed_text(const struct svm_module *h, const char *path, bool functions) {
    const struct module *m = &h->m;
    struct buf name = {0}, type = {0};
    u64 data = 0;
    for (u32 k = 0; k < m->ndata; k++)
        data += m->data[k].n;
    printf("%s: %s, %u functions (%u imported), %llu bytes of code, %u data segments (%llu bytes), "
           "%u element segments\n",
           path, m->front, functions_of(m), imported(m), (unsigned long long)all_code(m), m->ndata,
           (unsigned long long)data, m->nelem);
    print_entities(m, "imports", m->ext, m->next, &name, &type);
    print_entities(m, "exports", m->export, m->nexport, &name, &type);
    print_defined(m, ENTITY_MEMORY, "memories", &type);
    print_defined(m, ENTITY_TABLE, "tables", &type);
    print_defined(m, ENTITY_GLOBAL, "globals", &type);
    print_defined(m, ENTITY_TAG, "tags", &type);
    print_custom(m, &name);
    if (functions)
        print_functions(m, &name, &type);
    buf_free(&name);
    buf_free(&type);
}

/* --- as JSON --- */

#ifdef HAVE_CJSON

static cJSON *item(cJSON *list, const char *name) {
    cJSON *o = cj.cJSON_CreateObject();
    if (name)
        cj.cJSON_AddStringToObject(o, "name", name);
    cj.cJSON_AddItemToArray(list, o);
    return o;
}

static void json_entities(cJSON *root, const char *key, const struct module *m, const struct entity *x, u32 n,
                          struct buf *text) {
    cJSON *list = cj.cJSON_AddArrayToObject(root, key);
    for (u32 k = 0; k < n; k++) {
        cJSON *o = item(list, name_text(text, x[k].name));
        if (x == m->ext)
            cj.cJSON_AddStringToObject(o, "module", name_text(text, x[k].space));
        cj.cJSON_AddStringToObject(o, "kind", kind_text[x[k].kind]);
        cj.cJSON_AddNumberToObject(o, "index", x[k].index);
        cj.cJSON_AddStringToObject(o, "type", entity_type(text, m, x[k].kind, x[k].index));
    }
}

static void json_defined(cJSON *root, const char *key, const struct module *m, u8 kind, struct buf *text) {
    cJSON *list = cj.cJSON_AddArrayToObject(root, key);
    for (u32 k = 0; k < entities(m, kind); k++)
        cj.cJSON_AddStringToObject(item(list, NULL), "type", entity_type(text, m, kind, k));
}

void info_typed_json(const struct svm_module *h, cJSON *root, bool functions) {
    const struct module *m = &h->m;
    const struct front_view *view = view_of(m);
    struct buf text = {0};
    struct str s;
    cJSON *list;
    u64 size;
    cj.cJSON_AddNumberToObject(root, "function_count", functions_of(m));
    cj.cJSON_AddNumberToObject(root, "imported_functions", imported(m));
    cj.cJSON_AddNumberToObject(root, "code_bytes", (double)all_code(m));
    json_entities(root, "imports", m, m->ext, m->next, &text);
    json_entities(root, "exports", m, m->export, m->nexport, &text);
    json_defined(root, "memories", m, ENTITY_MEMORY, &text);
    json_defined(root, "tables", m, ENTITY_TABLE, &text);
    json_defined(root, "globals", m, ENTITY_GLOBAL, &text);
    json_defined(root, "tags", m, ENTITY_TAG, &text);
    list = cj.cJSON_AddArrayToObject(root, "custom_sections");
    for (u32 k = 0; view && view->custom(m, k, &s, &size); k++)
        cj.cJSON_AddNumberToObject(item(list, name_text(&text, s)), "bytes", (double)size);
    list = functions ? cj.cJSON_AddArrayToObject(root, "functions") : NULL;
    for (u32 f = 0; functions && f < functions_of(m); f++) {
        const char *name = m->func[f].name ? m->func[f].name : "?";
        cJSON *o = item(list, name_text(&text, (struct str){name, (u32)strlen(name)}));
        cj.cJSON_AddNumberToObject(o, "bytes", (double)code_size(m, view, f));
        cj.cJSON_AddStringToObject(o, "type", entity_type(&text, m, ENTITY_FUNC, f));
    }
    buf_free(&text);
}
#endif
