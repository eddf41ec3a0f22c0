/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_asm.c - supervm asm: assembly text in; hex or raw instructions out. */
#include "cli/cli.h"
#include "isa/isa.h"
#include <errno.h>
#include <getopt.h>
#include <string.h>

enum { SVM = 256, TEXT_LIMIT = 64 << 20 };

static const struct opt opts[] = {
    {'x', "hex", NULL, "print one line of hex bytes (the default without --out)"},
    {'o', "out", "OUT", "write the instructions to a file, 8 bytes each"},
    {SVM, "svm", NULL, "SuperVM assembly: wide forms, .func, .reg, .memory"},
    {0, NULL, NULL, NULL},
};

static int write_file(const char *path, const void *p, size_t n) {
    FILE *f = strcmp(path, "-") ? fopen(path, "wb") : stdout;
    bool ok;
    if (!f)
        return refuse("%s: %s", path, strerror(errno));
    ok = fwrite(p, 1, n, f) == n;
    if (f != stdout)
        ok = !fclose(f) && ok;
    return ok ? EXIT_WELL : refuse("%s: %s", path, strerror(errno));
}

static int assemble(const char *path, const char *to, bool hex, bool svm) {
    struct error e = {0};
    struct asm_out out = {0};
    struct buf text = {0};
    int status = EXIT_WELL;
    errno = 0;
    if (buf_read_file(&text, path, TEXT_LIMIT)) {
        status = refuse("%s: %s", path, errno ? strerror(errno) : "too long");
    } else if (isa_asm(buf_str(&text), text.len, svm, &out, &e)) {
        status = refuse("%s: %s", path, e.text);
    } else {
        if (to)
            status = write_file(to, out.slots.data, out.slots.len);
        if (hex || !to) {
            struct buf b = {0};
            print_hex(&b, out.slots.data, out.slots.len, " ");
            puts(buf_str(&b));
            buf_free(&b);
        }
    }
    asm_out_free(&out);
    buf_free(&text);
    return status;
}

int cmd_asm(int argc, char **argv) {
    struct options o = {"supervm asm [OPTION]... FILE",
                        "Assembles bpf_conformance's or llvm-objdump's notation; FILE may be - for standard input.",
                        opts, argc, argv};
    const char *to = NULL;
    bool hex = false, svm = false;
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        switch (key) {
        case 'x': hex = true; break;
        case 'o': to = optarg; break;
        case SVM: svm = true; break;
        default: return status;
        }
    }
    if (optind + 1 != argc)
        return complain(optind < argc ? "one FILE only, not also %s" : "asm: which FILE? (--help)", argv[argc - 1]);
    return assemble(argv[optind], to, hex, svm);
}
