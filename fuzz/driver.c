/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* driver.c - runs a fuzz target without libFuzzer: the corpus first, then mutations of it.
 * in:  [-runs=N] [-first=N] [-seed=N] [-max_len=N] [-max_total_time=S] [-timeout=S] [-artifact_prefix=P] FILE|DIR...
 *      (libFuzzer's spelling; its other options are accepted and ignored)
 * out: exit status 0, or the input that failed as P"crash-N"
 *
 * Input number N depends on the seed, N and the corpus alone (which is read in the order of
 * names), so a run can be repeated, and -first=N -runs=1 makes one input again. */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*fn)(void)) __attribute__((weak));

struct input {
    uint8_t *data;
    size_t len;
};

struct fuzz {
    struct input *corpus;
    size_t ncorpus;
    uint64_t runs, first, seed, max_len;
    unsigned max_seconds, timeout;
    const char *prefix;
    uint64_t random;
};

/* What runs now, for the handlers, which take no argument: the one thing here that is not in a struct. */
static struct {
    const uint8_t *data;
    size_t len;
    uint64_t number;
    const char *prefix;
} current;

static void keep_input(void) {
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%scrash-%llu", current.prefix, (unsigned long long)current.number);
    f = fopen(path, "wb");
    if (!f)
        return;
    fwrite(current.data, 1, current.len, f);
    fclose(f);
    fprintf(stderr, "input %llu (%zu bytes) failed; kept in %s\n", (unsigned long long)current.number, current.len,
            path);
}

static void on_signal(int sig) {
    signal(sig, SIG_DFL);
    if (sig == SIGALRM)
        fprintf(stderr, "input %llu takes too long\n", (unsigned long long)current.number);
    keep_input();
    raise(sig == SIGALRM ? SIGABRT : sig);
}

static uint64_t next_random(struct fuzz *z) { /* splitmix64 */
    uint64_t v = z->random += 0x9e3779b97f4a7c15u;
    v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9u;
    v = (v ^ v >> 27) * 0x94d049bb133111ebu;
    return v ^ v >> 31;
}
static size_t below(struct fuzz *z, size_t n) { return n ? next_random(z) % n : 0; }

static void add_file(struct fuzz *z, const char *path, size_t size) {
    struct input in = {malloc(size ? size : 1), 0};
    FILE *f = fopen(path, "rb");

    z->corpus = realloc(z->corpus, (z->ncorpus + 1) * sizeof *z->corpus);
    if (!f || !in.data || !z->corpus) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    in.len = fread(in.data, 1, size, f);
    fclose(f);
    z->corpus[z->ncorpus++] = in;
}

static void add_path(struct fuzz *z, const char *path) {
    struct stat st;
    struct dirent **name;
    int i, n;

    if (stat(path, &st) < 0) {
        fprintf(stderr, "no such file or folder: %s\n", path);
        exit(1);
    }
    if (!S_ISDIR(st.st_mode)) {
        if ((uint64_t)st.st_size <= z->max_len)
            add_file(z, path, (size_t)st.st_size);
        return;
    }
    n = scandir(path, &name, NULL, alphasort);
    for (i = 0; i < n; i++) {
        char sub[4096];
        if (name[i]->d_name[0] != '.' && snprintf(sub, sizeof sub, "%s/%s", path, name[i]->d_name) < (int)sizeof sub)
            add_path(z, sub);
        free(name[i]);
    }
    if (n >= 0)
        free(name);
}

