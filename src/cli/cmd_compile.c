/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_compile.c - supervm compile: a program of any kind in; the same as SuperVM bytecode in a .svm file out. */
#include "cli/cli.h"
#include <getopt.h>

enum { FORMAT = 256 };

static const struct opt opts[] = {
    {'o', "out", "OUT.svm", "the file to write (needed)"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

static int compile(const char *path, const char *to, const struct svm_load_options *load) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = NULL;
    int status = EXIT_WELL;
    if (!vm)
        status = refuse("%s", err.text);
    else if ((m = load_input(vm, path, load, &status)) && svm_module_save(m, to, &err))
        status = refuse("%s", err.text);
    svm_module_free(m);
    svm_free(vm);
    return status;
}

int cmd_compile(int argc, char **argv) {
    struct options o = {
        "supervm compile [OPTION]... FILE -o OUT.svm",
        "Brings a program into SuperVM's bytecode, checked, and writes it to a file that every command takes.", opts,
        argc, argv};
    struct svm_load_options load = SVM_LOAD_INIT;
    const char *to = NULL;
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        switch (key) {
        case 'o': to = optarg; break;
        case FORMAT: load.front = optarg; break;
        default: return status;
        }
    }
    if (optind + 1 != argc)
        return complain(optind < argc ? "one FILE only, not also %s" : "compile: which FILE? (--help)", argv[argc - 1]);
    if (!to)
        return complain("compile: which file to write? (-o OUT.svm)");
    return compile(argv[optind], to, &load);
}
