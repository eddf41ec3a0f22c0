/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - supervm COMMAND ...: finds the command in the table and runs it. */
#include "cli/cli.h"
#include "cli/whole.h"
#include <string.h>

static const struct command commands[] = {
    {"run", "run a program: over packets, over a buffer, or a function of WebAssembly", cmd_run},
    {"info", "say what a file contains", cmd_info},
    {"verify", "prove programs safe, or say why not", cmd_verify},
    {"disasm", "print the instructions of a file", cmd_disasm},
    {"asm", "assemble text", cmd_asm},
    {"compile", "bring a program into bytecode", cmd_compile},
    {"engines", "list the engines that are usable here", cmd_engines},
};

static void usage(FILE *f) {
    size_t i;
    fprintf(f, "usage: supervm COMMAND [OPTION]... [FILE]\n"
               "Runs eBPF and WebAssembly programs in user space.\n\ncommands:\n");
    for (i = 0; i < COUNT(commands); i++)
        fprintf(f, "  %-10s %s\n", commands[i].name, commands[i].about);
    fprintf(f, "\n  supervm COMMAND --help   options of a command\n"
               "  supervm --version        version\n");
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : NULL;
    size_t i;
    whole_begin();
    if (!name) {
        usage(stderr);
        return EXIT_USAGE;
    }
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        usage(stdout);
        return flush_output();
    }
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        printf("supervm %s\n", svm_version());
        return flush_output();
    }
    for (i = 0; i < COUNT(commands); i++)
        if (!strcmp(commands[i].name, name)) {
            int status = commands[i].run == cmd_run ? EXIT_WELL : whole_instead();
            status = status ? status : commands[i].run(argc - 1, argv + 1);
            int flushed = flush_output();
            return status ? status : flushed;
        }
    complain("unknown command %s", name);
    usage(stderr);
    return EXIT_USAGE;
}