/* One change in place; the buffer has room for max_len. */
static size_t mutate(struct fuzz *z, uint8_t *p, size_t len) {
    static const uint64_t interesting[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
                                           0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff};
    size_t at = below(z, len), n = 1 + below(z, 16), width = (size_t)1 << below(z, 4);
    uint64_t v;

    switch (below(z, len ? 8 : 1)) {
    case 0: /* insert bytes */
        n = n > z->max_len - len ? z->max_len - len : n;
        memmove(p + at + n, p + at, len - at);
        for (size_t i = 0; i < n; i++)
            p[at + i] = (uint8_t)next_random(z);
        return len + n;
    case 1: p[at] ^= (uint8_t)(1u << below(z, 8)); return len;
    case 2: p[at] = (uint8_t)next_random(z); return len;
    case 3: /* a number that is often an edge */
        v = interesting[below(z, sizeof interesting / sizeof *interesting)];
        memcpy(p + at, &v, width < len - at ? width : len - at);
        return len;
    case 4: /* a number next to the one that stands there */
        if (len - at < width)
            return len;
        v = 0;
        memcpy(&v, p + at, width);
        v += below(z, 33) - (uint64_t)16;
        memcpy(p + at, &v, width);
        return len;
    case 5: /* remove */
        n = n > len - at ? len - at : n;
        memmove(p + at, p + at + n, len - at - n);
        return len - n;
    case 6: { /* copy from elsewhere in it */
        size_t from = below(z, len);
        n = 1 + below(z, 64);
        n = n > len - at ? len - at : n;
        n = n > len - from ? len - from : n;
        memmove(p + at, p + from, n);
        return len;
    }
    default: { /* go on with another input */
        const struct input *o = &z->corpus[below(z, z->ncorpus)];
        size_t from = below(z, o->len);
        n = o->len - from;
        n = n > z->max_len - at ? z->max_len - at : n;
        memcpy(p + at, o->data + from, n);
        return n ? at + n : len;
    }
    }
}

static void run_one(struct fuzz *z, const uint8_t *data, size_t len, uint64_t number) {
    /* An exact allocation, so that a read past the end is seen. */
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy)
        abort();
    if (len)
        memcpy(copy, data, len);
    current.data = copy, current.len = len, current.number = number;
    alarm(z->timeout);
    LLVMFuzzerTestOneInput(copy, len);
    alarm(0);
    free(copy);
}

static int option(struct fuzz *z, const char *arg) {
    unsigned long long v;
    if (sscanf(arg, "-runs=%llu", &v) == 1)
        z->runs = v;
    else if (sscanf(arg, "-first=%llu", &v) == 1)
        z->first = v;
    else if (sscanf(arg, "-seed=%llu", &v) == 1)
        z->seed = v;
    else if (sscanf(arg, "-max_len=%llu", &v) == 1)
        z->max_len = v;
    else if (sscanf(arg, "-max_total_time=%llu", &v) == 1)
        z->max_seconds = (unsigned)v;
    else if (sscanf(arg, "-timeout=%llu", &v) == 1)
        z->timeout = (unsigned)v;
    else if (!strncmp(arg, "-artifact_prefix=", 17))
        z->prefix = arg + 17;
    else
        return arg[0] == '-';
    return 1;
}

int main(int argc, char **argv) {
    struct fuzz z = {.runs = UINT64_MAX, .seed = 1, .max_len = 1 << 20, .timeout = 25, .prefix = ""};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    time_t start = time(NULL);
    uint64_t n = 0;
    uint8_t *p;

    for (int i = 1; i < argc; i++)
        option(&z, argv[i]);
    for (int i = 1; i < argc; i++)
        if (!option(&z, argv[i]))
            add_path(&z, argv[i]);
    if (z.runs == UINT64_MAX && !z.max_seconds)
        z.runs = 0; /* only the corpus */
    current.prefix = z.prefix;
    signal(SIGALRM, on_signal);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_input);
    else
        for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
            signal(fatal[i], on_signal);

    if (!z.first)
        for (size_t i = 0; i < z.ncorpus; i++)
            run_one(&z, z.corpus[i].data, z.corpus[i].len, i);
    if (!z.ncorpus)
        add_path(&z, "/dev/null");
    p = malloc(z.max_len);
    for (; p && n < z.runs && (!z.max_seconds || time(NULL) - start < (time_t)z.max_seconds); n++) {
        const struct input *from;
        size_t len;
        z.random = z.seed * 0x2545f4914f6cdd1du + z.first + n;
        from = &z.corpus[below(&z, z.ncorpus)];
        len = from->len;
        if (len)
            memcpy(p, from->data, len);
        for (size_t i = 1 + below(&z, 8); i; i--)
            len = mutate(&z, p, len);
        run_one(&z, p, len, z.first + n);
    }
    printf("%zu inputs, %llu mutations, seed %llu\n", z.ncorpus, (unsigned long long)n, (unsigned long long)z.seed);
    for (size_t i = 0; i < z.ncorpus; i++)
        free(z.corpus[i].data);
    free(z.corpus);
    free(p);
    return 0;
}
