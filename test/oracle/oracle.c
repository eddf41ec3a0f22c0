/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* oracle.c - supervm-oracle: the Linux kernel says what is right.
 * in: BPF objects that carry cases (oracle.h)
 * out: a line for each case on which SuperVM and the kernel differ; 'N passed, N failed, N skipped'
 *
 *   supervm-oracle [--engine NAME] [--kernel-only] [--case NAME] [-v] FILE.o...
 *
 * --kernel-only proves the cases themselves: that each one loads and runs in the kernel. */
#define _GNU_SOURCE
#include "tool.h"
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

struct options {
    const char *engine, *only;
    bool kernel_only, verbose, permitted;
    unsigned major, minor; /* of the running kernel */
    unsigned passed, failed, skipped;
};

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* In the kernel alone, a case fails if it does not load, or a program of it does not run. */
static bool kernel_well(const struct outcome *o, char *text, size_t size) {
    size_t n = strlen(o->refused); /* a verifier log: its end says what is wrong */
    snprintf(text, size, "kernel: %s", o->refused + (n > 400 ? n - 400 : 0));
    for (size_t i = 0; !o->refused[0] && i < o->nresult; i++)
        if (o->result[i].why[0]) {
            snprintf(text, size, "kernel: %s: %s", o->result[i].step->name, o->result[i].why);
            return false;
        }
    return !o->refused[0];
}

static void one(struct options *opt, const char *path, const struct test_case *c) {
    struct outcome kernel = {0}, ours = {0};
    char text[4200];

    if (!opt->permitted || c->major > opt->major || (c->major == opt->major && c->minor > opt->minor)) {
        opt->skipped++;
        if (opt->permitted)
            printf("%s: %s: skipped: needs Linux %u.%u\n", file_name(path), c->name, c->major, c->minor);
        return;
    }
    kernel_run(path, c, &kernel);
    bool good = kernel_well(&kernel, text, sizeof text);
    /* The cases were proven on Linux 6.18: an older one that does not take a case says nothing about it. */
    if (!good && !opt->kernel_only && (opt->major < 6 || (opt->major == 6 && opt->minor < 18))) {
        printf("%s: %s: skipped: this kernel does not take it: %s\n", file_name(path), c->name, text);
        opt->skipped++;
        outcome_free(&kernel);
        return;
    }
    if (opt->verbose) {
        printf("%s: %s, kernel:\n", file_name(path), c->name);
        outcome_print(c, &kernel);
    }
    if (good && !opt->kernel_only) {
        ours_run(path, opt->engine, c, &ours);
        good = outcome_equal(c, &kernel, &ours, text, sizeof text);
        if (!good && opt->verbose) {
            printf("%s: %s, ours:\n", file_name(path), c->name);
            ours.var = kernel.var;
            ours.nvar = kernel.nvar;
            outcome_print(c, &ours);
            ours.var = NULL;
        }
    }
    if (!good)
        printf("%s: %s: FAILED: %s\n", file_name(path), c->name, text);
    fflush(stdout);
    opt->passed += good;
    opt->failed += !good;
    outcome_free(&kernel);
    outcome_free(&ours);
}

static void usage(FILE *f) {
    fputs("usage: supervm-oracle [--engine NAME] [--kernel-only] [--case NAME] [-v] FILE.o...\n"
          "Runs the cases in each object in the Linux kernel and in SuperVM, and compares.\n",
          f);
}

int main(int argc, char **argv) {
    static const struct option longs[] = {
        {"engine", required_argument, NULL, 'e'}, {"kernel-only", no_argument, NULL, 'k'},
        {"case", required_argument, NULL, 'c'},   {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    struct options opt = {0};
    struct utsname u;
    char why[200];
    cpu_set_t cpu;
    int c;

    while ((c = getopt_long(argc, argv, "vh", longs, NULL)) != -1) {
        switch (c) {
        case 'e': opt.engine = optarg; break;
        case 'k': opt.kernel_only = true; break;
        case 'c': opt.only = optarg; break;
        case 'v': opt.verbose = true; break;
        case 'h': usage(stdout); return 0;
        default: usage(stderr); return 1;
        }
    }
    if (optind == argc) {
        usage(stderr);
        return 1;
    }
    /* Per-CPU state of the kernel (LRU lists, CPU ids) then is the same in each run. */
    CPU_ZERO(&cpu);
    CPU_SET(0, &cpu);
    sched_setaffinity(0, sizeof cpu, &cpu);
    if (uname(&u) || sscanf(u.release, "%u.%u", &opt.major, &opt.minor) != 2)
        opt.major = 0;
    opt.permitted = kernel_permitted(opt.verbose, why, sizeof why);
    if (!opt.permitted)
        printf("supervm-oracle: all cases skipped: %s\n", why);
    for (int i = optind; i < argc; i++) {
        struct test_case *cases;
        int n = cases_load(argv[i], &cases);
        if (n < 0)
            opt.failed++;
        for (int k = 0; k < n; k++)
            if (!opt.only || !strcmp(opt.only, cases[k].name))
                one(&opt, argv[i], &cases[k]);
        cases_free(cases, n < 0 ? 0 : n);
    }
    printf("%u passed, %u failed, %u skipped\n", opt.passed, opt.failed, opt.skipped);
    return opt.failed ? 1 : 0;
}
