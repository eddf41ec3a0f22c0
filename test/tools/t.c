/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* t.c - runs programs that are written down as data, in every engine.
 * in:  supervm-t [--engine E]... [--saved] [--guarded] FILE.t|DIR...
 * out: a line for each failure, 'N passed, N failed'
 *
 * A .t file is one program and what it must do (docs/TESTING.md has examples):
 *   -- asm | svm | raw | c       the program: assembly, .svm assembly, hex, C for clang -target bpf
 *   -- options                   lines: prog NAME, set VAR=VALUE, budget N, frames N, frame-size N, cpus N, mcpu V
 *   -- maps                      lines: map NAME TYPE KEY VALUE ENTRIES [FLAGS] (declares: not for C),
 *                                and MAP KEYHEX VALUEHEX (puts an entry)
 *   -- ctx KIND                  what -- mem is (svm_kind_describe's names: raw, xdp, syscall, ..., or demo, a
 *                                context described in kit_load.h); for C the program's section says it
 *   -- mem                       hex: memory, the packet, or the data of a demo
 *   -- call NAME N...            what runs from now on: this exported function of typed code, its arguments as bits
 *   -- result N                  runs; r0 must be N
 *   -- trap NAME [PC]            runs; must trap so (abi/traps.def), at that instruction
 *   -- error TEXT                must be refused, with a message that holds TEXT
 * and after a run, what it left behind:
 *   -- mem-out                   hex of memory or packet
 *   -- maps-out                  lines: MAP KEYHEX VALUEHEX, or MAP KEYHEX none
 *   -- print TEXT                what it printed since the run before
 *   -- insns N                   instructions executed
 * Sections are taken in order: -- mem and -- result may come again, the maps stay. */
#include "kit.h"
#include "kit_bound.h"
#include "kit_load.h"
#include "kit_saved.h"
#include <stdlib.h>
#include <string.h>

enum { HEADROOM = 256, TAILROOM = 320 };

struct ways {
    bool saved;                  /* goes through a .svm file first */
    bool guarded;                /* what is proven of it is not checked: nothing else may be seen of that */
};

struct run {                     /* one file in one engine */
    const struct testfile *t;
    const char *engine;
    const struct ways *ways;
    struct counts *counts;
    struct loaded l;             /* runtime, module, options */
    struct svm_program *p;
    struct svm_instance *i;
    enum svm_kind kind;
    const struct section *call;  /* the last -- call */
    struct buf mem, printed;
    struct svm_packet packet;
    struct svm_result result;
};

static bool bad(struct run *r, const struct section *s, const char *why) {
    return check(r->counts, false, "%s:%u [%s]: -- %s: %s", r->t->path, s->line, r->engine, s->name, why);
}

static const char *words_of(const struct section *s) { /* "-- result 0x1" or the body */
    const char *p = *s->arg ? s->arg : s->body;
    return p + strspn(p, " \t\r\n");
}

/* --- maps: lines of words --- */

static struct svm_map *map_of(struct run *r, const struct section *s, const char *name) {
    struct svm_map *m = svm_program_map(r->p, name);
    char why[160];
    if (!m) {
        snprintf(why, sizeof why, "no map '%s'", name);
        bad(r, s, why);
    }
    return m;
}

/* One line "MAP KEY VALUE": put, or (out) compare. */
static bool map_line(struct run *r, const struct section *s, char *line, bool out) {
    char *save, *name = strtok_r(line, " \t\r", &save), *k = name ? strtok_r(NULL, " \t\r", &save) : NULL;
    char *v = k ? strtok_r(NULL, " \t\r", &save) : NULL;
    struct buf key = {0}, value = {0}, got = {0};
    struct svm_map_info info;
    struct svm_map *m;
    bool ok = false;
    int rc;

    if (!name || name[0] == '#' || (!out && !strcmp(name, "map")))
        return true;
    if (!(m = map_of(r, s, name)))
        return false;
    if (!v || !svm_map_describe(m, &info) || !hex_parse(k, &key) || key.len != info.key_size)
        return bad(r, s, "not MAP KEY VALUE, or the key has another size");
    if (!hex_parse(strcmp(v, "none") ? v : "", &value))
        return bad(r, s, "the value is not hex");
    buf_add(&got, NULL, 0);
    if (out) {
        size_t n = svm_map_value_bytes(m);
        u8 *p = calloc(1, n ? n : 1);
        rc = p ? svm_map_lookup(m, key.data, p) : SVM_ENOMEM;
        if (!strcmp(v, "none"))
            ok = rc == SVM_ENOENT;
        else
            ok = !rc && value.len <= n && !memcmp(p, value.data, value.len);
        if (!ok) {
            char why[200];
            snprintf(why, sizeof why, "%.60s %.60s: %s", name, k, rc ? svm_code_text(rc) : "another value");
            bad(r, s, why);
        }
        free(p);
    } else {
        rc = value.len == svm_map_value_bytes(m) ? svm_map_update(m, key.data, value.data, 0) : SVM_EUSAGE;
        ok = !rc || bad(r, s, svm_code_text(rc));
    }
    buf_free(&key);
    buf_free(&value);
    return ok;
}

