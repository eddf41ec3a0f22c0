/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* kit_load.c - from the sections of a .t file to a module in a runtime of its own.
 *
 * C is compiled with the clang of $SVM_CLANG (or clang-19, clang). Assembly and hex have no way to
 * say what maps they use: those of "-- maps" are put into the module before it is validated. */
#include "kit_load.h"
#include "kit_saved.h"
#include "abi/ctx.h"
#include "abi/map_layout.h"
#include "api/api.h"
#include "front/front.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

int trap_of_name(const char *name) {
    static const struct { const char *name; int code; } traps[] = {
#define TRAP_ROW(row, number, class, text) {#row, number},
#include "abi/traps.def"
    };
    uint64_t n;
    for (size_t i = 0; i < COUNT(traps); i++)
        if (!strcasecmp(traps[i].name, name))
            return traps[i].code;
    return number_parse(name, &n) ? (int)n : -1;
}

static int refuse(struct svm_error *err, const char *what, const char *word) {
    err->code = SVM_EUSAGE;
    snprintf(err->text, sizeof err->text, "test file: %s '%s'", what, word ? word : "");
    return SVM_EUSAGE;
}

/* --- options --- */

static int option(struct loaded *l, char *line, struct svm_error *err) {
    char *save, *key = strtok_r(line, " \t\r", &save), *value = key ? strtok_r(NULL, " \t\r", &save) : NULL;
    uint64_t n = 0;
    size_t i = 0;

    if (!key || key[0] == '#')
        return 0;
    if (!value)
        return refuse(err, "option without a value:", key);
    if (!strcmp(key, "prog")) {
        l->prog = value;
    } else if (!strcmp(key, "mcpu")) {
        l->mcpu = value;
    } else if (!strcmp(key, "set")) {
        while (l->set[i])
            i++;
        if (i == MAX_SET)
            return refuse(err, "too many variables:", value);
        l->set[i] = value;
    } else if (!number_parse(value, &n)) {
        return refuse(err, "not a number:", value);
    } else if (!strcmp(key, "budget")) {
        l->budget = n;
    } else if (!strcmp(key, "frames")) {
        l->config.max_frames = (uint32_t)n;
    } else if (!strcmp(key, "frame-size")) {
        l->config.frame_size = (uint32_t)n;
    } else if (!strcmp(key, "cpus")) {
        l->config.cpus = (uint32_t)n;
    } else {
        return refuse(err, "unknown option", key);
    }
    return 0;
}

static int options(struct loaded *l, const struct testfile *t, struct svm_error *err) {
    const struct section *s = testfile_get(t, "options");
    char *save, *line;
    int rc = 0;

    if (!s)
        return 0;
    if (!(l->text = strdup(s->body)))
        return refuse(err, "out of memory", NULL);
    for (line = strtok_r(l->text, "\n", &save); line && !rc; line = strtok_r(NULL, "\n", &save))
        rc = option(l, line, err);
    return rc;
}

/* --- C --- */

