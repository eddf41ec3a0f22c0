/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_engines.c - supervm engines: the usable ones, a name first on each line, fastest first. */
#include "cli/cli.h"
#include <getopt.h>

static const struct opt opts[] = {
    {'a', "all", NULL, "those not usable on this machine too"},
    {0, NULL, NULL, NULL},
};

int cmd_engines(int argc, char **argv) {
    struct options o = {"supervm engines [OPTION]...", "Lists the engines that are usable here, the fastest first.",
                        opts, argc, argv};
    const struct svm_engine_info *e;
    struct svm_error err;
    bool all = false;
    struct svm *vm;
    int key, status = EXIT_WELL;
    size_t i;
    while ((key = next_option(&o, &status)))
        if (key == OPT_DONE)
            return status;
        else
            all = true;
    if (optind < argc)
        return complain("engines takes no operand: %s", argv[optind]);
    vm = svm_new(NULL, &err);
    if (!vm)
        return refuse("%s", err.text);
    for (i = 0; (e = svm_engine_at(vm, i)); i++)
        if (e->usable || all)
            printf("%-10s %s%s\n", e->name, e->about, e->usable ? "" : " (not usable on this machine)");
    svm_free(vm);
    return EXIT_WELL;
}
