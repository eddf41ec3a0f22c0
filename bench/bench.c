/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* bench.c - times the programs of bench/ebpf in every engine, beside clang -O2 of the same source
 * and, where permitted, the kernel's JIT.
 *
 * in:  a folder with NAME.o (for BPF) and NAME.so (native) for each program, and the sources,
 *      whose line "bench: input=N seed=N runs_hint=N" says what a program is fed
 * out: a table and, with --json, a file; exit status 1 where two of them disagree
 *
 * All variants of a program are timed in turn, round after round, so that a change of the
 * machine's speed hits all alike; medians are reported. */
#include "bench.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The thread's own time: other work on the machine does not count. */
static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- one program --- */

/* "bench: input=N seed=N runs_hint=N" of the source; false: no such line. */
static bool read_spec(struct prog *p, const char *src) {
    char path[4096], line[512];
    unsigned long input, seed, runs;
    bool found = false;
    FILE *f;
    snprintf(path, sizeof path, "%s/%s.c", src, p->name);
    f = fopen(path, "r");
    while (f && !found && fgets(line, sizeof line, f)) {
        const char *s = strstr(line, "bench: input=");
        found = s && sscanf(s, "bench: input=%lu seed=%lu runs_hint=%lu", &input, &seed, &runs) == 3;
    }
    if (f)
        fclose(f);
    if (!found || input > 1 << 20)
        return false;
    p->size = input;
    p->seed = seed;
    p->hint = runs;
    return true;
}

/* The input: the program's own NAME_input(buf, size), else splitmix64 (bench/ebpf/README.md). */
static void fill(struct prog *p) {
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

static bool open_native(struct prog *p, const char *dir) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.so", dir, p->name);
    p->so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!p->so) {
        fprintf(stderr, "bench: %s\n", dlerror());
        return false;
    }
    *(void **)&p->native = dlsym(p->so, p->name);
    if (!p->native)
        fprintf(stderr, "bench: %s: no function %s\n", path, p->name);
    return p->native != NULL;
}

/* --- variants: native, each engine in each configuration, the kernel --- */

static uint64_t run_native(struct variant *v, uint64_t n) {
    struct prog *p = v->p;
    struct native_ctx cx = {p->work, p->work + p->size};
    uint64_t t = now_ns();
    for (uint64_t i = 0; i < n; i++)
        v->ret = (uint32_t)p->native(&cx);
    return now_ns() - t;
}

static uint64_t run_engine(struct variant *v, uint64_t n) {
    struct svm_packet pkt = {.data = v->p->work, .len = (uint32_t)v->p->size};
    struct svm_input in = {.kind = SVM_KIND_XDP, .packet = &pkt};
    struct svm_result r = {0};
    struct svm_error e = {0};
    uint64_t t = now_ns();
    for (uint64_t i = 0; i < n; i++)
        if (svm_run(v->in, NULL, &in, &r, &e)) {
            snprintf(v->error, sizeof v->error, "%.200s", e.text);
            return 0;
        }
    t = now_ns() - t;
    v->ret = (uint32_t)r.ret;
    v->insns = r.insns;
    return t;
}

static void drop_variant(struct variant *v) {
    svm_instance_free(v->in);
    svm_program_free(v->prog);
    svm_module_free(v->m);
    svm_free(v->vm);
    kernel_close(v);
    free(v->sample);
}

static bool open_engine(struct variant *v, const char *dir) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error e = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.o", dir, v->p->name);
    c.engine = v->engine;
    c.unsafe_no_checks = c.no_fuel = v->bare;
    v->run = run_engine;
    if (!(v->vm = svm_new(&c, &e)) || !(v->m = svm_module_load_file(v->vm, path, NULL, &e)) ||
        !(v->prog = svm_program_link(v->m, NULL, &e)) || !(v->in = svm_instance_new(v->prog, &e)))
        snprintf(v->error, sizeof v->error, "%.200s", e.text);
    else
        v->compile_ns = svm_program_compile_ns(v->prog);
    return !v->error[0];
}

/* A batch from fresh input: programs may write their packet. */
static uint64_t batch(struct variant *v, uint64_t n) {
    memcpy(v->p->work, v->p->input, v->p->size);
    return v->run(v, n);
}

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median(double *s, unsigned n) {
    qsort(s, n, sizeof *s, by_value);
    return n ? n & 1 ? s[n / 2] : (s[n / 2 - 1] + s[n / 2]) / 2 : 0;
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
        batch(v, 1); /* the first run fills caches and maps; the second one is compared */
        t = batch(v, 1);
        if (v->error[0]) {
            fprintf(stderr, "bench: %s: %s: %s\n", p->name, v->label, v->error);
            good = false;
            continue;
        }
        v->hash = fnv(p->work, p->size);
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
            t = batch(v, n);
        }
        v->n = t ? n * o->batch_ns / t + 1 : n;
        v->sample = calloc(o->rounds, sizeof *v->sample);
        if (!v->sample)
            return false;
    }
    for (unsigned r = 0; r < o->rounds; r++)
        for (unsigned i = 0; i < p->nv; i++)
            if (!p->v[i].error[0])
                p->v[i].sample[r] = (double)batch(&p->v[i], p->v[i].n) / (double)p->v[i].n;
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