static bool each_map_line(struct run *r, const struct section *s, bool out) {
    char *copy = strdup(s->body), *save, *line;
    bool ok = copy;
    for (line = copy ? strtok_r(copy, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save))
        ok &= map_line(r, s, line, out);
    free(copy);
    return ok;
}

/* --- running --- */

/* An exported function of typed code; numbers go in and come out as the bits of their type. */
static int call_once(struct run *r, struct svm_error *err) {
    char words[256], *save, *name, *w;
    struct svm_val arg[8] = {0}, res = {0};
    const struct svm_func *f;
    size_t n = 0;
    int rc;

    snprintf(words, sizeof words, "%s", words_of(r->call));
    name = strtok_r(words, " \t\r\n", &save);
    f = name ? svm_instance_func(r->i, name) : NULL;
    if (!f) {
        snprintf(err->text, sizeof err->text, "no function of this name is exported");
        return SVM_ENOENT;
    }
    for (; n < COUNT(arg) && (w = strtok_r(NULL, " \t\r\n", &save)); n++) {
        uint64_t v;
        if (!number_parse(w, &v)) {
            snprintf(err->text, sizeof err->text, "'%.40s' is not a number", w);
            return SVM_EUSAGE;
        }
        arg[n].kind = (uint8_t)svm_func_kind(f, false, n);
        memcpy(&arg[n].of, &v, sizeof v);
    }
    rc = svm_func_call(r->i, f, arg, n, &res, svm_func_kind(f, true, 0) != 0, err);
    r->result.insns = svm_instance_insns(r->i);
    if (rc == SVM_ETRAP) {
        const struct svm_trap *t = svm_instance_trap(r->i);
        r->result.trap = t->trap;
        r->result.pc = t->nframe ? t->frame[0].pc : 0;
    }
    r->result.ret = res.kind == SVM_I32 || res.kind == SVM_F32 ? (uint32_t)res.of.i32 : (uint64_t)res.of.i64;
    return rc;
}

static int run_input(struct run *r, struct svm_error *err) {
    struct svm_input in = {.kind = r->kind, .budget = r->l.budget};
    struct svm_kind_info info = {0};
    int rc;

    svm_kind_describe(r->kind, &info);
    if (!info.packet) {
        struct demo demo = {.type = 0x11223344, .port = 80, .mark = 7, .name = "a name", .data = r->mem.data,
                            .end = r->mem.len ? r->mem.data + r->mem.len : r->mem.data};
        in.mem = info.memory ? r->mem.data : (void *)&demo;
        in.mem_len = info.memory ? r->mem.len : sizeof demo;
        return svm_run(r->i, r->l.prog, &in, &r->result, err);
    }
    u8 *room = calloc(1, HEADROOM + r->mem.len + TAILROOM);
    if (!room)
        return SVM_ENOMEM;
    if (r->mem.len)
        memcpy(room + HEADROOM, r->mem.data, r->mem.len);
    r->packet = (struct svm_packet){.data = room + HEADROOM, .len = (uint32_t)r->mem.len, .headroom = HEADROOM,
                                    .tailroom = TAILROOM, .ifindex = 1};
    in.packet = &r->packet;
    rc = svm_run(r->i, r->l.prog, &in, &r->result, err);
    buf_clear(&r->mem); /* -- mem-out sees the packet as it is now */
    buf_add(&r->mem, r->packet.data, r->packet.len);
    free(room);
    return rc;
}

