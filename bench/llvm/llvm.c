/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* llvm.c - how long LLVM takes to compile, and how long a program takes to be there that it has compiled before.
 *
 * in:  an eBPF object, a WebAssembly module
 * out: a row a figure, with its bar, and with --json a file of the same */
#include "llvm.h"
#include <getopt.h>

int main(int argc, char **argv) {
    static const struct option opts[] = {{"json", required_argument, NULL, 'j'}, {NULL, 0, NULL, 0}};
    const char *json = NULL;
    struct report r = {0};
    bool good;
    int key;
    while ((key = getopt_long(argc, argv, "", opts, NULL)) != -1) {
        if (key != 'j')
            return 1;
        json = optarg;
    }
    if (optind + 2 != argc) {
        fprintf(stderr, "usage: supervm-bench-llvm [--json FILE] PROGRAM.bpf.o MODULE.wasm\n");
        return 1;
    }
    good = bench_straight(&r) && bench_hit(&r, argv[optind]) && bench_module(&r, argv[optind + 1]);
    printf("\n%u of %u bars met\n", r.met, r.bars);
    return !(good && (!json || report_json(&r, json)));
}