/* --- what is reported --- */

static void header(const struct prog *p) {
    printf("%-16s %9s %10s", "program", "insns", "native ns");
    for (unsigned i = 1; i < p->nv; i++)
        printf("  %14.14s ns  ns/insn  ratio", p->v[i].label);
    printf("\n");
}

static void row(const struct prog *p) {
    printf("%-16s %9llu %10.1f", p->name, (unsigned long long)p->insns, p->v[0].ns);
    for (unsigned i = 1; i < p->nv; i++) {
        const struct variant *v = &p->v[i];
        if (v->error[0])
            printf("  %17s  %7s  %5s", "-", "-", "-");
        else
            printf("  %17.1f  %7.3f  %5.1f", v->ns, p->insns ? v->ns / (double)p->insns : 0, v->ns / p->v[0].ns);
    }
    printf("\n");
    fflush(stdout);
}

static struct sum summed(struct prog *const *all, unsigned n, unsigned i) {
    struct sum s = {0};
    double ratio = 0, insn = 0;
    for (unsigned k = 0; k < n; k++) {
        const struct prog *p = all[k];
        double r = p->v[i].ns / p->v[0].ns;
        if (i >= p->nv || p->v[i].error[0] || p->v[0].error[0])
            continue;
        s.n++;
        ratio += log(r);
        insn += log(p->v[i].ns / (double)(p->insns ? p->insns : 1));
        if (r > s.worst) {
            s.worst = r;
            s.worst_name = p->name;
        }
    }
    if (s.n) {
        s.ratio = exp(ratio / s.n);
        s.insn = exp(insn / s.n);
    }
    return s;
}

static void totals(struct prog *const *all, unsigned n) {
    printf("\n%-28s %8s %9s %9s %8s\n", "geometric means", "programs", "ns/insn", "x native", "worst");
    for (unsigned i = 1; n && i < all[0]->nv; i++) {
        struct sum s = summed(all, n, i);
        if (s.n)
            printf("%-28s %8u %9.3f %9.2f %8.1f  %s\n", all[0]->v[i].label, s.n, s.insn, s.ratio, s.worst,
                   s.worst_name);
    }
}

static int write_json(const char *path, struct prog *const *all, unsigned n) {
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
        return -1;
    }
    fprintf(f, "{\"programs\":[");
    for (unsigned k = 0; k < n; k++) {
        const struct prog *p = all[k];
        fprintf(f, "%s\n {\"name\":\"%s\",\"insns\":%llu,\"variants\":[", k ? "," : "", p->name,
                (unsigned long long)p->insns);
        for (unsigned i = 0, sep = 0; i < p->nv; i++) {
            const struct variant *v = &p->v[i];
            if (v->error[0])
                continue;
            fprintf(f, "%s{\"name\":\"%s\",\"ns\":%.2f,\"compile_us\":%.2f,\"ratio\":%.3f}", sep++ ? "," : "", v->label,
                    v->ns, (double)v->compile_ns / 1e3, p->v[0].ns > 0 ? v->ns / p->v[0].ns : 0);
        }
        fprintf(f, "]}");
    }
    fprintf(f, "],\n \"geomeans\":[");
    for (unsigned i = 1, sep = 0; n && i < all[0]->nv; i++) {
        struct sum s = summed(all, n, i);
        if (s.n)
            fprintf(f,
                    "%s\n "
                    "{\"name\":\"%s\",\"programs\":%u,\"ns_per_insn\":%.4f,\"ratio\":%.3f,\"worst\":%.2f,\"worst_"
                    "program\":\"%s\"}",
                    sep++ ? "," : "", all[0]->v[i].label, s.n, s.insn, s.ratio, s.worst, s.worst_name);
    }
    fprintf(f, "]}\n");
    return fclose(f);
}

/* --- the folder --- */

