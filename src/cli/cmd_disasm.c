/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_disasm.c - supervm disasm: a file in, its instructions out, as llvm-objdump -d prints them. */
#include "cli/cli.h"
#include <getopt.h>
#include <string.h>

enum { NO_HEX = 256, FORMAT };

static const struct opt opts[] = {
    {'S', "source", NULL, "source lines between the instructions"},
    {'p', "prog", "NAME", "only this program or function"},
    {NO_HEX, "no-show-raw-insn", NULL, "without the bytes"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

static int disasm(const char *path, const char *prog, unsigned flags, const struct svm_load_options *load) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = NULL;
    int status = EXIT_WELL, rc;
    if (!vm) {
        status = refuse("%s", err.text);
    } else if ((m = load_input(vm, path, load, &status))) {
        if (!prog)
            printf("\n%s:\tfile format %s\n\n", path,
                   strcmp(svm_module_front(m), "elf") ? svm_module_front(m) : "elf64-bpf");
        rc = svm_module_disasm(m, prog, flags, stdout);
        if (rc == SVM_ENOENT)
            status = complain("%s has no program or function %s", path, prog);
        else if (rc)
            status = refuse("%s: %s", path, svm_code_text(rc));
    }
    svm_module_free(m);
    svm_free(vm);
    return status;
}

int cmd_disasm(int argc, char **argv) {
    struct options o = {"supervm disasm [OPTION]... FILE", "Prints the instructions of a file, relocated and checked.",
                        opts, argc, argv};
    struct svm_load_options load = SVM_LOAD_INIT;
    unsigned flags = SVM_DISASM_HEX;
    const char *prog = NULL;
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        switch (key) {
        case 'S': flags |= SVM_DISASM_SOURCE; break;
        case 'p': prog = optarg; break;
        case NO_HEX: flags &= ~(unsigned)SVM_DISASM_HEX; break;
        case FORMAT: load.front = optarg; break;
        default: return status;
        }
    }
    if (optind + 1 != argc)
        return complain(optind < argc ? "one FILE only, not also %s" : "disasm: which FILE? (--help)", argv[argc - 1]);
    return disasm(argv[optind], prog, flags, &load);
}
