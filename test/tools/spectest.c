/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spectest.c - runs the WebAssembly specification's tests through the public API.
 * in:  [--engine E] [--saved] [-v] FILE.json... (../shared/suites/README.md says what is in them)
 * out: a line for each file that has failures (-v: for each), and one for each assertion that fails; then what was
 *      skipped; the last line is 'N passed, N failed'.
 *
 * Only assertions are counted as passed; a module or an action that should have worked and did not counts as failed.
 * Modules in text form have no file and are left out. What a module asserts that is refused by name, as not supported,
 * is skipped. The files of proposal-threads are older than several tables and memories in a module, so these are
 * switched off there. */
#include "kit_saved.h"
#include "spectest_val.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MODULES = 4096, MAX_RESULTS = 1024 };

struct named {
    char *name; /* "$M", or NULL */
    struct svm_module *m;
    struct svm_program *p;
    struct svm_instance *in; /* NULL: a definition only */
};

struct runner {
    const char *engine;
    bool verbose, saved; /* saved: each module goes through a .svm file */
    unsigned passed, failed, skipped; /* all files */

    /* of one file */
    const char *file;
    char *folder;
    struct svm *vm;
    struct svm_linker *linker;
    struct named row[MAX_MODULES];
    unsigned nrow;
    int line;
    unsigned file_passed, file_failed;
    bool unsupported; /* the newest module was refused by name */
    struct svm_memory *memory[2];
    struct svm_table *table[2];
    struct svm_global *global[4];
};

static const char *text_of(const cJSON *o, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
    return cJSON_IsString(v) ? v->valuestring : NULL;
}

static void failed(struct runner *r, const char *fmt, ...) {
    va_list ap;
    r->file_failed++;
    printf("%s:%d: ", r->file, r->line);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
}

static void check(struct runner *r, bool ok, const char *what, const char *detail) {
    if (ok)
        r->file_passed++;
    else
        failed(r, "%s: %s", what, detail);
}

/* Messages may say more than the suite, or less ("uninitialized element 2"). */
static bool same_words(const char *have, const char *want) {
    size_t h = strlen(have), w = strlen(want);
    return !strncmp(have, want, h < w ? h : w);
}

/* ---- the module "spectest" ---- */

static int print_nothing(void *arg, struct svm_caller *c, const struct svm_val *args, struct svm_val *results) {
    (void)arg, (void)c, (void)args, (void)results;
    return 0;
}

static bool add_prints(struct svm_linker *l) {
    static const struct {
        const char *name;
        size_t n;
        enum svm_valkind param[2];
    } rows[] = {{"print", 0, {0}},
                {"print_i32", 1, {SVM_I32}},
                {"print_i64", 1, {SVM_I64}},
                {"print_f32", 1, {SVM_F32}},
                {"print_f64", 1, {SVM_F64}},
                {"print_i32_f32", 2, {SVM_I32, SVM_F32}},
                {"print_f64_f64", 2, {SVM_F64, SVM_F64}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct svm_functype t = {rows[i].param, rows[i].n, NULL, 0};
        if (svm_linker_func(l, "spectest", rows[i].name, &t, print_nothing, NULL))
            return false;
    }
    return true;
}

static bool add_objects(struct runner *r) {
    static const char *const names[] = {"global_i32", "global_i64", "global_f32", "global_f64"};
    const struct svm_val v[] = {
        {SVM_I32, {.i32 = 666}}, {SVM_I64, {.i64 = 666}}, {SVM_F32, {.f32 = 666.6f}}, {SVM_F64, {.f64 = 666.6}}};
    struct svm_linker *l = r->linker;
    for (int i = 0; i < 4; i++)
        if (!(r->global[i] = svm_global_new(r->vm, &v[i], false, NULL)) ||
            svm_linker_global(l, "spectest", names[i], r->global[i]))
            return false;
    r->table[0] = svm_table_new(r->vm, SVM_FUNCREF, 10, 20, 0, NULL);
    r->table[1] = svm_table_new(r->vm, SVM_FUNCREF, 10, 20, SVM_INDEX64, NULL);
    r->memory[0] = svm_memory_new(r->vm, 1, 2, 0, NULL);
    r->memory[1] = svm_memory_new(r->vm, 1, 2, SVM_SHARED, NULL);
    return !svm_linker_table(l, "spectest", "table", r->table[0]) &&
           !svm_linker_table(l, "spectest", "table64", r->table[1]) &&
           !svm_linker_memory(l, "spectest", "memory", r->memory[0]) &&
           !svm_linker_memory(l, "spectest", "shared_memory", r->memory[1]);
}

static void begin(struct runner *r) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    engine_config(&c, r->engine);
    r->vm = svm_new(&c, &err);
    r->linker = r->vm ? svm_linker_new(r->vm, &err) : NULL;
    if (!r->linker || !add_prints(r->linker) || !add_objects(r)) {
        fprintf(stderr, "spectest: %s\n", r->vm ? "no linker" : err.text);
        exit(2);
    }
}

