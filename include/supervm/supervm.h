/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* supervm.h - run untrusted eBPF and WebAssembly programs in user space.
 *
 *   struct svm *vm = svm_new(NULL, &err);
 *   struct svm_module *m = svm_module_load_file(vm, "xdp.o", NULL, &err);
 *   struct svm_program *p = svm_program_link(m, NULL, &err);
 *   struct svm_instance *in = svm_instance_new(p, &err);
 *   svm_run(in, "xdp_prog", &input, &result, &err);          (eBPF)
 *   svm_call(in, "add", args, 2, results, 1, &err);          (WebAssembly)
 *
 * A runtime (svm) holds configuration, engines, helpers and named maps. A module is what a
 * file says: immutable. A linked program is a module with its imports bound, its maps made
 * and its code compiled. An instance is what runs.
 *
 * Threads: svm, module, program and map objects may be used from any thread at once, except
 * that registering on a runtime must be over before programs of it are linked: while a linked
 * program of the runtime lives, registration returns SVM_EBUSY. An instance belongs to one
 * thread at a time; so does a linker, and instances that are linked with each other belong to one
 * thread together. svm_instance_interrupt may be called from any thread.
 *
 * Ownership: what a *_new, *_load or *_link function returns belongs to the caller and is
 * given back with the matching *_free, in any order: an object keeps alive what it stands on.
 *
 * Errors: functions that return int give 0 or a negative SVM_E* code; functions that return a
 * pointer give NULL. Where err is not NULL the first failure and its place are left there.
 * This header is the runtime, modules, programs, instances and maps, and includes supervm/webassembly.h. Others are included by
 * who needs them: verify.h (proofs), hook.h (program types of the host's own), inline.h (memory and functions of the host without calls), wasi.h, engine.h.
 * Programs: RFC 9669 (instruction set) and the Linux UAPI (contexts, maps, helpers). */
#ifndef SUPERVM_H
#define SUPERVM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SVM_VERSION_MAJOR 0
#define SVM_VERSION_MINOR 1
#define SVM_VERSION_PATCH 0
#define SVM_API __attribute__((visibility("default")))

/* Option structs begin with their size, so that they can grow: svm_config c = SVM_CONFIG_INIT; */
#ifdef __cplusplus
#define SVM_INIT_OF(type) ([] { type v = {}; v.size = sizeof v; return v; }())
#else
#define SVM_INIT_OF(type) {.size = sizeof(type)}
#endif

/* "0.1.0" of the library that is loaded. */
SVM_API const char *svm_version(void);

/* ---- errors ---- */

enum svm_code {
    SVM_OK = 0,
    SVM_EUSAGE = -1,     /* an argument of the call is wrong */
    SVM_ENOMEM = -2,
    SVM_EIO = -3,        /* a file cannot be read or written; errno says why */
    SVM_EFORMAT = -4,    /* the input is malformed */
    SVM_ETRUNC = -5,     /* the input ends too early */
    SVM_EUNSUP = -6,     /* a feature that is refused, by name */
    SVM_ELIMIT = -7,     /* a configured limit is exceeded */
    SVM_EINDEX = -8,     /* an index in the input is out of range */
    SVM_ERESERVED = -9,  /* a reserved field is not zero (RFC 9669, 3) */
    SVM_EOPCODE = -10,   /* unknown instruction */
    SVM_EJUMP = -11,     /* a jump out of the function or into a pair */
    SVM_EREG = -12,      /* no such register, or a write to r10 */
    SVM_ERELOC = -13,    /* a relocation that cannot be applied */
    SVM_EBTF = -14,      /* bad type information */
    SVM_ELINK = -15,     /* an import that nothing resolves */
    SVM_ELICENSE = -16,  /* a GPL-only helper in a program without a GPL-compatible license */
    SVM_ENOENT = -17,    /* no program, map, key, engine of that name */
    SVM_ESYNTAX = -18,   /* assembly text */
    SVM_ETRAP = -19,     /* the program trapped, or a limit stopped it: see svm_result.trap */
    SVM_EENGINE = -20,   /* the engine cannot do it */
    SVM_EEXIST = -21,    /* the key or name exists already */
    SVM_EFULL = -22,     /* the map is full */
    SVM_EBUSY = -23,     /* in use */
    SVM_EPERM = -24,     /* not permitted: frozen or read-only map */
    SVM_EAGAIN = -25,    /* nothing there yet */
    SVM_EVERIFY = -26    /* not proven safe: see supervm/verify.h */
};

struct svm_error {
    int code;        /* enum svm_code */
    int64_t at;      /* byte offset in the input, or -1 */
    char text[480];  /* "hello.o: section xdp: insn 3 (hello.bpf.c:12): unknown helper 500" */
};

/* A few words for a code, never NULL. */
SVM_API const char *svm_code_text(int code);

/* ---- the runtime ---- */

struct svm;

struct svm_config {           /* zero everywhere: the defaults in parentheses */
    size_t size;              /* sizeof(struct svm_config), set by SVM_CONFIG_INIT */
    const char *engine;       /* name of an engine; NULL: $SVM_ENGINE, or else the fastest that is usable */
    uint64_t budget;          /* instructions a run may take (1,000,000,000); UINT64_MAX: no budget */
    uint32_t max_frames;      /* call depth (8; at most 64) */
    uint32_t frame_size;      /* stack bytes a frame (512; a multiple of 16, at most 65536) */
    uint32_t max_insns;       /* of a module (1,000,000) */
    uint32_t max_maps;        /* of a module (1,024) */
    uint64_t max_map_memory;  /* bytes, all maps of the runtime together (4 GiB) */
    uint32_t cpus;            /* slots of per-CPU maps (processors configured) */
    bool unsafe_no_checks;    /* memory accesses are NOT checked: only for code that you trust */
    bool no_fuel;             /* no budget and no interrupt: a run may never end */
    int (*print)(void *arg, const char *text, size_t len); /* trace_printk goes there (stderr) */
    void *print_arg;
    uint64_t max_module_memory; /* bytes that a module may take while it is loaded (1 GiB) */
    /* Routes, for bpf_fib_lookup: fills in params, a struct bpf_fib_lookup (Linux UAPI, 64 bytes, its address family
     * AF_INET or AF_INET6), and returns one of BPF_FIB_LKUP_RET_* or a negative errno. NULL: nothing is forwarded. */
    int64_t (*fib)(void *arg, void *params, uint32_t flags);
    /* For bpf_check_mtu: the MTU of an interface; 0: there is none (ENODEV). NULL: 1500, all of them. */
    uint32_t (*mtu)(void *arg, uint32_t ifindex);
    void *net_arg;            /* of these two */
    /* of WebAssembly instances */
    uint64_t max_memory;      /* bytes of all linear memories and tables of the runtime together (16 GiB) */
    uint64_t max_memory_pages;/* of one memory, 64 KiB each (65,536) */
    uint64_t max_table;       /* elements of one table (10,000,000) */
    uint32_t max_instances;   /* alive at one time (10,000) */
    uint32_t max_calls;       /* frames of functions in a chain of calls (65,536) */
    uint32_t max_nested;      /* of these, calls that go through the host or into another instance (200) */
    uint64_t max_call_slots;  /* 8 bytes each, for the registers of these frames (4 Mi) */
    /* of engines that make machine code */
    bool harden;              /* engines jit, llvm: against guests that try to steer the processor's speculation, or to have it run their constants */
    bool debug;               /* gdb knows the code: functions, source lines, backtraces */
    bool perf;                /* perf knows it: /tmp/perf-PID.map, and jit-PID.dump in $JITDUMPDIR (or /tmp) */
    uint32_t eager;           /* so many threads compile all functions of a module while it is linked (0: each when it is first called, of an object of many programs
                                 with the first run of one that needs it) */
    /* of the engine llvm */
    uint32_t level;           /* of optimisation, 1 to 3 (2) */
    const char *cache;        /* an absolute path: the folder where it keeps what it has compiled (supervm in $XDG_CACHE_HOME or in ~/.cache);
                                 "": nothing is kept */
    const char *dump_ir;      /* "before" or "after": LLVM's form of each program, before or after its passes, to stderr */
    bool time_passes;         /* how long it took, to stderr */
};
#define SVM_CONFIG_INIT SVM_INIT_OF(struct svm_config)

/* c may be NULL. NULL on out of memory, or an unknown engine name (err lists the known ones). */
SVM_API struct svm *svm_new(const struct svm_config *c, struct svm_error *err);
SVM_API void svm_free(struct svm *vm); /* NULL is fine, here and below */

/* Engine i by rank, fastest first, then the host's own; NULL past the end. usable: on this
 * machine. Valid until the next registration. */
struct svm_engine_info {
    const char *name, *about;
    bool usable;
};
SVM_API const struct svm_engine_info *svm_engine_at(const struct svm *vm, size_t i);

/* ---- helpers ---- */

enum { SVM_MAX_HELPERS = 8192 };

enum svm_arg {            /* what an argument must be; checked before the function is called */
    SVM_ARG_NONE,         /* not used: the function gets what stands in the register */
    SVM_ARG_ANY,          /* a number. Never dereference it: the program chose it */
    SVM_ARG_CTX,          /* the program's own context. The function gets the struct svm_packet * of the
                             run as it stands now (what it writes there is not seen by the program, but
                             bytes of the packet are), or the mem of a run over memory */
    SVM_ARG_MEM,          /* memory that the program may read, as long as the next argument says */
    SVM_ARG_MEM_OUT,      /* memory that the program may write, as long as the next argument says */
    SVM_ARG_SIZE,         /* length of the memory before it, not 0 */
    SVM_ARG_SIZE_OR_ZERO, /* the same, may be 0 */
    SVM_ARG_STR           /* readable, NUL-terminated within its region, at most 4,096 bytes */
};
typedef uint64_t svm_helper_fn(void *user, uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5);

struct svm_helper {
    uint32_t id;             /* 0 .. SVM_MAX_HELPERS - 1; ignored for kfuncs */
    const char *name;        /* kfunc name, or the helper's name for messages; copied */
    svm_helper_fn *fn;       /* called in the thread that runs the program */
    void *user;
    enum svm_arg arg[5];     /* SVM_ARG_MEM and SVM_ARG_MEM_OUT take their length from the next one */
    bool gpl_only;
    bool ends_if_zero;       /* a result of 0 ends the program at once, with r0 = 0 */
};
/* Adds or replaces helper h->id. SVM_EUSAGE for a bad id or kind. */
SVM_API int svm_helper_register(struct svm *vm, const struct svm_helper *h);
SVM_API int svm_helper_unregister(struct svm *vm, uint32_t id);
/* Adds a function that programs import by name (.ksyms). */
SVM_API int svm_kfunc_register(struct svm *vm, const struct svm_helper *h);
/* Adds memory that programs may touch at its own address, for pointers that the host's own
 * functions hand out. It must stay until the runtime is freed. */
SVM_API int svm_memory_register(struct svm *vm, void *base, size_t len, bool writable);
/* An imported variable (.ksyms): its address must lie in registered memory to be dereferenced. */
SVM_API int svm_symbol_register(struct svm *vm, const char *name, uint64_t address);

/* ---- modules ---- */

struct svm_module;

struct svm_load_options {
    size_t size;              /* sizeof; SVM_LOAD_INIT */
    const char *name;         /* for messages; copied */
    const char *target_btf;   /* file to relocate CO-RE against; NULL: the object's own BTF */
    const char *kconfig;      /* "CONFIG_X=y" lines; NULL: none */
    const char *front;        /* "elf", "raw", "hex", "asm", "svmasm", "wasm"; NULL: by content */
    const char *wasm_without; /* WebAssembly features to refuse, as in messages: "simd,threads"; NULL: none */
    uint32_t threads;         /* that validate a WebAssembly module of many megabytes while the caller waits, the caller among
                               * them; 0: as many as it has processors, 1: none are started */
};
#define SVM_LOAD_INIT SVM_INIT_OF(struct svm_load_options)

/* Parses, relocates and validates; nothing is kept of p. Untrusted input is the normal case. */
SVM_API struct svm_module *svm_module_load(struct svm *vm, const void *p, size_t len,
                                           const struct svm_load_options *o, struct svm_error *err);
SVM_API struct svm_module *svm_module_load_file(struct svm *vm, const char *path,
                                                const struct svm_load_options *o, struct svm_error *err);
SVM_API void svm_module_free(struct svm_module *m);
SVM_API const char *svm_module_license(const struct svm_module *m);

/* What a program gets in r1. Each is of one of three forms, which says how a run is started (svm_input):
 *   packet   a table of fields over svm_input.packet
 *   memory   svm_input.mem itself, mem_len bytes of it
 *   struct   a table of fields over a struct of the host's at svm_input.mem (supervm/hook.h) */
enum svm_kind {
    SVM_KIND_RAW,             /* memory, and its length in r2 */
    SVM_KIND_XDP,             /* packet: struct xdp_md */
    SVM_KIND_TC,              /* packet: struct __sk_buff */
    SVM_KIND_SOCKET_FILTER,   /* packet: struct __sk_buff; it begins with the network header */
    SVM_KIND_OTHER,           /* of a program: a type of which nothing is known here; runs as RAW */
    SVM_KIND_CGROUP_SKB,      /* packet, read-only: struct __sk_buff; it begins with the network header */
    SVM_KIND_SYSCALL,         /* memory, in and out */
    SVM_KIND_RAW_TRACEPOINT,  /* memory, read-only as those below: an array of uint64_t */
    SVM_KIND_TRACEPOINT,      /* the record, as its format file in tracefs lays it out */
    SVM_KIND_KPROBE,          /* struct pt_regs of this machine (Linux UAPI, asm/ptrace.h); uprobes too */
    SVM_KIND_PERF_EVENT,      /* struct bpf_perf_event_data */
    SVM_KIND_FENTRY,          /* an array of uint64_t: the arguments; tp_btf and lsm too */
    SVM_KIND_FEXIT,           /* the same, and the result behind them; fmod_ret too */
    SVM_KIND_CONTEXT          /* struct: one that svm_context_register described */
};
struct svm_kind_info {
    const char *name;         /* "cgroup_skb" */
    bool packet;              /* its form; neither: struct */
    bool memory;
};
SVM_API bool svm_kind_describe(enum svm_kind kind, struct svm_kind_info *out); /* false: no such kind */

struct svm_prog_info {
    const char *name, *section;
    enum svm_kind kind;
    const char *kind_name;    /* the kernel's name of the type ("xdp", "tracing"), "raw", or of the host's context */
    uint32_t insns;           /* of its main function */
};
/* Program i; false past the end. Strings live as long as the module. */
SVM_API bool svm_module_prog(const struct svm_module *m, size_t i, struct svm_prog_info *out);

struct svm_map_info {
    const char *name;
    uint32_t type;            /* BPF_MAP_TYPE_* of the Linux UAPI */
    const char *type_name;    /* "hash" */
    uint32_t key_size, value_size, max_entries, flags;
    uint32_t btf_key, btf_value; /* out: type ids in svm_module_btf(), 0: unknown */
    bool data;                /* out: the bytes of a data section (.bss, .rodata, ...), one entry */
};
SVM_API bool svm_module_map(const struct svm_module *m, size_t i, struct svm_map_info *out);
/* Global variable i of the data sections: size bytes at offset of the one value of map. */
struct svm_var_info {
    const char *name, *map;
    uint32_t offset, size;
    uint32_t btf_type;        /* in svm_module_btf(), 0: unknown */
    bool read_only;
};
SVM_API bool svm_module_var(const struct svm_module *m, size_t i, struct svm_var_info *out);
/* Import i: a kernel function (.ksyms) or variable that linking resolves. weak: may stay absent. */
struct svm_import_info {
    const char *name;
    bool function, weak;
};
SVM_API bool svm_module_import(const struct svm_module *m, size_t i, struct svm_import_info *out);
/* The object's BTF section, checked; NULL where it has none. Lives as long as the module. */
SVM_API const void *svm_module_btf(const struct svm_module *m, size_t *size);
/* Which front end read it ("elf", "raw", "hex", "asm", "svmasm"), and its instructions in all. */
SVM_API const char *svm_module_front(const struct svm_module *m);
SVM_API uint32_t svm_module_insns(const struct svm_module *m);

enum {
    SVM_DISASM_SOURCE = 1, /* source lines between the instructions; of WebAssembly their files and numbers */
    SVM_DISASM_HEX = 2     /* the bytes before each instruction */
};
/* Writes the disassembly of one function or program (NULL: all of them) to f. */
SVM_API int svm_module_disasm(const struct svm_module *m, const char *name, unsigned flags, FILE *f);

/* Writes the module as a .svm file, which svm_module_load takes: bytecode and tables, of whatever the module was made of.
 * WebAssembly is compiled whole first. A file is as untrusted as any input: it is checked when it is loaded, and
 * refused by name when its version is not the one that the library reads. */
SVM_API int svm_module_save(const struct svm_module *m, const char *path, struct svm_error *err);
/* The same into memory; *out is the caller's to free(). */
SVM_API int svm_module_save_memory(const struct svm_module *m, void **out, size_t *len, struct svm_error *err);

/* ---- linked programs ---- */

struct svm_program;
struct svm_map;

/* What of eBPF is proven before it runs. Nothing that a program does is ever left unchecked but what was proven. */
enum svm_verify_mode {
    SVM_VERIFY_NONE,          /* nothing: all of it is checked while it runs */
    SVM_VERIFY_GUARDED,       /* what is proven needs no check while it runs, the rest is checked */
    SVM_VERIFY_STRICT         /* a program of which something is not proven is refused (SVM_EVERIFY) */
};

struct svm_link_options {
    size_t size;              /* sizeof; SVM_LINK_INIT */
    const char *engine;       /* NULL: the runtime's */
    const char *const *set;   /* "NAME=VALUE" for global variables, before the code is compiled; NULL-ended */
    /* Maps to use in place of the module's own, by name; NULL-ended arrays of equal length. */
    const char *const *map_name;
    struct svm_map *const *map;
    bool exact_regs;          /* svm_result.regs is right for every register, dead ones too, at some cost in speed */
    /* What programs whose section names no kind are given: a described context, or a kind by name; NULL: raw memory. */
    const char *context;
    bool stats;               /* runs and map operations are counted, see svm_stats; else that costs nothing */
    /* A WebAssembly instance whose exported functions, of up to five i32 or i64 and one such result at most, are kernel
     * functions (.ksyms) of their names to this program, where none is registered. Instances of the program then
     * belong to the thread of that instance, which must outlive them. Fuel is the program's. */
    struct svm_instance *exports;
    enum svm_verify_mode verify;
    bool no_fuel;             /* of this program alone: svm_config.no_fuel */
};
#define SVM_LINK_INIT SVM_INIT_OF(struct svm_link_options)

/* Makes the maps, resolves helpers and kfuncs, compiles. SVM_ELINK, SVM_ELICENSE name the call. */
SVM_API struct svm_program *svm_program_link(struct svm_module *m, const struct svm_link_options *o,
                                             struct svm_error *err);
SVM_API void svm_program_free(struct svm_program *p);
SVM_API const char *svm_program_engine(const struct svm_program *p);
SVM_API uint64_t svm_program_compile_ns(const struct svm_program *p);
/* Loads, stores and atomics in the code whose addresses are checked (0 with unsafe_no_checks);
 * proven: those of them that are known good before the program runs. */
SVM_API uint64_t svm_program_checks(const struct svm_program *p, bool proven);
/* As svm_module_disasm, with machine code: below each instruction what the program's engine made of it, and last what it keeps
 * for rare cases. SVM_EENGINE: it makes none. Needs capstone at run time, else it shows bytes. */
SVM_API int svm_program_disasm(const struct svm_program *p, const char *name, unsigned flags, FILE *f,
                               struct svm_error *err);
/* The map of that name; owned by the program, valid while it is. svm_map_free leaves it alone. */
SVM_API struct svm_map *svm_program_map(const struct svm_program *p, const char *name);

/* ---- instances and runs ---- */

struct svm_instance;
SVM_API struct svm_instance *svm_instance_new(struct svm_program *p, struct svm_error *err);
SVM_API void svm_instance_free(struct svm_instance *in);

/* The tunnel that a packet came through, or that it is to be sent into: its outer header. */
struct svm_tunnel {
    bool present, ipv6;
    uint8_t tos, ttl;
    uint32_t id, label;
    uint8_t src[16], dst[16];  /* as in the header; of IPv4 the first four bytes */
    uint16_t flags;            /* TUNNEL_* (Linux UAPI, linux/if_tunnel.h) */
    uint32_t opt_len;
    uint8_t opt[252];          /* options, as Geneve has them */
    bool by_program;           /* out: bpf_skb_set_tunnel_key made it */
};

/* A packet in the host's own memory: programs see these addresses, nothing is copied.
 * Grown and shrunk by adjust_head and adjust_tail within headroom and tailroom. */
struct svm_packet {
    uint8_t *data;             /* first byte */
    uint32_t len;              /* bytes of data; in and out */
    uint32_t headroom, tailroom; /* usable bytes before and behind; in and out */
    uint32_t meta_len;         /* bytes of metadata right before data; in and out */
    uint32_t ifindex, rx_queue, egress_ifindex;
    uint32_t mark, priority, protocol, hash, vlan_tci, tstamp_type; /* __sk_buff fields; in and out */
    uint32_t cb[5], tc_classid;
    uint64_t tstamp;
    uint32_t redirect_ifindex; /* out: target of a redirect verdict */
    uint32_t trap;             /* out, of svm_run_batch: 0, or why the run stopped */
    struct svm_tunnel *tunnel; /* in and out, for tc; NULL: it came through none, and what a program sets is lost */
};

struct svm_input {
    enum svm_kind kind;        /* OTHER: by the program's section. CONTEXT: the program's own, in any case */
    void *mem; size_t mem_len; /* may be NULL, 0; of CONTEXT: the host's struct */
    struct svm_packet *packet;
    uint64_t budget;           /* 0: the runtime's */
    bool want_regs;            /* fill svm_result.regs on a trap; see svm_link_options.exact_regs */
    uint64_t cookie;           /* what bpf_get_attach_cookie gives */
    uint64_t func_ip;          /* what bpf_get_func_ip gives: a number, nothing is there */
    int64_t retval;            /* what bpf_get_retval gives, of the function or the hook that the program is about */
};

struct svm_result {
    uint64_t ret;              /* r0; for XDP and tc the verdict in its low 32 bits */
    uint64_t insns;            /* executed, where the engine counts them */
    uint32_t trap;             /* 0, or SVM_TRAP number (docs/ISA.md) */
    bool limit;                /* the trap is a spent limit, not a fault of the program */
    const char *trap_text;     /* "out of bounds memory access" */
    const char *func;          /* where it trapped */
    uint32_t pc;               /* instruction in that function */
    const char *file; uint32_t line; /* in the source, or NULL, 0 */
    bool retval_set;           /* retval was set by bpf_set_retval, or bpf_override_return (kprobe) */
    int64_t retval;            /* else the input's */
    uint64_t regs[11];
};

/* Runs one program (its name or section; NULL: the only one). 0, or SVM_ETRAP with *r filled.
 * i may be NULL: no memory. r may be NULL. */
SVM_API int svm_run(struct svm_instance *in, const char *prog, const struct svm_input *i, struct svm_result *r,
                    struct svm_error *err);
/* The program of that name, looked up once for a path that is run often; NULL: there is none.
 * Owned by p, valid while it is, for every instance of p. */
struct svm_entry;
SVM_API const struct svm_entry *svm_program_entry(const struct svm_program *p, const char *prog);
/* svm_run without the look-up. e must be of the instance's own program. */
SVM_API int svm_run_entry(struct svm_instance *in, const struct svm_entry *e, const struct svm_input *i,
                          struct svm_result *r, struct svm_error *err);
/* The same over n packets, one call; verdict[i] = low 32 bits of r0. A trap in one packet gives
 * verdict UINT32_MAX and its number in packet[i].trap, and goes on with the next one; err then
 * holds the first. Returns the number of traps, or a negative code. */
SVM_API int64_t svm_run_batch(struct svm_instance *in, const char *prog, enum svm_kind kind,
                              struct svm_packet *packet, size_t n, uint32_t *verdict, struct svm_error *err);
/* Timers that programs armed (bpf_timer) do not run by themselves: a host that wants them to be on time asks when
 * the first is due, in nanoseconds from now (0: it is; UINT64_MAX: none is armed), waits, and has those that are
 * due run by any instance of the program, each as a run of its own. How many ran; *err holds the first trap. */
SVM_API uint64_t svm_timers_next(struct svm_program *p);
SVM_API int64_t svm_timers_run(struct svm_instance *in, struct svm_error *err);
/* Stops the run in progress at its next check (about 0.1 ms); the run traps with INTERRUPT. Of a program that is proven to
 * take so many instructions at most, 262,144 or fewer, the check may be left out: such a run ends, and the next one traps. */
SVM_API void svm_instance_interrupt(struct svm_instance *in);

/* ---- maps ---- */

/* A map of its own, for sharing between programs; BPF_MAP_TYPE_* and sizes as in the kernel. */
SVM_API struct svm_map *svm_map_new(struct svm *vm, const struct svm_map_info *info, struct svm_error *err);
SVM_API void svm_map_free(struct svm_map *map);
SVM_API bool svm_map_describe(const struct svm_map *map, struct svm_map_info *out);
/* key: key_size bytes; value: value_size bytes, for per-CPU kinds that (rounded up to 8) times
 * svm_map_cpus(). Copies; flags as BPF_ANY 0, BPF_NOEXIST 1, BPF_EXIST 2. */
SVM_API int svm_map_lookup(struct svm_map *map, const void *key, void *value);
SVM_API int svm_map_update(struct svm_map *map, const void *key, const void *value, uint64_t flags);
SVM_API int svm_map_delete(struct svm_map *map, const void *key);
SVM_API int svm_map_lookup_delete(struct svm_map *map, const void *key, void *value);
/* The key after key (NULL: the first); SVM_ENOENT at the end. */
SVM_API int svm_map_next(struct svm_map *map, const void *key, void *next);
SVM_API size_t svm_map_value_bytes(const struct svm_map *map); /* of a host-side value, per-CPU included */
SVM_API uint32_t svm_map_cpus(const struct svm_map *map);
SVM_API uint64_t svm_map_memory(const struct svm_map *map);    /* bytes it takes now */
/* The value as no program that holds its bpf_spin_lock sees it change; SVM_EUSAGE: values have no lock. An update
 * takes the lock with BPF_F_LOCK, 4, among its flags. */
SVM_API int svm_map_lookup_locked(struct svm_map *map, const void *key, void *value);
/* From now on the host cannot change it, programs still can; SVM_EBUSY: it is so already. */
SVM_API int svm_map_freeze(struct svm_map *map);

/* Many entries in one call. *n: how many keys and values there is room for, or that are given; then how many
 * were done. Keys stand key_size apart, values svm_map_value_bytes(). The first error ends it; each entry is
 * a step of its own, between which others may come. SVM_EUNSUP: a kind of map without such entries. */
/* The entries behind key `from` (NULL: from the start); SVM_ENOENT: these were the last. */
SVM_API int svm_map_lookup_batch(struct svm_map *map, const void *from, void *keys, void *values, uint32_t *n);
SVM_API int svm_map_lookup_delete_batch(struct svm_map *map, void *keys, void *values, uint32_t *n);
SVM_API int svm_map_update_batch(struct svm_map *map, const void *keys, const void *values, uint32_t *n,
                                 uint64_t flags);
SVM_API int svm_map_delete_batch(struct svm_map *map, const void *keys, uint32_t *n);

/* The memory of an arena, *len bytes, which programs and the host share while they run: a pointer that a program stores
 * there is an address of the host's. Variables of address space 1 are its first bytes. NULL: no arena. */
SVM_API void *svm_map_arena(struct svm_map *map, size_t *len);

/* Hands up to n records of a ring buffer, or of a perf event array, to fn, which returns 0 to go on. The number
 * consumed. SVM_EBUSY: another thread does it. Of a perf event array, records of all CPUs come in one order. */
SVM_API int64_t svm_ringbuf_consume(struct svm_map *map, int (*fn)(void *arg, const void *data, size_t len),
                                    void *arg, size_t n);
/* A descriptor for poll() and epoll: readable while a record waits to be consumed (and once at first). The map's
 * own: it is closed with it. SVM_ELIMIT: none is left. */
SVM_API int svm_ringbuf_fd(struct svm_map *map);
/* A sample for bpf_user_ringbuf_drain. SVM_EFULL: no room until a program has taken some, or never for so many
 * bytes. */
SVM_API int svm_user_ringbuf_put(struct svm_map *map, const void *data, uint32_t len);
/* Sets entry index of a prog array to a program of p (by name); p NULL clears it. The entry keeps
 * p alive, unless the array is p's own map. Programs that list each other through an array that
 * both use go only after the host has cleared these entries. */
SVM_API int svm_prog_array_set(struct svm_map *map, uint32_t index, struct svm_program *p, const char *prog);

/* ---- statistics ---- */

/* What the runs of a program did, over all of its instances, those that are gone too. Runs are those that
 * the host started by svm_run, svm_run_entry, svm_run_batch; map operations those of programs through
 * helpers (accesses through a pointer that a look-up gave, and the host's own operations, are not). */
struct svm_stats {
    size_t size;              /* sizeof; SVM_STATS_INIT */
    uint64_t runs, traps;     /* runs, and those of them that trapped */
    uint64_t insns;           /* 0 with no_fuel */
    uint64_t tail_calls;
    uint64_t ns, ns_max;      /* all runs together, and the longest one */
    uint64_t ns_p50, ns_p99;  /* half of the runs, 99 of 100, took no longer; to an eighth */
    uint64_t lookups, misses; /* look-ups in maps, and those of them that found nothing */
    uint64_t updates, deletes;/* that were done; records given to the host count as updates */
    uint64_t failed;          /* updates and deletions that were not: the map is full, no such key, ... */
    uint64_t lost;            /* events for which a ring had no room */
    uint64_t checks, proven;  /* svm_program_checks */
};
#define SVM_STATS_INIT SVM_INIT_OF(struct svm_stats)
/* May be called from any thread, also while the program runs. SVM_EUSAGE: it was not linked with stats. */
SVM_API int svm_stats(const struct svm_program *p, struct svm_stats *out);

struct svm_map_stats {
    size_t size;              /* sizeof; SVM_MAP_STATS_INIT */
    uint64_t lookups, misses, updates, deletes, failed, lost; /* as above, of one map */
};
#define SVM_MAP_STATS_INIT SVM_INIT_OF(struct svm_map_stats)
/* Of the program's map of that name; NULL: of all maps that are not its own (inner maps, those of programs
 * that a tail call reached). SVM_ENOENT: no such map. */
SVM_API int svm_map_stats(const struct svm_program *p, const char *map, struct svm_map_stats *out);

/* ---- engines of the host's own ---- */

/* Adds an engine; the table is described in supervm/engine.h and copied. SVM_EEXIST: the name is
 * taken. It is used where it is asked for by name. */
struct svm_engine;
SVM_API int svm_engine_register(struct svm *vm, const struct svm_engine *e);

#ifdef __cplusplus
}
#endif
#include "supervm/webassembly.h"
#endif
