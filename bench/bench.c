/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.c - times the programs of bench/ebpf, bench/raw and bench/wasm in every engine, beside clang -O2 of the same
 * source and, where they are there, the kernel's JIT, DPDK and other processes.
 *
 * in:  the build folder with the programs, and the sources, whose line "bench: ..." says what each is given
 * out: a table for each suite and, with --json, a file; exit status 1 where two variants disagree
 *
 * All variants of a program are timed in turn, round after round, so that a change of the
 * machine's speed hits all alike; medians are reported. Each round of ours has an instance of its own. */
#include "bench.h"
#include "median.h"
#include "base/types.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t bench_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- what suites share --- */

bool bench_spec(const struct prog *p, const struct options *o, char line[512]) {
    char path[4096];
    bool found = false;
    FILE *f;
    snprintf(path, sizeof path, "%s/%s.c", o->src, p->name);
    f = fopen(path, "r");
    while (f && !found && fgets(line, 512, f)) {
        const char *s = strstr(line, "bench: ");
        found = s != NULL;
        if (found)
            memmove(line, s, strlen(s) + 1);
    }
    if (f)
        fclose(f);
    return found;
}

void *bench_native(const struct prog *p, const struct options *o, const char *ext, const char *symbol, void *fn) {
    char path[4096];
    void *so, *at;
    snprintf(path, sizeof path, "%s/%s%s", o->dir, p->name, ext);
    so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    at = so ? dlsym(so, symbol) : NULL;
    if (!at)
        fprintf(stderr, "bench: %s\n", dlerror());
    if (!at && so)
        dlclose(so);
    memcpy(fn, &at, sizeof at); /* a pointer to a function, whatever it takes */
    return at ? so : NULL;
}

void bench_fill(struct prog *p) {
    uint64_t seed = p->seed, z = 0;
    char name[128];
    input_fn *own;
    for (size_t i = 0; i < p->size; i++) {
        if (i % 8 == 0) {
            z = seed += 0x9e3779b97f4a7c15u;
            z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
            z = (z ^ z >> 27) * 0x94d049bb133111ebu;
            z ^= z >> 31;
        }
        p->input[i] = (uint8_t)(z >> i % 8 * 8);
    }
    snprintf(name, sizeof name, "%s_input", p->name);
    *(void **)&own = dlsym(p->so, name);
    if (own)
        own(p->input, p->size);
}

/* --- measuring --- */

/* Nanoseconds of a run. */
static double one_round(struct variant *v, unsigned round) {
    if (round && v->renew && v->renew(v))
        v->run(v, 1);
    return v->error[0] ? 0 : (double)v->run(v, v->n) / (double)v->n;
}

/* Fills ns of each variant; false: results differ or one of them failed. */
static bool measure(struct prog *p, const struct options *o) {
    struct variant *base = &p->v[0];
    bool good = true;
    uint32_t hash = 0;
    for (unsigned i = 0; i < p->nv; i++) {
        struct variant *v = &p->v[i];
        uint64_t t, n = 1;
        if (v->error[0])
            continue;
        v->run(v, 1); /* the first run fills caches and maps; the second one is compared */
        t = v->run(v, 1);
        if (v->error[0]) {
            fprintf(stderr, "bench: %s: %s: %s\n", p->name, v->label, v->error);
            good = false;
            continue;
        }
        if (i == 0)
            hash = v->hash;
        if (v->ret != base->ret || (v->hash != hash && !v->copies)) {
            fprintf(stderr, "bench: %s: %s gives 0x%x, native 0x%x%s\n", p->name, v->label, v->ret, base->ret,
                    v->ret == base->ret ? ", and another packet" : "");
            snprintf(v->error, sizeof v->error, "differs");
            good = false;
            continue;
        }
        while (t < o->batch_ns / 4 && n < 1u << 30) {
            n *= 2;
            t = v->run(v, n);
        }
        v->n = t ? n * o->batch_ns / t + 1 : n;
        v->sample = calloc(o->rounds, sizeof *v->sample);
        if (!v->sample)
            return false;
    }
    for (unsigned r = 0; r < o->rounds; r++)
        for (unsigned i = 0; i < p->nv; i++)
            if (!p->v[i].error[0])
                p->v[i].sample[r] = one_round(&p->v[i], r);
    for (unsigned i = 0; i < p->nv; i++) {
        struct variant *v = &p->v[i];
        if (v->error[0])
            continue;
        v->ns = median(v->sample, o->rounds);
        if (v->insns)
            p->insns = v->insns;
    }
    return good;
}