static void end(struct runner *r) {
    for (unsigned i = 0; i < r->nrow; i++) {
        free(r->row[i].name);
        svm_instance_free(r->row[i].in);
        svm_program_free(r->row[i].p);
        svm_module_free(r->row[i].m);
    }
    r->nrow = 0;
    for (int i = 0; i < 4; i++)
        svm_global_free(r->global[i]);
    for (int i = 0; i < 2; i++) {
        svm_table_free(r->table[i]);
        svm_memory_free(r->memory[i]);
    }
    svm_linker_free(r->linker);
    svm_free(r->vm);
}

/* ---- modules ---- */

/* Loads and links; NULL: err says why. */
static struct named *define(struct runner *r, const cJSON *c, const char *name, struct svm_error *err) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct named *n = &r->row[r->nrow];
    char path[4096];
    if (r->nrow == MAX_MODULES) {
        fprintf(stderr, "spectest: more than %d modules\n", MAX_MODULES);
        exit(2);
    }
    snprintf(path, sizeof path, "%s%s", r->folder, text_of(c, "filename"));
    o.name = text_of(c, "filename");
    o.front = "wasm";
    if (strstr(r->folder, "proposal-threads"))
        o.wasm_without = "multi-table,multi-memory";
    memset(n, 0, sizeof *n);
    n->m = svm_module_load_file(r->vm, path, &o, err);
    if (n->m && r->saved)
        n->m = saved_module(r->vm, n->m, err);
    if (n->m && is_ahead(r->engine))
        n->m = ahead_module(r->vm, n->m, r->engine, NULL, err);
    if (!n->m)
        return NULL;
    if (!(n->p = svm_program_link(n->m, NULL, err))) {
        svm_module_free(n->m);
        return NULL;
    }
    n->name = name ? strdup(name) : NULL;
    r->nrow++;
    return n;
}

/* The newest row of that name (NULL: of any), with an instance or without. */
static struct named *find(struct runner *r, const char *name, bool instance) {
    for (unsigned i = r->nrow; i-- > 0;) {
        struct named *n = &r->row[i];
        if ((n->in != NULL) == instance && (name ? n->name && !strcmp(n->name, name) : !n->name || *n->name))
            return n;
    }
    return NULL;
}

static void module(struct runner *r, const cJSON *c) {
    struct svm_error err;
    struct named *n;
    if (!text_of(c, "filename") || (text_of(c, "module_type") && !strcmp(text_of(c, "module_type"), "text")))
        return;
    n = define(r, c, text_of(c, "name"), &err);
    r->unsupported = !n && err.code == SVM_EUNSUP;
    if (r->unsupported)
        printf("skipped: %s: %s\n", r->file, err.text);
    else if (!n || !(n->in = svm_linker_instantiate(r->linker, n->p, &err)))
        failed(r, "module %s: %s", text_of(c, "filename"), err.text);
}

static void module_definition(struct runner *r, const cJSON *c) {
    struct svm_error err;
    if (!define(r, c, text_of(c, "name"), &err))
        failed(r, "definition %s: %s", text_of(c, "filename"), err.text);
}

