/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm.c - how long LLVM takes to compile, and how long a program takes to be there that it has compiled before.
 *
 * in:  an eBPF object, a WebAssembly module, which is grown to 10 MB (or so many)
 * out: a row a figure, with its bar, and with --json a file of the same */
#include "llvm.h"
#include <getopt.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    static const struct option opts[] = {
        {"json", required_argument, NULL, 'j'}, {"mb", required_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
    const char *json = NULL;
    struct report r = {0};
    unsigned mb = 10;
    bool good;
    int key;
    while ((key = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        if (key == 'j')
            json = optarg;
        else if (key == 'm')
            mb = (unsigned)strtoul(optarg, NULL, 10);
        else
            return 1;
    }
    if (optind + 2 != argc || !mb || mb > 100) {
        fprintf(stderr, "usage: supervm-bench-llvm [--json FILE] [--mb MEGABYTES] PROGRAM.bpf.o MODULE.wasm\n");
        return 1;
    }
    good = bench_straight(&r) && bench_hit(&r, argv[optind]) && bench_module(&r, argv[optind + 1], mb);
    printf("\n%u of %u bars met\n", r.met, r.bars);
    return !(good && (!json || report_json(&r, json)));
}
