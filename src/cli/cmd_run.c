/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* cmd_run.c - supervm run: options in; a program loaded, linked and run; what came out, told. */
#include "base/platform.h"
#include "cli/json.h"
#include "cli/run.h"
#include "cli/whole.h"
#include "io/workers.h"
#include "supervm/native.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAP_FILE = 256,
    MAPS,
    BUDGET,
    TRACE,
    REGS,
    CPUS,
    WORKERS,
    STATS,
    KCONFIG,
    BTF,
    VERIFY,
    UNSAFE,
    NO_FUEL,
    HARDEN,
    EAGER,
    DEBUG,
    PERF,
    FORMAT,
    CTX,
    INVOKE,
    TIMEOUT,
    MAX_MEMORY,
    BPF,
    CONTROL,
    DIR_OPTION,
    ENV_OPTION,
    STUB_IMPORTS,
    NATIVE,
    OPT_LEVEL,
    CACHE,
    DUMP_IR,
    TIME_PASSES
};

static const struct opt opts[] = {
    {'p', "prog", "NAME", "the program to run, where FILE has several"},
    {'i', "pcap", "IN", "run it over each packet of a pcap or pcapng file"},
    {'o', "out", "OUT", "write the packets that go on to a pcap file, or pcapng where OUT ends so"},
    {WORKERS, "workers", "N", "with --pcap: N threads, each with the packets of its own flows"},
    {'m', "mem", "FILE|HEX", "run it over these bytes: r1 = address, r2 = length"},
    {CTX, "ctx", "TYPE", "what it gets: xdp, tc, socket_filter, syscall, kprobe, ..., raw (default: by its section)"},
    {'e', "engine", "NAME", "see supervm engines"},
    {'n', "repeat", "N", "run N times and measure"},
    {INVOKE, "invoke", "NAME", "WebAssembly: the function to call; its arguments stand behind FILE (default: _start)"},
    {DIR_OPTION, "dir", "HOST[::GUEST]", "WASI: the program may use this directory, by the name GUEST"},
    {ENV_OPTION, "env", "NAME=VALUE", "WASI: a variable of its environment"},
    {STUB_IMPORTS, "stub-imports", NULL, "WebAssembly: imported functions that nobody provides trap when called"},
    {TIMEOUT, "timeout", "MS", "WebAssembly: stop it after so many milliseconds"},
    {MAX_MEMORY, "max-memory", "BYTES", "WebAssembly: of all linear memories and tables (default 16 GiB)"},
    {BPF, "bpf", "FILE[=NAME]", "WebAssembly: eBPF whose maps and programs it may open, as MAP, or NAME.MAP"},
    {CONTROL, "control", "FILE", "WebAssembly that fills and reads the maps of the program while it runs"},
    {'s', "set", "VAR=VALUE", "set a global variable before the program is compiled"},
    {MAP_FILE, "map-file", "FILE", "fill maps before the run: lines of MAP KEYHEX VALUEHEX"},
    {MAPS, "maps", NULL, "print what the maps hold after the run"},
    {STATS, "stats", NULL, "print what the runs did: times, instructions, map operations, events lost"},
    {TRACE, "trace", NULL, "print the lines of bpf_trace_printk"},
    {REGS, "regs", NULL, "print the registers on a trap"},
    {'j', "json", NULL, "print one JSON object"},
    {BUDGET, "budget", "N", "instructions a run may take (default 1G; WebAssembly: any number)"},
    {BUDGET, "fuel", "N", "the same"},
    {CPUS, "cpus", "N", "slots of per-CPU maps"},
    {BTF, "btf", "FILE", "relocate CO-RE against this BTF (default: the object's own)"},
    {KCONFIG, "kconfig", "FILE", "lines of CONFIG_X=y for .kconfig variables"},
    {FORMAT, "format", "NAME", "what FILE is: elf, raw, hex, asm, svmasm, wasm, svm (default: by content)"},
    {NATIVE, "native", NULL, "FILE is a shared library of supervm compile: native code, which you trust"},
    {VERIFY, "verify", "MODE", "guarded: check while running what is not proven (default); strict: refuse it; off: do neither"},
    {UNSAFE, "unsafe", NULL, "allow --verify=off: only for code that you trust"},
    {NO_FUEL, "no-fuel", NULL, "no budget: a run may never end"},
    {HARDEN, "harden", NULL, "machine code that withstands guests who play on speculation (slower)"},
    {EAGER, "eager", "N", "compile all functions of a module first, in N threads (default: each when it is called)"},
    {DEBUG, "debug", NULL, "tell gdb of machine code: functions, lines, backtraces"},
    {PERF, "perf", NULL, "tell perf of it: /tmp/perf-PID.map, and jit-PID.dump in $JITDUMPDIR (or /tmp)"},
    {OPT_LEVEL, "opt", "N", "engine llvm: how hard it tries, 1 to 3 (default 2)"},
    {CACHE, "cache", "DIR|none", "engine llvm: where it keeps what it has compiled (default: supervm in ~/.cache)"},
    {DUMP_IR, "dump-ir", "before|after", "engine llvm: print LLVM's form of the program before or after its passes"},
    {TIME_PASSES, "time-passes", NULL, "engine llvm: print how long it took"},
    {0, NULL, NULL, NULL},
};

