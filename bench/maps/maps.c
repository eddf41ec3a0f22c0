/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* maps.c - the cost of one operation on a map, here and in the kernel.
 *
 * in:  the object of maps.bpf.c: each program does 1000 operations in a run
 * out: a row for each: nanoseconds here, in the kernel (BPF_PROG_TEST_RUN), and their ratio; with --json
 *      a file of the same
 *
 * Both sides hold the same entries and walk through the same keys. They are timed in turn, round
 * after round; what is printed are medians, of the ratio the median of each round's own. The
 * time of the same loop without an operation is taken in the same round and subtracted; both loops are
 * there at several places, of which the quickest counts, so that neither is a matter of luck. */
#include "maps.h"
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS_MAX = 101, MANY = 1 << 20, SMALL = 1 << 10, LRU = 1 << 17 };

static const struct row {
    const char *prog, *empty, *what;
    uint32_t mask;
    double bar_ns, bar_ratio; /* at most; 0: none is set */
    double bar_llvm;          /* the same of engine llvm, ns */
} rows[] = {
    {"array_small", "empty32", "array, 1 K entries, lookup", SMALL - 1, 5, 0, 1},
    {"array_large", "empty32", "array, 1 M entries, lookup", MANY - 1, 0, 0, 0},
    {"percpu_array", "empty32", "per-CPU array, lookup", SMALL - 1, 0, 0, 0},
    {"hash_few", "empty64", "hash, 1 K entries, hit", SMALL - 1, 0, 0, 6},
    {"hash_hit", "empty64", "hash, 1 M entries, hit", MANY - 1, 0, 1, 0},
    {"hash_miss", "empty64", "hash, 1 M entries, miss", MANY - 1, 0, 0, 0},
    {"hash_update", "empty64", "hash, 1 M entries, update", MANY - 1, 0, 0, 0},
    {"lru_update", "empty64", "LRU hash, 128 K entries, update, half of the keys new", 2 * LRU - 1, 0, 1, 0},
    {"lpm_lookup", "empty64", "LPM trie, 1 M IPv4 prefixes, lookup", MANY - 1, 0, 0.5, 0},
    {"ringbuf", "empty32", "ring buffer, reserve and submit 8 bytes", MANY - 1, 50, 0, 0}, /* 20 M a second */
    {"ringbuf_output", "empty32", "ring buffer, output 8 bytes", MANY - 1, 50, 0, 0},
};
enum { NROW = sizeof rows / sizeof *rows };

double cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

uint64_t key_of(uint32_t i) {
    return i * 0x9e3779b97f4a7c15u;
}

/* Lengths about as in the Internet's tables: more than half are /24, few are shorter than /16. */
static uint32_t prefix_length(uint32_t i) {
    uint32_t r = (i * 2654435761u) >> 24;
    return r < 150 ? 24 : r < 180 ? 22 : r < 200 ? 23 : r < 215 ? 20 : r < 228 ? 21 : r < 240 ? 19 : r < 250 ? 16 : 32;
}

bool fill(put_fn *put, void *side) {
    uint64_t v;
    for (uint32_t i = 0; i < MANY; i++) {
        uint64_t k = key_of(i);
        uint32_t len = prefix_length(i), addr = (uint32_t)k;
        addr &= __builtin_bswap32((uint32_t)(0xffffffff00000000u >> len));
        uint32_t route[2] = {len, addr};
        v = i;
        if (!put(side, "table", &k, &v) || !put(side, "routes", route, &v) || !put(side, "large", &i, &v) ||
            (i < SMALL && (!put(side, "few", &k, &v) || !put(side, "small", &i, &v))) ||
            (i < 2 * LRU && !put(side, "lru", &k, &v)))
            return false;
    }
    return true;
}

/* ns of a turn of the loop, at the best of its places; not a number: it failed. */
static double turn(struct side *s, const char *prog, uint32_t mask, unsigned runs) {
    double best = INFINITY;
    for (unsigned i = 0; i < PLACES; i++) {
        struct state st = {.x = 1, .mask = mask};
        char name[64];
        double t;
        snprintf(name, sizeof name, "%s_%u", prog, i);
        t = s->run(s, name, &st, runs);
        if (t < 0 || (!strncmp(prog, "ringbuf", 7) && st.sum)) /* records that found no room */
            return NAN;
        best = fmin(best, t / OPS);
    }
    return best;
}

/* ns of one operation of row r, without the loop around it. */
static double once(struct side *s, const struct row *r, unsigned runs) {
    double empty = turn(s, r->empty, r->mask, runs);
    return turn(s, r->prog, r->mask, runs) - empty;
}

static bool compare(struct side *us, struct side *kernel, const struct row *r, bool llvm, unsigned rounds,
                    unsigned runs, struct report *out) {
    double a[ROUNDS_MAX], b[ROUNDS_MAX], ratio[ROUNDS_MAX];
    struct figure f = {.name = r->prog,
                       .what = r->what,
                       .unit = "ns",
                       .most = llvm ? r->bar_llvm : r->bar_ns,
                       .most_ratio = llvm ? 0 : r->bar_ratio};
    once(us, r, runs);
    if (kernel)
        once(kernel, r, runs);
    for (unsigned i = 0; i < rounds; i++) {
        a[i] = once(us, r, runs);
        b[i] = kernel ? once(kernel, r, runs) : 0;
        ratio[i] = kernel ? a[i] / b[i] : 0;
        if (isnan(a[i]) || isnan(b[i])) {
            printf("%-54s failed\n", r->what);
            return false;
        }
    }
    f.us = median(a, rounds);
    f.kernel = median(b, rounds);
    f.ratio = median(ratio, rounds);
    report(out, &f);
    return true;
}

