/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit.c - files of sections, hex text, counts and engines for the test tools. */
#include "kit.h"
#include "kit_saved.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void *need(void *p) {
    if (p)
        return p;
    fputs("out of memory\n", stderr);
    exit(1);
}

static bool is_header(const char *line) { return !strncmp(line, "-- ", 3) && isalpha((unsigned char)line[3]); }

static void add_section(struct testfile *t, char *line, unsigned at) {
    struct section *s;
    char *end;

    t->s = need(realloc(t->s, (t->n + 1) * sizeof *t->s));
    s = &t->s[t->n++];
    s->name = line + 3;
    end = s->name + strcspn(s->name, " \t\r");
    s->arg = end + strspn(end, " \t\r");
    *end = 0;
    s->line = at + 1;
}

int testfile_read(struct testfile *t, const char *path) {
    struct buf file = {0};
    unsigned at = 0;
    char *line, *next;

    *t = (struct testfile){0};
    if (buf_read_file(&file, path, 1 << 26)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        buf_free(&file);
        return -1;
    }
    t->text = need(strdup(buf_str(&file)));
    t->path = need(strdup(path));
    buf_free(&file);
    for (line = t->text; line; line = next) {
        next = strchr(line, '\n');
        at++;
        if (is_header(line)) {
            if (line > t->text)
                line[-1] = 0; /* ends the body before */
            if (next)
                *next = 0;
            add_section(t, line, at);
            t->s[t->n - 1].body = next ? next + 1 : line + strlen(line);
        }
        if (next)
            next++;
    }
    /* An empty body: the header after it has cut off the newline that is its first byte. */
    for (size_t i = 0; i + 1 < t->n; i++)
        if (t->s[i].body == t->s[i + 1].name - 3)
            t->s[i].body = t->s[i + 1].name - 4;
    return 0;
}

void testfile_free(struct testfile *t) {
    free(t->text);
    free(t->path);
    free(t->s);
    *t = (struct testfile){0};
}

const struct section *testfile_get(const struct testfile *t, const char *name) {
    for (size_t i = 0; i < t->n; i++)
        if (!strcmp(t->s[i].name, name))
            return &t->s[i];
    return NULL;
}

static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_parse(const char *p, struct buf *out) {
    while (*p) {
        if (*p == '#') {
            p += strcspn(p, "\n");
        } else if (isspace((unsigned char)*p)) {
            p++;
        } else if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
            char *end;
            buf_u64(out, strtoull(p, &end, 16));
            if (end < p + 3)
                return false;
            p = end;
        } else {
            int high = digit(p[0]), low = high < 0 ? -1 : digit(p[1]);
            u8 byte = (u8)(high << 4 | low);
            if (low < 0)
                return false;
            buf_add(out, &byte, 1);
            p += 2;
        }
    }
    return !out->oom;
}

bool number_parse(const char *text, uint64_t *out) {
    char *end;
    text += strspn(text, " \t\r\n");
    errno = 0;
    *out = *text == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
    return end > text && !errno;
}

bool check(struct counts *c, bool ok, const char *fmt, ...) {
    va_list ap;
    if (ok) {
        c->passed++;
        return true;
    }
    c->failed++;
    printf("FAIL ");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    return false;
}

int counts_end(const struct counts *c) {
    printf("%u passed, %u failed", c->passed, c->failed);
    if (c->skipped)
        printf(", %u skipped", c->skipped);
    putchar('\n');
    return c->failed || !c->passed;
}

static bool ends_with(const char *s, const char *suffix) {
    size_t n = strlen(s), k = strlen(suffix);
    return n >= k && !strcmp(s + n - k, suffix);
}

int each_file(const char *path, const char *suffix, void (*fn)(void *arg, const char *path), void *arg) {
    struct dirent **name;
    struct stat st;
    int i, n;

    if (stat(path, &st) < 0) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    if (!S_ISDIR(st.st_mode)) {
        fn(arg, path);
        return 0;
    }
    n = scandir(path, &name, NULL, alphasort);
    for (i = 0; i < n; i++) {
        struct buf sub = {0};
        buf_printf(&sub, "%s/%s", path, name[i]->d_name);
        if (name[i]->d_name[0] != '.' && !stat(buf_str(&sub), &st) &&
            (S_ISDIR(st.st_mode) || ends_with(name[i]->d_name, suffix)))
            each_file(buf_str(&sub), suffix, fn, arg);
        buf_free(&sub);
        free(name[i]);
    }
    if (n >= 0)
        free(name);
    return n < 0 ? -1 : 0;
}

void engine_config(struct svm_config *c, const char *name) {
    bool llvm = name && !strncmp(name, "llvm-", 5);
    c->harden = name && strstr(name, "-hardened");
    c->engine = llvm ? "llvm" : c->harden ? "jit" : is_ahead(name) ? NULL : name;
    c->cache = ""; /* what is tested is made */
    if (llvm && strstr(name, "-fast"))
        c->level = 1;
}

void engines_from_args(struct engines *e, int *argc, char **argv) {
    const struct svm_engine_info *info;
    struct svm *vm;
    int kept = 1;

    e->n = 0;
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--engine") || i + 1 == *argc) {
            argv[kept++] = argv[i];
            continue;
        }
        if (e->n == COUNT(e->name)) {
            fputs("too many engines\n", stderr);
            exit(1);
        }
        snprintf(e->name[e->n++], sizeof *e->name, "%s", argv[++i]);
        svm_free(suite_runtime(argv[i]));
    }
    argv[kept] = NULL;
    *argc = kept;
    if (e->n)
        return;
    vm = suite_runtime(NULL);
    for (size_t i = 0; (info = svm_engine_at(vm, i)) && e->n < COUNT(e->name); i++)
        if (info->usable && strcmp(info->name, "llvm") != 0) { /* which has tests of its own */
            snprintf(e->name[e->n++], sizeof *e->name, "%s", info->name);
            if (!strcmp(info->name, "jit") && e->n < COUNT(e->name))
                snprintf(e->name[e->n++], sizeof *e->name, "jit-hardened");
        }
    svm_free(vm);
    if (!e->n) {
        fputs("no engine is usable here\n", stderr);
        exit(1);
    }
}

static uint64_t unwind(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5) {
    (void)user, (void)r2, (void)r3, (void)r4, (void)r5;
    return r1;
}

struct svm *suite_runtime(const char *engine) {
    struct svm_config config = SVM_CONFIG_INIT;
    struct svm_helper h = {.id = 5, .name = "unwind", .fn = unwind, .arg = {SVM_ARG_ANY}, .ends_if_zero = true};
    struct svm_error err = {0};
    struct svm *vm;

    engine_config(&config, engine);
    vm = svm_new(&config, &err);
    if (!vm || svm_helper_register(vm, &h)) {
        fprintf(stderr, "%s\n", vm ? "helper 5 cannot be registered" : err.text);
        exit(1);
    }
    return vm;
}