static int number(const char *option, const char *text, u64 most, u64 *out) {
    if (read_number(text, out) && *out && *out <= most)
        return EXIT_WELL;
    return complain("--%s %s: a number from 1 to %llu is wanted", option, text, (unsigned long long)most);
}

static int append(const char ***list, u32 *n, const char *text) {
    const char **rows = reallocarray(*list, *n + 2, sizeof *rows);
    if (!rows)
        return refuse("out of memory");
    *list = rows;
    rows[(*n)++] = text;
    rows[*n] = NULL;
    return EXIT_WELL;
}

static int verify_mode(struct run *r, const char *text) {
    r->verify_off = !strcmp(text, "off");
    r->verify = !strcmp(text, "strict") ? SVM_VERIFY_STRICT : r->verify_off ? SVM_VERIFY_NONE : SVM_VERIFY_GUARDED;
    return r->verify != SVM_VERIFY_GUARDED || !strcmp(text, "guarded")
               ? 0
               : complain("--verify %s: strict, guarded or off", text);
}

static int cache_folder(struct run *r, const char *text) {
    r->cache = !strcmp(text, "none") ? "" : text;
    return !*r->cache || *r->cache == '/' ? 0 : complain("--cache %s: an absolute path, or none", text);
}

static int take_option(struct run *r, int key) {
    switch (key) {
    case 'p': r->prog = optarg; return 0;
    case 'i': r->pcap = optarg; return 0;
    case 'o': r->out = optarg; return 0;
    case 'm': r->mem = optarg; return 0;
    case 'e': r->engine = optarg; return 0;
    case 'j': r->json = true; return 0;
    case 's': return append(&r->set, &r->nset, optarg);
    case 'n': return number("repeat", optarg, UINT64_MAX >> 1, &r->repeat);
    case CTX: r->ctx = optarg; return 0;
    case MAP_FILE: return append(&r->map_file, &r->nmap_file, optarg);
    case MAPS: r->maps = true; return 0;
    case STATS: r->stats = true; return 0;
    case TRACE: r->trace = true; return 0;
    case REGS: r->regs = true; return 0;
    case BUDGET: return number("budget", optarg, INT64_MAX, &r->budget);
    case CPUS: return number("cpus", optarg, 4096, &r->cpus);
    case WORKERS: return number("workers", optarg, MAX_WORKERS, &r->workers);
    case BTF: r->btf = optarg; return 0;
    case KCONFIG: r->kconfig = optarg; return 0;
    case FORMAT: r->format = optarg; return 0;
    case VERIFY: return verify_mode(r, optarg);
    case UNSAFE: r->unsafe = true; return 0;
    case INVOKE: r->invoke = optarg; return 0;
    case TIMEOUT: return number("timeout", optarg, UINT32_MAX, &r->timeout);
    case MAX_MEMORY: return number("max-memory", optarg, INT64_MAX, &r->max_memory);
    case BPF: return append(&r->bpf, &r->nbpf, optarg);
    case CONTROL: r->control_file = optarg; return 0;
    case NO_FUEL: r->no_fuel = true; return 0;
    case HARDEN: r->harden = true; return 0;
    case EAGER: return number("eager", optarg, 64, &r->eager);
    case DEBUG: r->debug = true; return 0;
    case PERF: r->perf = true; return 0;
    case DIR_OPTION: return append(&r->dir, &r->ndir, optarg);
    case ENV_OPTION:
        if (!strchr(optarg, '=') || *optarg == '=')
            return complain("--env %s: NAME=VALUE is wanted", optarg);
        return append(&r->env, &r->nenv, optarg);
    case NATIVE: r->native = true; return 0;
    case STUB_IMPORTS: r->stub_imports = true; return 0;
    case OPT_LEVEL: return number("opt", optarg, 3, &r->level);
    case CACHE: return cache_folder(r, optarg);
    case DUMP_IR: r->dump_ir = optarg; return 0;
    case TIME_PASSES: r->time_passes = true; return 0;
    }
    return EXIT_USAGE;
}

static int read_options(struct run *r, int argc, char **argv, bool *done) {
    struct options o = {"supervm run [OPTION]... FILE [ARGUMENT]...",
                        "Runs a program: an eBPF object, raw instructions, hex, assembly, a C file, or WebAssembly.\n"
                        "The exit status of a WASI program is its own; 124: it reached a limit, 125: it trapped.",
                        opts, argc, argv};
    int key, status = EXIT_WELL;
    while ((key = next_option(&o, &status))) {
        *done = key == OPT_DONE;
        if (*done || (status = take_option(r, key)))
            return status;
    }
    if (optind >= argc)
        return complain("run: which FILE? (--help)");
    r->file = argv[optind];
    r->args = argv + optind + 1;
    r->nargs = (u32)(argc - optind - 1);
    if (r->verify_off != r->unsafe)
        return complain(r->unsafe ? "--unsafe allows --verify=off, and nothing else"
                                  : "--verify=off: memory accesses would not be checked at all; say --unsafe too, for code "
                                    "that you trust");
    if (r->pcap && r->mem)
        return complain("--pcap and --mem: one of the two");
    if (r->out && !r->pcap)
        return complain("--out needs --pcap");
    if (r->workers > 1 && !r->pcap)
        return complain("--workers needs --pcap");
    if (r->cpus && r->cpus < r->workers)
        return complain("--cpus %llu: fewer than the %llu --workers, each of which has a slot of its own",
                        (unsigned long long)r->cpus, (unsigned long long)r->workers);
    if (r->ctx && kind_named(r->ctx) == SVM_KIND_OTHER)
        return complain("--ctx %s: xdp, tc, socket_filter, cgroup_skb, syscall, raw_tracepoint, tracepoint, kprobe, "
                        "perf_event, fentry, fexit or raw", r->ctx);
    return EXIT_WELL;
}