/* --- the folder of a suite --- */

static const struct suite *const suites[] = {&suite_ebpf, &suite_raw, &suite_wasm};

static void close_prog(const struct suite *s, struct prog *p) {
    s->close(p);
    if (p->so)
        dlclose(p->so);
    free(p);
}

static struct prog *open_prog(const struct suite *s, const char *name, const struct options *o) {
    struct prog *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    snprintf(p->name, sizeof p->name, "%s", name);
    if (s->open(p, o))
        return p;
    fprintf(stderr, "bench: %s: no \"bench:\" line in its source, or no native build\n", name);
    close_prog(s, p);
    return NULL;
}

/* The name of a program; false: the file is none of this suite's. */
static bool program_name(const struct dirent *d, const char *ext, char name[64]) {
    size_t n = strlen(d->d_name), k = strlen(ext);
    if (n <= k || strcmp(d->d_name + n - k, ext))
        return false;
    snprintf(name, 64, "%.*s", (int)(n - k), d->d_name);
    return true;
}

/* All of the programs in the folder; *n of them are in the array. */
static struct prog **run_suite(const struct suite *s, const struct options *o, unsigned *n, bool *good) {
    struct dirent **d = NULL;
    int nd = scandir(o->dir, &d, NULL, alphasort);
    struct prog **all = nd < 0 ? NULL : calloc((size_t)nd + 1, sizeof *all), *p;
    char name[64];
    *n = 0;
    if (!all)
        fprintf(stderr, "bench: %s: %s\n", o->dir, strerror(errno));
    for (int i = 0; i < nd; i++) {
        bool wanted = all && program_name(d[i], s->ext, name) && (!o->filter || strstr(name, o->filter));
        free(d[i]);
        if (!wanted)
            continue;
        if (!(p = open_prog(s, name, o))) {
            *good = false;
            continue;
        }
        if (!*n)
            report_header(s, p);
        all[(*n)++] = p;
        *good &= measure(p, o);
        report_row(s, p);
    }
    free(d);
    if (*n)
        report_totals(s, all, *n);
    return all;
}

/* The eBPF suite's figures stand at the top, the others under their names. */
static void write_suites(FILE *f, const struct suite *const *s, struct prog ***all, const unsigned *n, unsigned ns) {
    fprintf(f, "{");
    for (unsigned k = 0; k < ns; k++) {
        bool top = s[k] == &suite_ebpf;
        fprintf(f, top ? "%s" : "%s\"%s\":{", k ? ",\n" : "", s[k]->name);
        report_json(s[k], f, all[k], n[k]);
        fprintf(f, top ? "" : "}");
    }
}

/* --- the command line --- */

static int usage(FILE *f, int status) {
    fprintf(
        f,
        "usage: supervm-bench [--build DIR] [--suite ebpf|raw|wasm] [--engine NAME]... [--filter TEXT] [--rounds N]\n"
        "                     [--ms N] [--no-kernel] [--no-node] [--peer LABEL=COMMAND]... [--json FILE]\n"
        "       supervm-bench --serve FILE.wasm --engine NAME [ARGUMENT]\n"
        "  --build    folder with bench/NAME.o, bench-raw/NAME.o, bench-wasm/NAME.wasm and their NAME.so (build)\n"
        "  --suite    only this one\n"
        "  --engine   only these engines (all usable ones)\n"
        "  --filter   only programs whose name contains TEXT\n"
        "  --rounds   rounds, at least 5 for a report (5)\n"
        "  --ms       milliseconds of each batch (10)\n"
        "  --peer     another process that runs WebAssembly, such as \"gcc=build-gcc/bin/supervm-bench --serve\"\n");
    return status;
}