static int run_once(struct run *r, struct svm_error *err) {
    int rc;
    buf_clear(&r->printed);
    r->result = (struct svm_result){0};
    if (r->call)
        return call_once(r, err);
    rc = run_input(r, err);
    if ((rc && rc != SVM_ETRAP) || bound_kept(r->i, r->result.insns))
        return rc;
    snprintf(err->text, sizeof err->text, "%llu instructions, and %llu were to be the most",
             (unsigned long long)r->result.insns, (unsigned long long)run_bound(r->i));
    return SVM_EVERIFY;
}

static bool on_result(struct run *r, const struct section *s) {
    struct svm_error err = {0};
    uint64_t want;
    char why[600];

    if (!number_parse(words_of(s), &want))
        return bad(r, s, "not a number");
    if (run_once(r, &err))
        return bad(r, s, err.text);
    snprintf(why, sizeof why, "0x%llx, not 0x%llx", (unsigned long long)r->result.ret, (unsigned long long)want);
    return r->result.ret == want || bad(r, s, why);
}

static bool on_trap(struct run *r, const struct section *s) {
    struct svm_error err = {0};
    char name[64] = "", why[700];
    unsigned pc = 0;
    int n = sscanf(words_of(s), "%63s %u", name, &pc), want = trap_of_name(name), rc;

    if (n < 1 || want < 0)
        return bad(r, s, "no such trap");
    rc = run_once(r, &err);
    if (rc != SVM_ETRAP) {
        snprintf(why, sizeof why, "did not trap: %s (r0 = 0x%llx)", rc ? err.text : "ran to its end",
                 (unsigned long long)r->result.ret);
        return bad(r, s, why);
    }
    if (r->result.trap != (uint32_t)want || (n == 2 && r->result.pc != pc)) {
        snprintf(why, sizeof why, "trapped otherwise, at %u: %s", r->result.pc, err.text);
        return bad(r, s, why);
    }
    return true;
}

static bool on_mem_out(struct run *r, const struct section *s) {
    struct buf want = {0};
    bool ok = hex_parse(s->body, &want) && want.len == r->mem.len &&
              (!want.len || !memcmp(want.data, r->mem.data, want.len));
    if (!ok) {
        struct buf got = {0};
        for (size_t i = 0; i < r->mem.len; i++)
            buf_printf(&got, "%02x ", r->mem.data[i]);
        bad(r, s, buf_str(&got));
        buf_free(&got);
    }
    buf_free(&want);
    return ok;
}

static bool on_print(struct run *r, const struct section *s) {
    const char *want = words_of(s), *got = buf_str(&r->printed);
    size_t n = strlen(want), k = strlen(got);
    while (n && strchr(" \t\r\n", want[n - 1]))
        n--;
    while (k && strchr(" \t\r\n", got[k - 1]))
        k--;
    return (n == k && !memcmp(want, got, n)) || bad(r, s, got);
}

static bool on_insns(struct run *r, const struct section *s) {
    uint64_t want;
    char why[64];
    snprintf(why, sizeof why, "%llu", (unsigned long long)r->result.insns);
    return (number_parse(words_of(s), &want) && want == r->result.insns) || bad(r, s, why);
}

static bool on_mem(struct run *r, const struct section *s) {
    buf_clear(&r->mem);
    return (hex_parse(s->arg, &r->mem) && hex_parse(s->body, &r->mem)) || bad(r, s, "not hex");
}

static bool on_call(struct run *r, const struct section *s) {
    r->call = s;
    return true;
}

static bool on_ctx(struct run *r, const struct section *s) {
    struct svm_kind_info info;
    char name[32] = "";
    sscanf(words_of(s), "%31s", name);
    for (u32 i = 0; svm_kind_describe((enum svm_kind)i, &info); i++)
        if (!strcmp(name, i == SVM_KIND_CONTEXT ? "demo" : info.name)) {
            r->kind = (enum svm_kind)i;
            return true;
        }
    return bad(r, s, "no such context");
}

static bool on_maps(struct run *r, const struct section *s) { return each_map_line(r, s, false); }
static bool on_maps_out(struct run *r, const struct section *s) { return each_map_line(r, s, true); }
static bool nothing(struct run *r, const struct section *s) { return r && s; }