static int make_runtime(struct run *r) {
    struct svm_config c = SVM_CONFIG_INIT;
    struct svm_error err;
    c.engine = r->engine;
    c.budget = r->budget;
    c.cpus = (u32)(r->cpus ? r->cpus : r->workers > 1 && r->workers > os_ncpu() ? r->workers : 0);
    c.unsafe_no_checks = r->verify_off;
    c.no_fuel = r->no_fuel;
    c.harden = r->harden;
    c.eager = (uint32_t)r->eager;
    c.debug = r->debug;
    c.perf = r->perf;
    c.level = (uint32_t)r->level;
    c.cache = r->cache;
    c.dump_ir = r->dump_ir;
    c.time_passes = r->time_passes;
    c.max_memory = r->max_memory;
    c.print = print_line;
    c.print_arg = r;
    r->vm = svm_new(&c, &err);
    return r->vm ? 0 : complain("%s", err.text);
}

static int load(struct run *r) {
    struct svm_load_options o = SVM_LOAD_INIT;
    struct buf kconfig = {0};
    struct svm_error err;
    int status = EXIT_WELL;
    if (r->native) { /* asked for, never by what the file looks like */
        r->module = svm_module_open_native(r->vm, r->file, &err);
        return r->module ? EXIT_WELL : refuse("%s", err.text);
    }
    o.target_btf = r->btf;
    o.front = r->format;
    if (r->kconfig) {
        errno = 0;
        if (buf_read_file(&kconfig, r->kconfig, 16 << 20))
            status = refuse("%s: %s", r->kconfig, errno ? strerror(errno) : "too long");
        o.kconfig = buf_str(&kconfig);
    }
    if (!status)
        r->module = load_input(r->vm, r->file, &o, &status);
    buf_free(&kconfig);
    return status;
}

/* A file that can be read again, and begins as a module of WebAssembly does. */
static bool is_wasm_file(const char *path) {
    static const char magic[] = "\0asm";
    char head[sizeof magic - 1];
    struct stat st;
    int fd = stat(path, &st) || !S_ISREG(st.st_mode) ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    bool is = fd >= 0 && read(fd, head, sizeof head) == sizeof head && !memcmp(head, magic, sizeof head);
    if (fd >= 0)
        close(fd);
    return is;
}

/* Nothing of the eBPF world is wanted. */
static bool is_wasm_alone(const struct run *r) {
    const char *engine = r->engine ? r->engine : getenv("SVM_ENGINE");
    if (r->native || (engine && !strcmp(engine, "llvm"))) /* a library */
        return false;
    return !r->pcap && !r->json && !r->maps && !r->nbpf && !r->control_file && is_wasm_file(r->file);
}

static int run_program(struct run *r) {
    int status;
    if (r->nargs)
        return complain("one FILE only, not also %s", r->args[r->nargs - 1]);
    if (r->nbpf && !r->control_file)
        return complain("--bpf is for WebAssembly, and %s is none: what may open it? (--control)", r->file);
    (void)((status = r->json ? json_open() : 0) || (status = choose_program(r)) || (status = link_chosen(r)) ||
           (status = control_start(r)) || (status = r->pcap ? run_pcap(r) : run_mem(r)) || (status = control_end(r)));
    if (!status && r->json)
        status = print_json(r);
    else if (!status)
        tell_run(r);
    return status ? status : tell_trap(r);
}

int cmd_run(int argc, char **argv) {
    struct run r = {.repeat = 1, .workers = 1, .verify = SVM_VERIFY_GUARDED};
    bool done = false;
    int status = read_options(&r, argc, argv, &done);
    if (!status && !done && !is_wasm_alone(&r))
        status = whole_instead();
    if (!status && !done && !(status = make_runtime(&r)) && !(status = load(&r)))
        status = module_is_called(r.module) ? run_typed(&r) : run_program(&r);
    whole_leave(status);
    guests_drop(&r);
    shares_drop(&r);
    svm_instance_free(r.instance);
    guest_bpf_drop(&r);
    svm_program_free(r.program);
    svm_module_free(r.module);
    svm_free(r.vm);
    free(r.set);
    free(r.dir);
    free(r.env);
    free(r.map_file);
    free(r.records);
    return status;
}
