/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spectest-valid.c - what the decoder and validator say to the modules of the WebAssembly test suite.
 * in:  [-v] FOLDER... (as ../shared/suites/wasm/core: JSON files and the modules that they name)
 * out: a line for each folder; with -v one for each case whose wording differs, too. Status 1: a
 *      valid module was refused (other than by the name of what is not supported), or one that is
 *      not valid was accepted.
 *
 * The folder proposal-threads was written before there could be several tables or memories. */
#include "front/wasm/wasm.h"
#include "base/buf.h"
#include <cjson/cJSON.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally { unsigned valid, accepted, wrong, refused, worded, unsupported; };

struct suite {
    const char *folder;
    bool verbose;
    u32 features;
    struct tally t;
};

static const char *text_of(const cJSON *o, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
    return cJSON_IsString(v) ? v->valuestring : "";
}

/* 0 or the error's code; e says why. */
static int try_load(const struct suite *s, const char *name, struct error *e) {
    struct arena a = {0};
    struct buf file = {0};
    struct wasm_module m;
    char path[4096];
    u8 *copy;

    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    if (buf_read_file(&file, path, 1u << 30)) {
        fprintf(stderr, "%s: cannot read\n", path);
        exit(2);
    }
    copy = malloc(file.len ? file.len : 1); /* of just that size, so that a sanitizer sees the end */
    if (!copy) exit(2);
    if (file.len) memcpy(copy, file.data, file.len);
    wasm_load(&m, &a, copy, file.len, s->features, e);
    arena_drop(&a);
    free(copy);
    buf_free(&file);
    return e->code;
}

static void command(struct suite *s, const char *json, const cJSON *c) {
    const char *type = text_of(c, "type"), *name = text_of(c, "filename"), *want = text_of(c, "text");
    bool good = !strcmp(type, "module") || !strcmp(type, "module_definition") || !strcmp(type, "assert_unlinkable") ||
                !strcmp(type, "assert_uninstantiable");
    bool wrong = !strcmp(type, "assert_invalid") || !strcmp(type, "assert_malformed");
    struct error e = {0};
    int line = 0;

    if (!*name || !(good || wrong) || !strcmp(text_of(c, "module_type"), "text")) return;
    if (cJSON_GetObjectItemCaseSensitive(c, "line")) line = cJSON_GetObjectItemCaseSensitive(c, "line")->valueint;
    try_load(s, name, &e);
    if (good) {
        s->t.valid++;
        if (!e.code) s->t.accepted++;
        else if (e.code == E_UNSUP) s->t.unsupported++;
        if (e.code) printf("%s:%d: %s: valid, but refused: %s\n", json, line, name, e.text);
        return;
    }
    s->t.wrong++;
    if (!e.code) printf("%s:%d: %s: accepted, though %s\n", json, line, name, want);
    else s->t.refused++;
    if (e.code && !strncmp(e.text, want, strlen(want))) s->t.worded++;
    else if (e.code && s->verbose) printf("%s:%d: %s: want \"%s\", got \"%s\"\n", json, line, name, want, e.text);
}

static void run_file(struct suite *s, const char *name) {
    struct buf text = {0};
    char path[4096];
    cJSON *root;
    const cJSON *c;

    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    if (buf_read_file(&text, path, 1u << 30) || !(root = cJSON_Parse(buf_str(&text)))) {
        fprintf(stderr, "%s: not JSON\n", path);
        exit(2);
    }
    cJSON_ArrayForEach(c, cJSON_GetObjectItemCaseSensitive(root, "commands")) command(s, name, c);
    cJSON_Delete(root);
    buf_free(&text);
}

static int is_json(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 5 && !strcmp(d->d_name + n - 5, ".json");
}

static void run_folder(const char *folder, bool verbose, struct tally *all) {
    struct suite s = {.folder = folder, .verbose = verbose, .features = WASM_FEATURES_ALL};
    struct dirent **names;
    int n = scandir(folder, &names, is_json, alphasort);

    if (n < 0) {
        fprintf(stderr, "%s: no such folder\n", folder);
        exit(2);
    }
    if (strstr(folder, "proposal-threads")) s.features &= ~(1u << WF_MULTI_TABLE | 1u << WF_MULTI_MEMORY);
    for (int i = 0; i < n; i++) {
        run_file(&s, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    printf("%s: accepted %u of %u valid modules (%u not supported), refused %u of %u others, "
           "%u with the words expected\n", folder, s.t.accepted, s.t.valid, s.t.unsupported, s.t.refused,
           s.t.wrong, s.t.worded);
    all->valid += s.t.valid - s.t.unsupported;
    all->accepted += s.t.accepted;
    all->wrong += s.t.wrong;
    all->refused += s.t.refused;
    all->unsupported += s.t.unsupported;
}

int main(int argc, char **argv) {
    bool verbose = argc > 1 && !strcmp(argv[1], "-v");
    struct tally all = {0};
    unsigned failed;

    for (int i = 1 + verbose; i < argc; i++) run_folder(argv[i], verbose, &all);
    failed = all.valid - all.accepted + all.wrong - all.refused;
    printf("%u passed, %u failed, %u skipped\n", all.accepted + all.refused, failed, all.unsupported);
    return failed != 0;
}