static struct prog *open_prog(const char *name, const struct options *o) {
    struct prog *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    snprintf(p->name, sizeof p->name, "%s", name);
    if (!read_spec(p, o->src) || !(p->input = calloc(2, p->size)) || !open_native(p, o->dir)) {
        fprintf(stderr, "bench: %s: no \"bench:\" line in its source, or no native build\n", name);
        free(p->input);
        free(p);
        return NULL;
    }
    p->work = p->input + p->size;
    fill(p);
    p->v[p->nv++] = (struct variant){.p = p, .label = "native", .run = run_native};
    for (unsigned i = 0; i < o->nengine; i++)
        for (unsigned bare = 0; bare < 2; bare++) {
            struct variant *v = &p->v[p->nv++];
            v->p = p;
            v->engine = o->engine[i];
            v->bare = bare;
            snprintf(v->label, sizeof v->label, "%.24s %s", v->engine, bare ? "bare" : "default");
            if (!open_engine(v, o->dir))
                fprintf(stderr, "bench: %s: %s: %s\n", name, v->label, v->error);
        }
    if (!o->no_kernel) {
        struct variant *v = &p->v[p->nv++];
        v->p = p;
        snprintf(v->label, sizeof v->label, "kernel");
        kernel_open(v, o->dir);
    }
    return p;
}

static void close_prog(struct prog *p) {
    for (unsigned i = 0; i < p->nv; i++)
        drop_variant(&p->v[i]);
    dlclose(p->so);
    free(p->input);
    free(p);
}

static int is_object(const struct dirent *d) {
    size_t n = strlen(d->d_name);
    return n > 2 && !strcmp(d->d_name + n - 2, ".o");
}

static int usage(FILE *f, int status) {
    fprintf(f, "usage: bench [--dir OBJECTS] [--src SOURCES] [--engine NAME]... [--filter TEXT] [--rounds N]\n"
               "             [--ms N] [--no-kernel] [--json FILE]\n"
               "  --dir      folder with NAME.o and NAME.so (build/bench)\n"
               "  --src      folder with NAME.c (bench/ebpf)\n"
               "  --engine   only these engines (all usable ones)\n"
               "  --filter   only programs whose name contains TEXT\n"
               "  --rounds   rounds, at least 5 for a report (5)\n"
               "  --ms       milliseconds of each batch (10)\n");
    return status;
}

static int read_options(struct options *o, int argc, char **argv) {
    static const struct option longs[] = {
        {"json", 1, NULL, 'j'}, {"engine", 1, NULL, 'e'}, {"filter", 1, NULL, 'f'}, {"rounds", 1, NULL, 'r'},
        {"dir", 1, NULL, 'd'},  {"src", 1, NULL, 's'},    {"ms", 1, NULL, 'm'},     {"no-kernel", 0, NULL, 'k'},
        {"help", 0, NULL, 'h'}, {NULL, 0, NULL, 0},
    };
    int c;
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
        switch (c) {
        case 'j': o->json = optarg; break;
        case 'e':
            if (o->nengine < MAX_ENGINES)
                o->engine[o->nengine++] = optarg;
            break;
        case 'f': o->filter = optarg; break;
        case 'r': o->rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'd': o->dir = optarg; break;
        case 's': o->src = optarg; break;
        case 'm': o->batch_ns = strtoull(optarg, NULL, 10) * 1000000u; break;
        case 'k': o->no_kernel = true; break;
        case 'h': return usage(stdout, 0);
        default: return usage(stderr, 1);
        }
    if (optind < argc || !o->rounds || o->rounds > 1000 || !o->batch_ns)
        return usage(stderr, 1);
    return -1;
}

int main(int argc, char **argv) {
    struct options o = {.dir = "build/bench", .src = "bench/ebpf", .rounds = 5, .batch_ns = 10000000};
    const struct svm_engine_info *e;
    struct dirent **d = NULL;
    struct prog **all;
    struct svm *vm;
    unsigned n = 0;
    bool good = true;
    int nd, status = read_options(&o, argc, argv);
    if (status >= 0)
        return status;
    vm = svm_new(NULL, NULL);
    for (size_t i = 0, named = o.nengine; !named && vm && (e = svm_engine_at(vm, i)) && o.nengine < MAX_ENGINES; i++)
        if (e->usable)
            o.engine[o.nengine++] = e->name;
    nd = scandir(o.dir, &d, is_object, alphasort);
    if (nd < 0 || !(all = calloc((size_t)nd + 1, sizeof *all))) {
        fprintf(stderr, "bench: %s: %s\n", o.dir, strerror(errno));
        return 1;
    }
    for (int i = 0; i < nd; i++) {
        char name[64];
        struct prog *p;
        snprintf(name, sizeof name, "%.*s", (int)strlen(d[i]->d_name) - 2, d[i]->d_name);
        free(d[i]);
        if (o.filter && !strstr(name, o.filter))
            continue;
        if (!(p = open_prog(name, &o))) {
            good = false;
            continue;
        }
        if (!n)
            header(p);
        all[n++] = p;
        good &= measure(p, &o);
        row(p);
    }
    totals(all, n);
    if (o.json && write_json(o.json, all, n))
        good = false;
    for (unsigned i = 0; i < n; i++)
        close_prog(all[i]);
    free(all);
    free(d);
    svm_free(vm);
    return good && n ? 0 : 1;
}