static const struct {
    const char *name;
    bool (*fn)(struct run *r, const struct section *s);
} actions[] = {
    {"asm", nothing}, {"svm", nothing}, {"raw", nothing}, {"c", nothing}, {"options", nothing}, {"error", nothing},
    {"ctx", on_ctx}, {"call", on_call}, {"mem", on_mem}, {"maps", on_maps}, {"result", on_result}, {"trap", on_trap},
    {"mem-out", on_mem_out}, {"maps-out", on_maps_out}, {"print", on_print}, {"insns", on_insns},
};

static int keep_print(void *arg, const char *text, size_t len) {
    buf_add(arg, text, len);
    return 0;
}

/* Loaded and linked as it should be? An expected refusal ends the test here. */
static bool start(struct run *r, bool *done) {
    const struct section *error = testfile_get(r->t, "error");
    struct svm_prog_info info;
    struct svm_error err = {0};
    int rc = load_test(&r->l, r->t, r->engine, keep_print, &r->printed, &err);

    *done = true;
    r->l.guarded = r->ways->guarded;
    if (rc == LOAD_SKIP)
        return true;
    if (!rc && r->ways->saved && !(r->l.m = saved_module(r->l.vm, r->l.m, &err)))
        rc = err.code;
    if (!rc)
        r->p = link_test(&r->l, r->t, r->engine, &err);
    if (r->p)
        r->i = svm_instance_new(r->p, &err);
    if (error) {
        char want[256];
        snprintf(want, sizeof want, "%s", words_of(error));
        want[strcspn(want, "\r\n")] = 0;
        if (r->i)
            return bad(r, error, "is not refused");
        return strstr(err.text, want) || bad(r, error, err.text);
    }
    if (!r->i)
        return check(r->counts, false, "%s [%s]: %s", r->t->path, r->engine, err.text);
    *done = false;
    r->kind = svm_module_prog(r->l.m, 0, &info) && info.kind != SVM_KIND_OTHER ? info.kind : SVM_KIND_RAW;
    for (size_t i = 0; r->l.prog && svm_module_prog(r->l.m, i, &info); i++)
        if (!strcmp(info.name, r->l.prog) && info.kind != SVM_KIND_OTHER)
            r->kind = info.kind;
    return true;
}

static void run_file(const struct testfile *t, const char *engine, const struct ways *ways, struct counts *counts) {
    struct run r = {.t = t, .engine = engine, .ways = ways, .counts = counts};
    bool done, ok = start(&r, &done), runs = done;

    for (size_t i = 0; i < t->n && !done && ok; i++) {
        size_t k = 0;
        while (k < COUNT(actions) && strcmp(actions[k].name, t->s[i].name))
            k++;
        ok = k < COUNT(actions) ? actions[k].fn(&r, &t->s[i]) : bad(&r, &t->s[i], "unknown section");
        runs |= !strcmp(t->s[i].name, "result") || !strcmp(t->s[i].name, "trap");
    }
    if (ok && !runs)
        ok = check(counts, false, "%s: neither result, trap nor error", t->path);
    if (ok && r.l.skip) {
        printf("skipped: %s: %s\n", t->path, r.l.skip);
        counts->skipped++;
    } else if (ok) {
        counts->passed++;
    }
    svm_instance_free(r.i);
    svm_program_free(r.p);
    loaded_free(&r.l);
    buf_free(&r.mem);
    buf_free(&r.printed);
}

struct all { struct engines e; struct ways ways; struct counts counts; };

static void on_file(void *arg, const char *path) {
    struct all *a = arg;
    struct testfile t;

    if (testfile_read(&t, path)) {
        a->counts.failed++;
        return;
    }
    for (size_t i = 0; i < a->e.n; i++)
        run_file(&t, a->e.name[i], &a->ways, &a->counts);
    testfile_free(&t);
}

int main(int argc, char **argv) {
    struct all a = {0};

    engines_from_args(&a.e, &argc, argv);
    for (; argc > 1 && (!strcmp(argv[1], "--saved") || !strcmp(argv[1], "--guarded")); argv++, argc--)
        *(argv[1][2] == 's' ? &a.ways.saved : &a.ways.guarded) = true;
    if (argc < 2) {
        fprintf(stderr, "usage: supervm-t [--engine E]... [--saved] [--guarded] FILE.t|DIR...\n");
        return 1;
    }
    for (int i = 1; i < argc; i++)
        if (each_file(argv[i], ".t", on_file, &a))
            a.counts.failed++;
    for (size_t i = 0; i < a.e.n; i++)
        printf("engine %s\n", a.e.name[i]);
    return counts_end(&a.counts);
}
