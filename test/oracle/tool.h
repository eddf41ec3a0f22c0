/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tool.h - the parts of supervm-oracle.
 *
 * A case (case.c) is a list of steps read from the object itself. Each side (kernel.c, ours.c)
 * carries it out from a fresh load and leaves an outcome; compare.c says where two outcomes part. */
#ifndef ORACLE_TOOL_H
#define ORACLE_TOOL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_STEPS = 48, MAX_IGNORED = 8, MAX_NAME = 64, MAX_ARGS = 12, ETH_HLEN_ = 14 };

struct bytes {
    uint8_t *p;
    size_t n;
};
struct bytes bytes_copy(const void *p, size_t n);
void bytes_free(struct bytes *b);

/* What a run is given: a packet and its context fields, or the arguments of a raw tracepoint
 * or syscall program (then bytes is its context). */
struct input {
    struct bytes bytes;
    uint32_t meta; /* the first so many bytes are XDP metadata */
    uint32_t mark, priority, cb[5];
    uint64_t tstamp;
};

enum step_kind {
    STEP_RUN,  /* program name on input, times over */
    STEP_PUT,  /* update from the host: map name, key, value, flags */
    STEP_DEL,  /* delete from the host */
    STEP_GET,  /* lookup from the host */
    STEP_TAKE, /* lookup and delete from the host */
    STEP_PROG, /* prog array name, entry index := program arg */
    STEP_SET,  /* before load: global variable, "NAME=VALUE" in name */
};
struct step {
    enum step_kind kind;
    char name[MAX_NAME], arg[MAX_NAME];
    struct bytes key, value;
    uint64_t flags;
    uint32_t index, times;
    struct input in;
};
struct test_case {
    char name[MAX_NAME];
    struct step step[MAX_STEPS];
    uint32_t nstep;
    char ignored[MAX_IGNORED][MAX_NAME]; /* maps whose contents are not compared */
    uint32_t nignored;
    uint32_t major, minor; /* the oldest kernel that can run it, 0.0: any */
};

/* Reads the cases of an object. The count, or -1 with a message on stderr. */
int cases_load(const char *path, struct test_case **cases);
void cases_free(struct test_case *cases, int n);
/* "udp4", "tcp6:LEN:SEED", "rand:LEN:SEED", "hex:0011..": false with a message on stderr. */
bool packet_make(const char *text, struct input *in);
/* "u32:5,ip:10.0.0.1,hex:00ff": false with a message on stderr. */
bool bytes_parse(const char *text, struct bytes *out);

/* ---- outcomes ---- */

struct result { /* of one run, or of one step of the host */
    const struct step *step;
    int status; /* 0, or a negative errno; of a run: 0, or it could not be run */
    uint32_t ret;
    struct bytes data; /* the packet, context or value afterwards */
    uint32_t meta;
    bool fields; /* those below count */
    uint32_t mark, priority, cb[5];
    uint64_t tstamp;
    char why[500];
};
struct entry {
    struct bytes key, value;
};
struct dump { /* contents of a map */
    char name[MAX_NAME];
    bool ordered; /* a queue, stack or ring buffer: the order counts */
    struct entry *entry;
    size_t nentry;
};
struct var { /* a global variable, to name a difference */
    char map[MAX_NAME], name[MAX_NAME];
    uint32_t off, size;
};
struct outcome {
    char refused[4096]; /* not loaded, and why */
    struct result *result;
    size_t nresult;
    struct dump *map;
    size_t nmap;
    struct var *var;
    size_t nvar;
};
struct result *outcome_result(struct outcome *o, const struct step *s);
struct dump *outcome_map(struct outcome *o, const char *name, uint32_t type);
/* value holds cpus copies, 8-aligned, which are added up; 1: as it is. */
void dump_add(struct dump *d, const void *key, size_t key_size, const void *value, size_t value_size, unsigned cpus);
void outcome_free(struct outcome *o);
/* The name without the object's prefix in front of a data section's: "x.bss" -> ".bss". */
const char *map_plain_name(const char *name);
bool map_is_percpu(uint32_t type);
/* What the host can list: LIST by keys, DRAIN by taking, RECORDS of a ring, KEYS whose values are
 * handles, NOTHING. */
enum listing { LIST, DRAIN, RECORDS, KEYS, NOTHING };
enum listing map_listing(uint32_t type);

/* False, with the first difference in text. */
bool outcome_equal(const struct test_case *c, struct outcome *kernel, struct outcome *ours, char *text, size_t size);
/* The results that the program logged, for a person. */
void outcome_print(const struct test_case *c, const struct outcome *o);

/* ---- the two sides ---- */

/* False: bpf() cannot be used here, and why. verbose: libbpf may write to stderr. */
bool kernel_permitted(bool verbose, char *why, size_t size);
void kernel_run(const char *path, const struct test_case *c, struct outcome *o);
void ours_run(const char *path, const char *engine, const struct test_case *c, struct outcome *o);

/* Room before and behind a packet, as BPF_PROG_TEST_RUN gives XDP (net/bpf/test_run.c, Linux 6.18): of a page
 * 256 bytes in front, metadata included, of which struct xdp_frame keeps 40, and 320 behind for skb_shared_info. */
enum { XDP_HEADROOM = 216, XDP_MAX_DATA = 3520, SKB_ROOM = 4096 };

#endif