int compile_test(struct loaded *l, const struct section *s, const char *path, struct buf *out, struct svm_error *err) {
    static const char *const known[] = {"clang-19", "clang"};
    char src[] = "/tmp/supervm-t-XXXXXX.c", obj[sizeof src + 2], mcpu[64], include[1024];
    const char *clang = getenv("SVM_CLANG"), *slash = strrchr(path, '/');
    int fd = mkstemps(src, 2), status = -1, rc;
    pid_t pid;

    if (fd < 0)
        return refuse(err, "cannot write", src);
    snprintf(obj, sizeof obj, "%.*s.o", (int)(sizeof src - 3), src);
    snprintf(mcpu, sizeof mcpu, "-mcpu=%s", l->mcpu ? l->mcpu : "v3");
    snprintf(include, sizeof include, "-I%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    rc = dprintf(fd, "#line %u \"%s\"\n%s", s->line, path, s->body);
    close(fd);
    pid = rc < 0 ? -1 : fork();
    if (!pid) {
        for (size_t i = 0; i <= COUNT(known); i++) {
            const char *cc = i ? known[i - 1] : clang && *clang ? clang : known[0];
            execlp(cc, cc, "-O2", "-g", "-target", "bpf", mcpu, include, "-I" EXAMPLES_BPF, "-c", src, "-o", obj, NULL);
        }
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        l->skip = "no clang for eBPF";
        rc = LOAD_SKIP;
    } else if (status) {
        rc = refuse(err, "does not compile:", path);
    } else {
        rc = buf_read_file(out, obj, 1 << 26) ? refuse(err, "cannot read", obj) : 0;
    }
    unlink(src);
    unlink(obj);
    return rc;
}

/* --- maps for programs without a file format --- */

static int declare_map(struct module *m, char *line, struct svm_error *err) {
    char name[64] = "", type[64] = "";
    unsigned key = 0, value = 0, entries = 0, flags = 0;
    struct map_def *d;

    if (sscanf(line, " map %63s %63s %u %u %u %x", name, type, &key, &value, &entries, &flags) < 5)
        return strncmp(line + strspn(line, " \t"), "map ", 4) ? 0 : refuse(err, "bad map line", line);
    if (!(d = arena_new(&m->arena, struct map_def, m->nmap + 1)))
        return refuse(err, "out of memory", NULL);
    if (m->nmap)
        memcpy(d, m->map, m->nmap * sizeof *d);
    m->map = d;
    d += m->nmap;
    *d = (struct map_def){.name = arena_strdup(&m->arena, name), .key_size = key, .value_size = value,
                          .max_entries = entries, .flags = flags};
    for (u32 k = 1; k < 64 && !d->type; k++)
        if (!strcmp(map_type_name(k) ? map_type_name(k) : "", type))
            d->type = k;
    m->nmap++;
    return d->type ? 0 : refuse(err, "no such kind of map:", type);
}

static int declare_maps(struct module *m, const struct section *s, struct svm_error *err) {
    char *copy = strdup(s->body), *save, *line;
    int rc = copy ? 0 : refuse(err, "out of memory", NULL);
    for (line = copy ? strtok_r(copy, "\n", &save) : NULL; line && !rc; line = strtok_r(NULL, "\n", &save))
        rc = declare_map(m, line, err);
    free(copy);
    return rc;
}

bool bare_module(struct module *m, const char *front, const struct buf *b, const struct section *maps,
                 struct svm_error *err) {
    struct load_options o = {.limits = limits_or_default(NULL)};
    struct error e = {0};
    const struct front *f = front_named(front);

    if (!f)
        return !refuse(err, "no front end", front);
    if (f->load(m, b->data, b->len, &o, &e))
        give_error(err, &e);
    else if (maps)
        declare_maps(m, maps, err);
    return !err->code;
}

/* The pipeline of the library, with the maps added between front end and validation. */
static struct svm_module *load_with_maps(struct svm *vm, const char *front, const struct buf *b,
                                         const struct section *maps, struct svm_error *err) {
    struct svm_module *m = calloc(1, sizeof *m);
    struct limits limits = limits_or_default(NULL);
    struct error e = {0};

    if (!m) {
        refuse(err, "out of memory", front);
        return NULL;
    }
    if (bare_module(&m->m, front, b, maps, err) && validate(&m->m, &limits, &e))
        give_error(err, &e);
    if (err->code) {
        module_free(&m->m);
        free(m);
        return NULL;
    }
    m->vm = vm;
    vm_ref(vm);
    atomic_init(&m->refs, 1);
    return m;
}

static int describe_demo(struct svm *vm, struct svm_error *err) {
    static const struct svm_field fields[] = {
        SVM_FIELD(struct demo_ctx, struct demo, type, VALUE, SVM_READ | SVM_NARROW),
        SVM_FIELD(struct demo_ctx, struct demo, port, VALUE, SVM_READ | SVM_WRITE),
        SVM_FIELD(struct demo_ctx, struct demo, mark, VALUE, SVM_READ | SVM_WRITE),
        SVM_FIELD(struct demo_ctx, struct demo, name, BYTES, SVM_READ | SVM_WRITE),
        SVM_FIELD(struct demo_ctx, struct demo, data, DATA, SVM_READ),
        SVM_FIELD(struct demo_ctx, struct demo, end, DATA_END, SVM_READ),
    };
    struct svm_context c = SVM_CONTEXT_INIT;
    c.name = "demo";
    c.field = fields;
    c.nfield = COUNT(fields);
    c.context_size = sizeof(struct demo_ctx);
    c.host_size = sizeof(struct demo);
    c.result_max = 1000;
    return svm_context_register(vm, &c, err);
}

int load_test(struct loaded *l, const struct testfile *t, const char *engine, print_fn *print, void *arg,
              struct svm_error *err) {
    static const struct { const char *section, *front; } kinds[] = {
        {"asm", "asm"}, {"svm", "svmasm"}, {"raw", "raw"}, {"c", "elf"},
    };
    const struct section *s = NULL, *maps = testfile_get(t, "maps");
    struct svm_load_options o = SVM_LOAD_INIT;
    struct buf bytes = {0};
    int rc;

    *l = (struct loaded){.config = SVM_CONFIG_INIT};
    if ((rc = options(l, t, err)))
        return rc;
    for (size_t i = 0; i < COUNT(kinds) && !s; i++)
        if ((s = testfile_get(t, kinds[i].section)))
            o.front = kinds[i].front;
    if (!s)
        return refuse(err, "no program in", t->path);
    engine_config(&l->config, engine);
    l->config.print = print;
    l->config.print_arg = arg;
    if (!(l->vm = svm_new(&l->config, err)) || describe_demo(l->vm, err))
        return err->code;
    if (s->name[0] == 'c')
        rc = compile_test(l, s, t->path, &bytes, err);
    else if (s->name[0] == 'r')
        rc = hex_parse(s->body, &bytes) ? 0 : refuse(err, "not hex:", t->path);
    else
        buf_add(&bytes, s->body, strlen(s->body));
    if (!rc) {
        l->m = maps && s->name[0] != 'c' ? load_with_maps(l->vm, o.front, &bytes, maps, err)
                                          : svm_module_load(l->vm, bytes.data, bytes.len, &o, err);
        rc = l->m ? 0 : err->code;
    }
    buf_free(&bytes);
    return rc;
}

struct svm_program *link_test(struct loaded *l, const struct testfile *t, const char *engine, struct svm_error *err) {
    struct svm_link_options o = SVM_LINK_INIT;
    const struct section *ctx = testfile_get(t, "ctx");
    char name[32] = "";
    if (ctx && sscanf(ctx->arg, "%31s", name) == 1 && (l->guarded || !strcmp(name, "demo")))
        o.context = name;
    if (l->guarded)
        o.verify = SVM_VERIFY_GUARDED;
    o.set = l->set[0] ? l->set : NULL;
    if (is_ahead(engine))
        l->m = ahead_module(l->vm, l->m, engine, &o, err);
    return l->m ? svm_program_link(l->m, &o, err) : NULL;
}

void loaded_free(struct loaded *l) {
    svm_module_free(l->m);
    svm_free(l->vm);
    free(l->text);
}