static void module_instance(struct runner *r, const cJSON *c) {
    struct named *of = find(r, text_of(c, "instance_of"), false), *n;
    const char *name = text_of(c, "name");
    struct svm_error err;
    if (!of || r->nrow == MAX_MODULES) {
        failed(r, "no such definition");
        return;
    }
    n = &r->row[r->nrow];
    memset(n, 0, sizeof *n);
    if (!(n->in = svm_linker_instantiate(r->linker, of->p, &err))) {
        failed(r, "instance: %s", err.text);
        return;
    }
    n->name = name ? strdup(name) : NULL;
    r->nrow++;
}

/* Loading must fail, or linking, or the start. */
static void assert_refused(struct runner *r, const cJSON *c, const char *type) {
    const char *text = text_of(c, "text");
    bool load = !strcmp(type, "assert_invalid") || !strcmp(type, "assert_malformed"), right;
    struct svm_error err = {0};
    struct named *n;
    if (!text_of(c, "filename") || (text_of(c, "module_type") && !strcmp(text_of(c, "module_type"), "text")))
        return;
    n = define(r, c, NULL, &err);
    if (load) {
        check(r, !n, type, "accepted");
        if (n) {
            svm_program_free(n->p);
            svm_module_free(n->m);
            r->nrow--;
        }
        return;
    }
    if (!n) {
        failed(r, "%s: %s", type, err.text);
        return;
    }
    n->in = svm_linker_instantiate(r->linker, n->p, &err);
    if (n->in)
        right = false;
    else if (!strcmp(type, "assert_unlinkable"))
        right = err.code == SVM_ELINK && same_words(err.text, text);
    else
        right = err.code == SVM_ETRAP && strstr(err.text, text);
    check(r, right, type, n->in ? "it was made" : err.text);
    n->name = strdup(""); /* of no use to later commands */
}

static void do_register(struct runner *r, const cJSON *c) {
    struct named *n = find(r, text_of(c, "name"), true);
    if (!n || svm_linker_instance(r->linker, text_of(c, "as"), n->in))
        failed(r, "cannot register %s", text_of(c, "as"));
}

/* ---- actions ---- */

struct outcome {
    int rc;
    struct svm_error err;
    struct svm_val result[MAX_RESULTS];
    size_t n;
    const struct svm_trap *trap;
};

static void get(struct named *n, const char *field, struct outcome *o) {
    struct svm_global *g = svm_instance_global(n->in, field);
    o->rc = g ? 0 : SVM_ENOENT;
    o->n = 1;
    if (g)
        svm_global_get(g, &o->result[0]);
}

/* Export `field`, whose name may hold zero bytes (spectest_val.h). */
static const struct svm_func *func_of(struct named *n, const char *field) {
    struct svm_extern_info x;
    size_t len;
    char *want = name_bytes(field, &len);
    const struct svm_func *f = NULL;
    for (size_t i = 0; !f && svm_module_extern(svm_instance_module(n->in), true, i, &x); i++)
        if (x.kind == SVM_FUNC && x.name_len == len && !memcmp(x.name, want, len))
            f = svm_instance_func_at(n->in, i);
    free(want);
    return f;
}

static void invoke(struct runner *r, struct named *n, const cJSON *a, struct outcome *o) {
    const cJSON *args = cJSON_GetObjectItemCaseSensitive(a, "args"), *v;
    size_t count = (size_t)cJSON_GetArraySize(args), i = 0;
    struct svm_val *val = calloc(count + 1, sizeof *val);
    const struct svm_func *f = func_of(n, text_of(a, "field"));
    (void)r;
    cJSON_ArrayForEach(v, args) read_val(v, &val[i++]);
    o->rc = SVM_ENOENT;
    snprintf(o->err.text, sizeof o->err.text, "no function %s", text_of(a, "field"));
    if (f) {
        while (o->n < MAX_RESULTS && svm_func_kind(f, true, o->n))
            o->n++;
        o->rc = svm_func_call(n->in, f, val, count, o->result, o->n, &o->err);
        o->trap = svm_instance_trap(n->in);
    }
    free(val);
}

