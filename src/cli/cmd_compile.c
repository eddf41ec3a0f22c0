/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_compile.c - supervm compile: a program of any kind in; out, what its name's ending says, or --emit: bytecode, an
 * object with a C header, a shared library, an executable, LLVM's forms. */
#include "cli/cli.h"
#include "supervm/native.h"
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    FORMAT = 256,
    EMIT,
    TARGET,
    CPU,
    FEATURES,
    NAME,
    VERIFY,
    UNSAFE,
    NO_FUEL,
    HARDEN,
    BOUNDS,
    CC,
    CTX,
    DUMP_IR,
    TIME_PASSES,
    MOST_SET = 64
};

static const struct opt opts[] = {
    {'o', "out", "OUT", "the file to write (needed)"},
    {EMIT, "emit", "KIND",
     "svm, obj, shared, exe, asm, ir, bc (default: by OUT's ending: .svm .o .so .s .ll .bc, none: exe)"},
    {'O', "opt", "LEVEL", "1 to 3 (default 2)"},
    {'g', "debug", NULL, "with the lines of the program's source, for gdb and perf"},
    {TARGET, "target", "TRIPLE", "another machine, as LLVM calls it: aarch64-linux-gnu, riscv64-linux-gnu, ..."},
    {CPU, "cpu", "NAME", "the processor it is for (default: this one; with --target what all have)"},
    {FEATURES, "features", "LIST", "of the processor, as LLVM has them: +avx2,-bmi"},
    {NAME, "name", "NAME", "of an object's symbols in C (default: OUT's name)"},
    {'s', "set", "VAR=VALUE", "set a global variable, a constant too"},
    {VERIFY, "verify", "MODE",
     "guarded: check while running what is not proven (default); strict: refuse it; off: do neither"},
    {UNSAFE, "unsafe", NULL, "allow --verify=off: only for code that you trust"},
    {NO_FUEL, "no-fuel", NULL, "no budget: a run may never end"},
    {HARDEN, "harden", NULL, "code that withstands guests who play on speculation (slower)"},
    {BOUNDS, "bounds", NULL, "compare accesses of WebAssembly's memory with its end (default: where the processor does not find them)"},
    {CTX, "ctx", "TYPE", "what programs whose section does not say are given: xdp, tc, ..."},
    {CC, "cc", "COMMAND", "the C compiler that links .so and exe (default: cc, or that of the target)"},
    {DUMP_IR, "dump-ir", "before|after", "print LLVM's form of the program before or after its passes"},
    {TIME_PASSES, "time-passes", NULL, "print how long they took"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {0, NULL, NULL, NULL},
};

static const struct {
    const char *name, *ending;
    enum svm_emit_kind kind;
} kinds[] = {
    {"svm", ".svm", SVM_EMIT_SVM},    {"obj", ".o", SVM_EMIT_OBJECT}, {"shared", ".so", SVM_EMIT_SHARED},
    {"asm", ".s", SVM_EMIT_ASSEMBLY}, {"ir", ".ll", SVM_EMIT_IR},     {"bc", ".bc", SVM_EMIT_BITCODE},
    {"exe", "", SVM_EMIT_EXECUTABLE},
};

struct compile {
    const char *file, *out, *emit, *name, *verify;
    bool unsafe;
    struct svm_load_options load;
    struct svm_config config;
    struct svm_emit_options o;
    const char *set[MOST_SET + 1];
    u32 nset;
    char c_name[128]; /* made of OUT */
};

/* ---- what is asked for ---- */

static int level(const char *text, int *out) {
    if (text[0] < '1' || text[0] > '3' || text[1])
        return complain("-O %s: 1 to 3", text);
    *out = text[0] - '0';
    return EXIT_WELL;
}

static int take_option(struct compile *c, int key) {
    switch (key) {
    case 'o': c->out = optarg; break;
    case EMIT: c->emit = optarg; break;
    case 'O': return level(optarg, &c->o.level);
    case 'g': c->o.debug = true; break;
    case TARGET: c->o.target = optarg; break;
    case CPU: c->o.cpu = optarg; break;
    case FEATURES: c->o.features = optarg; break;
    case NAME: c->name = optarg; break;
    case VERIFY: c->verify = optarg; break;
    case UNSAFE: c->unsafe = true; break;
    case NO_FUEL: c->config.no_fuel = true; break;
    case HARDEN: c->config.harden = true; break;
    case BOUNDS: c->o.bounds = true; break;
    case DUMP_IR: c->config.dump_ir = optarg; break;
    case TIME_PASSES: c->config.time_passes = true; break;
    case CTX: c->o.context = optarg; break;
    case CC: c->o.cc = optarg; break;
    case FORMAT: c->load.front = optarg; break;
    case 's':
        if (c->nset == MOST_SET)
            return complain("--set: at most %d times", MOST_SET);
        c->set[c->nset++] = optarg;
        break;
    }
    return EXIT_WELL;
}

static int choose_verify(struct compile *c) {
    const char *v = c->verify ? c->verify : "guarded";
    bool off = !strcmp(v, "off");
    if (!off && strcmp(v, "strict") != 0 && strcmp(v, "guarded") != 0)
        return complain("--verify %s: strict, guarded or off", v);
    if (off != c->unsafe)
        return complain(
            off ? "--verify=off: memory accesses would not be checked at all; say --unsafe too, for code that you trust"
                : "--unsafe allows --verify=off, and nothing else");
    c->o.verify = off ? SVM_VERIFY_NONE : !strcmp(v, "strict") ? SVM_VERIFY_STRICT : SVM_VERIFY_GUARDED;
    c->config.unsafe_no_checks = off;
    return EXIT_WELL;
}

static int choose_kind(struct compile *c) {
    const char *slash = strrchr(c->out, '/'), *dot = strrchr(slash ? slash : c->out, '.');
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (c->emit ? !strcmp(kinds[i].name, c->emit) : !strcmp(kinds[i].ending, dot ? dot : "")) {
            c->o.kind = kinds[i].kind;
            return EXIT_WELL;
        }
    if (c->emit)
        return complain("--emit %s: svm, obj, shared, exe, asm, ir or bc", c->emit);
    return complain("%s: what is %s? Say --emit svm, obj, shared, exe, asm, ir or bc", c->out, dot);
}

/* out/xdp-filter.o: xdp_filter. */
static void choose_name(struct compile *c) {
    const char *slash = strrchr(c->out, '/'), *p = slash ? slash + 1 : c->out;
    size_t n = 0;
    if (isdigit((unsigned char)*p))
        c->c_name[n++] = '_';
    for (; *p && *p != '.' && n < sizeof c->c_name - 1; p++)
        c->c_name[n++] = isalnum((unsigned char)*p) ? *p : '_';
    c->o.name = c->name ? c->name : n ? c->c_name : "program";
}

/* ---- what comes out ---- */

static int write_out(const char *path, const void *p, size_t n, bool executable) {
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(p, 1, n, f) == n;
    int why = errno;
    if (f && fclose(f) && ok) {
        ok = false;
        why = errno;
    }
    if (ok && executable) {
        mode_t mask = umask(0);
        umask(mask);
        ok = !chmod(path, 0777 & ~mask);
        why = errno;
    }
    if (ok)
        return EXIT_WELL;
    if (f)
        remove(path); /* half a file is none */
    return refuse("%s: %s", path, strerror(why));
}

static int emit(struct compile *c, struct svm_module *m, enum svm_emit_kind kind, const char *path) {
    struct svm_emit_options o = c->o;
    struct svm_error err;
    void *p;
    size_t n;
    int status;
    o.kind = kind;
    if (svm_module_emit(m, &o, &p, &n, &err))
        return refuse("%s: %s", c->file, err.text);
    status = write_out(path, p, n, kind == SVM_EMIT_EXECUTABLE || kind == SVM_EMIT_SHARED);
    free(p);
    return status;
}

/* Beside the object: out/xdp.o, out/xdp.h. */
static int emit_header(struct compile *c, struct svm_module *m) {
    size_t n = strlen(c->out);
    char *path = malloc(n + 3);
    int status;
    if (!path)
        return refuse("out of memory");
    memcpy(path, c->out, n + 1);
    strcpy(n > 2 && !strcmp(path + n - 2, ".o") ? path + n - 2 : path + n, ".h");
    status = emit(c, m, SVM_EMIT_HEADER, path);
    free(path);
    return status;
}

static int compile(struct compile *c) {
    struct svm_error err;
    struct svm *vm = svm_new(&c->config, &err);
    struct svm_module *m = NULL;
    int status = EXIT_WELL;
    if (!vm)
        status = refuse("%s", err.text);
    else if ((m = load_input(vm, c->file, &c->load, &status)))
        status = emit(c, m, c->o.kind, c->out);
    if (!status && c->o.kind == SVM_EMIT_OBJECT)
        status = emit_header(c, m);
    svm_module_free(m);
    svm_free(vm);
    return status;
}

int cmd_compile(int argc, char **argv) {
    struct options o = {
        "supervm compile [OPTION]... FILE -o OUT [-- START-OPTION...]",
        "Compiles a program before it runs: into bytecode, native code, or LLVM's forms.\n"
        "What stands behind -- are options of \"supervm run\" that an executable starts with: -- --dir=data",
        opts, argc, argv};
    struct compile c = {.load = SVM_LOAD_INIT, .config = SVM_CONFIG_INIT, .o = SVM_EMIT_INIT};
    int key, status = EXIT_WELL, dashes = 1;
    while (dashes < argc && strcmp(argv[dashes], "--") != 0)
        dashes++;
    o.argc = dashes;
    while ((key = next_option(&o, &status)))
        if (key == OPT_DONE || (status = take_option(&c, key)))
            return status;
    if (optind + 1 != dashes)
        return complain(optind < dashes ? "one FILE only, not also %s" : "compile: which FILE? (--help)",
                        argv[dashes - 1]);
    if (!c.out)
        return complain("compile: which file to write? (-o OUT)");
    c.file = argv[optind];
    if ((status = choose_verify(&c)) || (status = choose_kind(&c)))
        return status;
    if (dashes < argc && c.o.kind != SVM_EMIT_EXECUTABLE)
        return complain("%s: options behind -- are for an executable", argv[argc - 1]);
    choose_name(&c);
    c.o.set = c.set;
    c.o.start = dashes < argc ? (const char *const *)argv + dashes + 1 : NULL;
    return compile(&c);
}
