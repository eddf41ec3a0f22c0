/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_disasm.c - supervm disasm: a file in, its instructions out, as llvm-objdump -d prints them. */
#include "cli/cli.h"
#include <getopt.h>
#include <string.h>

enum { NO_HEX = 256, FORMAT, NATIVE };

static const struct opt opts[] = {
    {'S', "source", NULL, "source lines between the instructions"},
    {'p', "prog", "NAME", "only this program or function"},
    {NO_HEX, "no-show-raw-insn", NULL, "without the bytes"},
    {NATIVE, "native", NULL, "machine code below each instruction, as an engine makes it"},
    {'e', "engine", "NAME", "with --native: which engine; see supervm engines"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

struct job {
    const char *path, *prog, *engine;
    unsigned flags;
    bool native;
    struct svm_load_options load;
};

static struct svm_program *link_for(struct svm_module *m, const char *engine, struct svm_error *err) {
    struct svm_link_options o = SVM_LINK_INIT;
    o.engine = engine ? engine : "jit";
    return svm_program_link(m, &o, err);
}

static int print(const struct job *j, struct svm_module *m) {
    struct svm_error err = {0};
    struct svm_program *p = NULL;
    int rc;
    if (j->native && !(p = link_for(m, j->engine, &err)))
        return refuse("%s: %s", j->path, err.text);
    if (!j->prog)
        printf("\n%s:\tfile format %s\n\n", j->path, strcmp(svm_module_front(m), "elf") ? svm_module_front(m) : "elf64-bpf");
    rc = p ? svm_program_disasm(p, j->prog, j->flags, stdout, &err) : svm_module_disasm(m, j->prog, j->flags, stdout);
    svm_program_free(p);
    if (rc == SVM_ENOENT)
        return complain("%s has no program or function %s", j->path, j->prog);
    if (rc)
        return refuse("%s: %s", j->path, *err.text ? err.text : svm_code_text(rc));
    return EXIT_WELL;
}

static int disasm(const struct job *j) {
    struct svm_error err;
    struct svm *vm = svm_new(NULL, &err);
    struct svm_module *m = NULL;
    int status = EXIT_WELL;
    if (!vm)
        status = refuse("%s", err.text);
    else if ((m = load_input(vm, j->path, &j->load, &status)))
        status = print(j, m);
    svm_module_free(m);
    svm_free(vm);
    return status;
}

int cmd_disasm(int argc, char **argv) {
    struct options o = {"supervm disasm [OPTION]... FILE", "Prints the instructions of a file, relocated and checked.",
                        opts, argc, argv};
    struct job j = {.flags = SVM_DISASM_HEX, .load = SVM_LOAD_INIT};
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        switch (key) {
        case 'S': j.flags |= SVM_DISASM_SOURCE; break;
        case 'p': j.prog = optarg; break;
        case NO_HEX: j.flags &= ~(unsigned)SVM_DISASM_HEX; break;
        case NATIVE: j.native = true; break;
        case 'e': j.engine = optarg; break;
        case FORMAT: j.load.front = optarg; break;
        default: return status;
        }
    }
    if (optind + 1 != argc)
        return complain(optind < argc ? "one FILE only, not also %s" : "disasm: which FILE? (--help)", argv[argc - 1]);
    if (j.engine && !j.native)
        return complain("--engine says what --native shows");
    j.path = argv[optind];
    return disasm(&j);
}
