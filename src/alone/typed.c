/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* typed.c - an executable that holds WebAssembly: its arguments are the guest's; what it is granted, supervm compile
 * was told. Where the module has no _start, the first argument names the function, those behind it are its own. */
#include "alone/alone.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { INVOKE = 256, TIMEOUT, MAX_MEMORY, DIR_OPTION, ENV_OPTION, STUB_IMPORTS, BUDGET };

static const struct opt opts[] = {
    {INVOKE, "invoke", "NAME", "the function to call (default: _start)"},
    {DIR_OPTION, "dir", "HOST[::GUEST]", "WASI: the program may use this directory, by the name GUEST"},
    {ENV_OPTION, "env", "NAME=VALUE", "WASI: a variable of its environment"},
    {STUB_IMPORTS, "stub-imports", NULL, "imported functions that nobody provides trap when called"},
    {TIMEOUT, "timeout", "MS", "stop it after so many milliseconds"},
    {MAX_MEMORY, "max-memory", "BYTES", "of all linear memories and tables"},
    {BUDGET, "fuel", "N", "instructions it may take"},
    {BUDGET, "budget", "N", "the same"},
    {0, NULL, NULL, NULL},
};

static int take_option(struct run *r, int key) {
    switch (key) {
    case INVOKE: r->invoke = optarg; return EXIT_WELL;
    case DIR_OPTION: r->dir[r->ndir++] = optarg; return EXIT_WELL;
    case ENV_OPTION: r->env[r->nenv++] = optarg; return EXIT_WELL;
    case STUB_IMPORTS: r->stub_imports = true; return EXIT_WELL;
    }
    if (read_number(optarg, key == TIMEOUT ? &r->timeout : key == BUDGET ? &r->budget : &r->max_memory))
        return EXIT_WELL;
    return complain("%s: a number is wanted", optarg);
}

static bool exports(const struct svm_module *m, const char *name) {
    struct svm_extern_info x;
    for (size_t i = 0; svm_module_extern(m, true, i, &x); i++)
        if (x.kind == SVM_FUNC && x.name_len == strlen(name) && !memcmp(x.name, name, x.name_len))
            return true;
    return false;
}

/* The options that it starts with, as supervm compile was given them. */
static int read_start(struct run *r, int n, char **argv) {
    struct options o = {"PROGRAM [ARGUMENT]...", "Runs the program that it holds.", opts, n + 1, argv};
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status)))
        if (key == OPT_DONE || (status = take_option(r, key)))
            return status ? status : EXIT_USAGE;
    return optind > n ? EXIT_WELL : complain("it was compiled to start with %s, which is no option", argv[optind]);
}

static int run(struct run *r) {
    struct svm_config c = SVM_CONFIG_INIT;
    int status;
    c.budget = r->budget;
    c.max_memory = r->max_memory;
    c.print = print_line;
    c.print_arg = r;
    if ((status = alone_open(r, &c)))
        return status;
    if (!r->invoke && !exports(r->module, "_start") && r->nargs) {
        r->invoke = *r->args++;
        r->nargs--;
    }
    return run_typed(r);
}

int main(int argc, char **argv) {
    struct run r = {.repeat = 1, .workers = 1, .file = argc ? argv[0] : "program"};
    int n, status, flushed;
    argv = alone_arguments(&argc, argv, &n);
    r.dir = calloc((size_t)n + 1, sizeof *r.dir);
    r.env = calloc((size_t)n + 1, sizeof *r.env);
    if (!argv || !r.dir || !r.env)
        return refuse("out of memory");
    status = read_start(&r, n, argv);
    r.args = argv + n + 1;
    r.nargs = argc > n ? (u32)(argc - n - 1) : 0;
    if (!status)
        status = run(&r);
    flushed = flush_output();
    _Exit(status ? status : flushed); /* the system takes it all back at once */
}