static int read_options(struct options *o, const char **suite, const char **build, int argc, char **argv) {
    static const struct option longs[] = {
        {"json", 1, NULL, 'j'},  {"engine", 1, NULL, 'e'},  {"filter", 1, NULL, 'f'}, {"rounds", 1, NULL, 'r'},
        {"build", 1, NULL, 'd'}, {"suite", 1, NULL, 's'},   {"ms", 1, NULL, 'm'},     {"no-kernel", 0, NULL, 'k'},
        {"peer", 1, NULL, 'p'},  {"no-node", 0, NULL, 'N'}, {"serve", 1, NULL, 'S'},  {"help", 0, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
        switch (c) {
        case 'j': o->json = optarg; break;
        case 'e':
            if (o->nengine < MAX_ENGINES)
                o->engine[o->nengine++] = optarg;
            break;
        case 'p':
            if (o->npeer < MAX_PEERS && strchr(optarg, '='))
                o->peer[o->npeer++] = optarg;
            break;
        case 'f': o->filter = optarg; break;
        case 'r': o->rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'd': *build = optarg; break;
        case 's': *suite = optarg; break;
        case 'S': o->serve = optarg; break;
        case 'm': o->batch_ns = strtoull(optarg, NULL, 10) * 1000000u; break;
        case 'k': o->no_kernel = true; break;
        case 'N': o->no_node = true; break;
        case 'h': return usage(stdout, 0);
        default: return usage(stderr, 1);
        }
    if (optind + (o->serve != NULL) < argc || !o->rounds || o->rounds > 1000 || !o->batch_ns)
        return usage(stderr, 1);
    if (optind < argc)
        o->serve_arg = (uint32_t)strtoul(argv[optind], NULL, 10);
    return -1;
}

static void choose_engines(struct options *o) {
    struct svm *vm = o->nengine ? NULL : svm_new(NULL, NULL);
    const struct svm_engine_info *e;
    for (size_t i = 0; vm && (e = svm_engine_at(vm, i)) && o->nengine < MAX_ENGINES; i++)
        if (e->usable)
            o->engine[o->nengine++] = e->name;
    svm_free(vm);
}

int main(int argc, char **argv) {
    struct options o = {.rounds = 5, .batch_ns = 10000000};
    const char *suite = NULL, *build = "build";
    const struct suite *ran[COUNT(suites)];
    struct prog **all[COUNT(suites)];
    unsigned n[COUNT(suites)], ns = 0, total = 0;
    char dir[4096], src[4096];
    FILE *json = NULL;
    bool good = true;
    int status = read_options(&o, &suite, &build, argc, argv);
    if (status >= 0)
        return status;
    choose_engines(&o);
    if (o.serve)
        return wasm_serve(&o);
    for (unsigned k = 0; k < COUNT(suites); k++) {
        if (suite && strcmp(suite, suites[k]->name))
            continue;
        snprintf(dir, sizeof dir, "%s/%s", build, suites[k]->folder);
        snprintf(src, sizeof src, "bench/%s", suites[k]->name);
        o.dir = dir;
        o.src = src;
        ran[ns] = suites[k];
        all[ns] = run_suite(suites[k], &o, &n[ns], &good);
        total += n[ns++];
    }
    if (o.json && !(json = fopen(o.json, "w"))) {
        fprintf(stderr, "bench: %s: %s\n", o.json, strerror(errno));
        good = false;
    }
    if (json)
        write_suites(json, ran, all, n, ns);
    if (!o.filter && (!suite || !strcmp(suite, "ebpf")))
        figures(&o, json);
    if (json) {
        fprintf(json, "}\n");
        good &= !fclose(json);
    }
    for (unsigned k = 0; k < ns; k++) {
        for (unsigned i = 0; i < n[k]; i++)
            close_prog(ran[k], all[k][i]);
        free(all[k]);
    }
    return good && total ? 0 : 1;
}