static bool act(struct runner *r, const cJSON *c, struct outcome *o) {
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(c, "action");
    struct named *n = find(r, text_of(a, "module"), true);
    if (r->unsupported && !text_of(a, "module")) {
        r->skipped += strcmp(text_of(c, "type"), "action") != 0;
        return false;
    }
    memset(o, 0, offsetof(struct outcome, result));
    o->n = 0;
    o->trap = NULL;
    if (!n) {
        failed(r, "no such instance");
        return false;
    }
    if (!strcmp(text_of(a, "type"), "get"))
        get(n, text_of(a, "field"), o);
    else
        invoke(r, n, a, o);
    return true;
}

static void assert_return(struct runner *r, const cJSON *c, struct outcome *o) {
    const cJSON *want = cJSON_GetObjectItemCaseSensitive(c, "expected"), *v;
    char have[256] = "";
    size_t i = 0;
    bool same = !o->rc && (size_t)cJSON_GetArraySize(want) == o->n;
    cJSON_ArrayForEach(v, want) {
        if (same && !matches(v, &o->result[i])) {
            same = false;
            print_val(&o->result[i], have, sizeof have);
        }
        i++;
    }
    check(r, same, text_of(cJSON_GetObjectItemCaseSensitive(c, "action"), "field"), o->rc ? o->err.text : have);
}

static void command(struct runner *r, const cJSON *c) {
    static struct outcome o;
    const char *type = text_of(c, "type"), *text = text_of(c, "text");
    const cJSON *line = cJSON_GetObjectItemCaseSensitive(c, "line");
    r->line = line ? line->valueint : 0;
    if (!strcmp(type, "module"))
        module(r, c);
    else if (!strcmp(type, "module_definition"))
        module_definition(r, c);
    else if (!strcmp(type, "module_instance"))
        module_instance(r, c);
    else if (!strcmp(type, "register"))
        do_register(r, c);
    else if (!cJSON_GetObjectItemCaseSensitive(c, "action"))
        assert_refused(r, c, type);
    else if (!act(r, c, &o))
        return;
    else if (!strcmp(type, "action")) {
        if (o.rc)
            failed(r, "%s", o.err.text);
    } else if (!strcmp(type, "assert_return"))
        assert_return(r, c, &o);
    else if (!strcmp(type, "assert_exception"))
        check(r, o.rc == SVM_ETRAP && !strcmp(o.trap->text, "unhandled exception"), type, o.rc ? o.err.text : "none");
    else
        check(r, o.rc == SVM_ETRAP && same_words(o.trap->text, text), text, o.rc ? o.err.text : "no trap");
}

static void run_file(struct runner *r, const char *path) {
    const char *slash = strrchr(path, '/');
    cJSON *root = read_json(path);
    const cJSON *c;
    if (!root) {
        fprintf(stderr, "%s: not to be read\n", path);
        exit(2);
    }
    r->file = slash ? slash + 1 : path;
    r->folder = strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
    r->file_passed = r->file_failed = 0;
    r->unsupported = false;
    begin(r);
    cJSON_ArrayForEach(c, cJSON_GetObjectItemCaseSensitive(root, "commands")) command(r, c);
    end(r);
    cJSON_Delete(root);
    free(r->folder);
    if (r->verbose || r->file_failed)
        printf("%s: %u passed, %u failed\n", path, r->file_passed, r->file_failed);
    r->passed += r->file_passed;
    r->failed += r->file_failed;
}

int main(int argc, char **argv) {
    static struct runner r;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--engine") && i + 1 < argc)
            r.engine = argv[++i];
        else if (!strcmp(argv[i], "--saved"))
            r.saved = true;
        else if (!strcmp(argv[i], "-v"))
            r.verbose = true;
        else
            run_file(&r, argv[i]);
    }
    if (r.skipped)
        printf("skipped: %u assertions of modules that are not supported\n", r.skipped);
    printf("%u passed, %u failed\n", r.passed, r.failed);
    return r.failed != 0;
}