/* What is subtracted. */
static void loops(struct side *us, struct side *kernel, unsigned runs) {
    static const char *const empty[] = {"empty32", "empty64"};
    for (int i = 0; i < 2; i++) {
        double a = turn(us, empty[i], MANY - 1, runs), b = kernel ? turn(kernel, empty[i], MANY - 1, runs) : 0;
        printf("(a turn of the loop without it, %d-byte keys)%11s %8.1f %8.1f\n", i ? 8 : 4, "", a, b);
    }
}

static void memory(struct side *us, struct side *kernel, struct report *out) {
    static const struct {
        const char *map, *name;
        uint32_t n;
    } maps[] = {{"large", "memory_array", MANY},
                {"table", "memory_hash", MANY},
                {"lru", "memory_lru", LRU},
                {"routes", "memory_lpm", MANY}};
    printf("\nmemory, bytes for each entry (routes in the kernel: what its slabs grew by)\n");
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
        struct figure f = {.name = maps[i].name, .what = maps[i].map, .unit = "bytes", .most_ratio = 1};
        f.us = us->memory(us, maps[i].map) / maps[i].n;
        f.kernel = kernel ? kernel->memory(kernel, maps[i].map) / maps[i].n : 0;
        f.ratio = f.kernel > 0 ? f.us / f.kernel : 0;
        report(out, &f);
    }
}

/* Two threads on distinct keys against one: operations in each second of a thread's own time,
 * so that what else runs on the machine does not count. */
static void threads(struct side *us, unsigned rounds, unsigned runs, struct report *out) {
    static const char *const progs[][3] = {{"hash_hit_0", "two_threads_hit", "hash, 1 M entries, hit"},
                                           {"hash_update_0", "two_threads_update", "hash, 1 M entries, update"}};
    printf("\ntwo threads on distinct keys: times as many operations as one\n");
    for (size_t i = 0; i < 2; i++) {
        double scale[ROUNDS_MAX];
        struct figure f = {.name = progs[i][1], .what = progs[i][2], .unit = "x", .least = 1.8};
        for (unsigned k = 0; k < rounds; k++)
            scale[k] = us_scale(us, progs[i][0], MANY, runs);
        f.us = median(scale, rounds);
        report(out, &f);
    }
}

static int usage(FILE *f, int status) {
    fprintf(f, "usage: supervm-bench-maps [--engine NAME] [--filter TEXT] [--rounds N] [--runs N] [--no-kernel]\n"
               "                          [--json FILE] OBJECT\n");
    return status;
}

int main(int argc, char **argv) {
    static const struct option longs[] = {
        {"engine", 1, NULL, 'e'},    {"filter", 1, NULL, 'f'}, {"rounds", 1, NULL, 'r'}, {"runs", 1, NULL, 'n'},
        {"no-kernel", 0, NULL, 'k'}, {"json", 1, NULL, 'j'},   {"help", 0, NULL, 'h'},   {NULL, 0, NULL, 0}};
    const char *engine = "interp", *filter = NULL, *error = "", *json = NULL;
    struct report out = {0};
    unsigned rounds = 11, runs = 200;
    bool no_kernel = false, good = true;
    struct side *us, *kernel = NULL;
    int c;
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
        switch (c) {
        case 'e': engine = optarg; break;
        case 'f': filter = optarg; break;
        case 'r': rounds = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'n': runs = (unsigned)strtoul(optarg, NULL, 10); break;
        case 'k': no_kernel = true; break;
        case 'j': json = optarg; break;
        case 'h': return usage(stdout, 0);
        default: return usage(stderr, 1);
        }
    if (optind + 1 != argc || !rounds || rounds > ROUNDS_MAX || !runs || runs > 500)
        return usage(stderr, 1);
    if (!(us = us_open(argv[optind], engine, &error))) {
        fprintf(stderr, "bench: %s\n", error);
        return 1;
    }
    if (!no_kernel && !(kernel = kernel_open(argv[optind], &error)))
        fprintf(stderr, "bench: no kernel beside us: %s\n", error);
    printf("%-54s %8s %8s %8s\n", "ns for one operation, the loop around it subtracted", engine, "kernel", "ratio");
    loops(us, kernel, runs);
    for (unsigned i = 0; i < NROW; i++)
        if (!filter || strstr(rows[i].prog, filter))
            good &= compare(us, kernel, &rows[i], !strcmp(engine, "llvm"), rounds, runs, &out);
    if (!filter || strstr("threads", filter))
        threads(us, rounds, runs, &out);
    if (!filter || strstr("memory", filter))
        memory(us, kernel, &out);
    report_end(&out);
    if (json && !report_json(&out, engine, json))
        good = false;
    us->close(us);
    if (kernel)
        kernel->close(kernel);
    return good ? 0 : 1;
}
