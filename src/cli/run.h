/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run.h - what the parts of "supervm run" share: what was asked for, and what came out. */
#ifndef CLI_RUN_H
#define CLI_RUN_H
#include "cli/cli.h"
#include <stdatomic.h>

/* --- verdict.c --- */

enum { MAX_VERDICTS = 32 };
struct verdict {
    u64 value, count;
    char name[40];
    bool keep;                     /* the packet goes on */
};
struct verdicts {
    struct verdict row[MAX_VERDICTS]; /* the last one takes what finds no room: "other" */
    u32 n;
};
/* Counts one result; how many bytes of a packet of len go on (0: none). */
u32 verdict_count(struct verdicts *v, enum svm_kind kind, u64 ret, u32 len);
void verdict_name(enum svm_kind kind, u64 ret, char *out, size_t size); /* "XDP_PASS", "0x7" */
void verdicts_sort(struct verdicts *v);
bool takes_packets(enum svm_kind kind);
enum svm_kind kind_named(const char *name); /* of --ctx; SVM_KIND_OTHER: no such name */

/* --- a ring buffer's records, taken out while the run goes on so that it does not fill --- */

enum { KEPT_RECORDS = 8, KEPT_BYTES = 256 };
struct records {
    struct svm_map *map;
    const char *name;
    u64 count, bytes;
    u32 kept;                      /* the first few, for showing */
    struct { u32 len; u8 data[KEPT_BYTES]; } first[KEPT_RECORDS];
};

/* What one of the --workers runs, and what it has counted: in a cache line of its own. */
struct share {
    _Alignas(64) struct svm_instance *instance;
    u64 packets, insns, traps;
    struct svm_result first_trap;
    struct svm_error first_error;
    u64 first_packet;              /* where it happened, from 1 */
    atomic_bool failed;            /* an error that is no trap: it stops */
};

struct run {
    /* asked for */
    const char *file, *prog, *pcap, *out, *mem, *ctx, *engine, *format, *kconfig, *btf;
    const char **set, **map_file, **bpf; /* NULL-ended */
    u32 nset, nmap_file, nbpf;
    const char *control_file;
    u64 repeat, budget, cpus, workers, max_insns, stack;
    bool json, maps, stats, trace, regs, unsafe, verify_off, no_fuel, harden, debug, perf;
    enum svm_verify_mode verify;
    u64 eager, level;
    const char *cache, *dump_ir;
    bool time_passes;
    const char *invoke;            /* of WebAssembly: the function, its arguments */
    char **args;
    u32 nargs;
    u64 timeout, max_memory;       /* milliseconds, bytes; 0: none, the default */
    const char **dir, **env;       /* of WASI: HOST[::GUEST], NAME=VALUE; NULL-ended */
    u32 ndir, nenv;
    bool stub_imports;
    bool native;                   /* file is a shared library that holds the module and its code */

    /* made of it */
    struct svm *vm;
    struct svm_module *module;
    struct svm_program *program;
    struct svm_instance *instance;
    bool wasi;                     /* the module imports functions of WASI */
    struct share *share;           /* one for each worker, with --pcap */
    const struct svm_entry *entry;
    struct svm_prog_info info;
    enum svm_kind kind;
    struct records *records;
    u32 nrecords;
    struct beside *beside;         /* nbpf of them */
    struct control *control;
    struct guest_bpf *guest_bpf;
    struct progress progress;

    /* came out */
    u64 runs, ns, insns, traps, packets;
    atomic_ullong lines;           /* of trace_printk */
    u64 ret;                       /* of the last run */
    struct svm_result first_trap;
    struct svm_error first_error;
    u64 first_packet;              /* where it happened, from 1; 0: not over packets */
    struct verdicts verdicts;
};

/* run_ebpf.c: the program and what it runs over, by --prog and --ctx, else the only one and its section */
int choose_program(struct run *r);
int link_chosen(struct run *r);    /* with --set, --map-file and so on */
int print_line(void *run, const char *text, size_t len); /* trace_printk: a line a call; in the thread of a worker */
void tell_run(struct run *r);      /* what came out */
int tell_trap(const struct run *r);
bool module_is_called(const struct svm_module *m); /* run_typed.c: has functions to call, and no programs */
int run_typed(struct run *r);
/* run_wasi.c: what the guest is granted, put into l, where the module asks for it; how its calls that trapped end */
int wasi_grant(struct run *r, struct svm_linker *l);
bool wasi_exited(const struct run *r, int *status);
int run_mem(struct run *r);        /* run_mem.c */
int run_pcap(struct run *r);       /* run_pcap.c */
/* One packet where it lies; *f is what became of it, with its verdict. Negative: it trapped, or could not run. */
struct frame;
int run_packet(struct svm_instance *in, const struct svm_entry *entry, enum svm_kind kind, bool ethernet, bool want_regs,
               struct frame *f, struct svm_result *res, struct svm_error *err);
void shares_drop(struct run *r);

/* guest.c */
int guest_grants(struct run *r, struct svm_linker *l); /* what a module may open: all of --bpf */
int control_start(struct run *r);  /* nothing without --control, all three */
int control_packets(struct run *r);
int control_end(struct run *r);
void guests_drop(struct run *r);

/* guest_bpf.c: the import module wasm_bpf, where the module asks for it */
bool wants_wasm_bpf(const struct svm_module *m);
int guest_bpf_grant(struct run *r, struct svm_linker *l);
void guest_bpf_drop(struct run *r);

/* map_file.c: lines of "MAP KEYHEX VALUEHEX" into the program's maps */
int load_map_file(struct run *r, const char *path);

/* show_maps.c */
int records_open(struct run *r);   /* finds the ring buffers */
void records_take(struct run *r);
void show_maps(struct run *r);     /* as text, to standard output */

/* show_stats.c: what the runs did, as text */
void show_stats(const struct run *r);

/* map_walk.c: the entries of a map worth showing (arrays: those that are not all zero) */
typedef bool entry_fn(void *arg, const u8 *key, const u8 *value); /* false: enough */
bool map_walk(struct svm_map *map, entry_fn *fn, void *arg);
bool map_is_data(const struct svm_map_info *info);   /* .bss and the like: shown as variables */
bool map_is_hidden(const struct svm_map_info *info); /* constants, programs: nothing that a run makes */
bool read_integer(const u8 *p, size_t n, u64 *out);  /* of 1, 2, 4 or 8 bytes */

/* run_json.c */
int print_json(struct run *r);

/* btf_text.c: values through their types, in C notation or as JSON */
struct types;
struct types *types_open(const struct svm_module *m);          /* NULL: no types known */
bool types_print(struct types *t, u32 id, const u8 *p, size_t n, bool json, struct buf *b); /* false: cannot */
void types_close(struct types *t);

#endif
