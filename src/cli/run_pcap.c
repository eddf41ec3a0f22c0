/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_pcap.c - a file of packets in; verdicts counted, and a file of what goes on out.
 *
 * Packets are read in batches, run where they lie, and written as the program left them, in the
 * order in which they came. With --workers batches stand in a ring: while this thread reads, counts
 * and writes, each worker goes from batch to batch and runs the packets of its own flows.
 *
 * Only the runs are timed. With --repeat the whole file is taken again so often; what is
 * written comes from the first time. */
#include "base/platform.h"
#include "cli/run.h"
#include "io/flow.h"
#include "io/pcap.h"
#include "io/workers.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256, BATCH_EACH = 512, BATCH_MAX = 16384, DRAIN_NS = 1000000 };

/* Small enough to stay in the cache where one thread does all; larger where threads have to be woken. */
static u32 batch_size(const struct run *r) {
    return r->workers == 1 ? BATCH : (u32)min64(r->workers * BATCH_EACH, BATCH_MAX);
}

struct batch {
    struct run *r;
    struct frames frames; /* run: as the program left them, with its verdict; data NULL: it trapped */
    u16 *worker;          /* whose each is */
    u64 first, pass;      /* number of its first packet, and which time the file is taken, from 1 */
    bool ethernet;
};

struct source {
    struct pcap_in *in;
    u64 pass;
    u32 most; /* packets of a batch */
    bool any; /* the file has packets */
};

static void deal(struct batch *b) {
    u32 n = (u32)b->r->workers, k;
    for (k = 0; k < b->frames.n; k++) {
        const struct frame *f = &b->frames.frame[k];
        b->worker[k] = n > 1 ? (u16)(flow_hash(f->data, f->len, b->ethernet) % n) : 0;
    }
}

int run_packet(struct svm_instance *instance, const struct svm_entry *entry, enum svm_kind kind, bool ethernet,
               bool want_regs, struct frame *f, struct svm_result *res, struct svm_error *err) {
    struct svm_packet p = {.data = f->data,
                           .len = f->len,
                           .headroom = FRAME_HEADROOM,
                           .tailroom = FRAME_TAILROOM,
                           .ifindex = 1,
                           .tstamp = f->time_ns};
    /* packet or mem: the kind says which is taken */
    struct svm_input in = {.kind = kind, .packet = &p, .mem = f->data, .mem_len = f->len, .want_regs = want_regs};
    int rc;
    if (ethernet && f->len >= 14)
        memcpy(&p.protocol, f->data + 12, 2); /* as it lies in the frame; XDP has no such field */
    rc = svm_run_entry(instance, entry, &in, res, err);
    f->wire_len += p.len - f->len; /* as the program grew or shrank the frame */
    f->data = rc ? NULL : p.data;
    f->len = p.len;
    f->verdict = res->ret;
    return rc;
}

static void run_frame(const struct batch *b, struct share *share, struct frame *f, u64 number) {
    const struct run *r = b->r;
    struct svm_result res;
    struct svm_error err;
    int rc = run_packet(share->instance, r->entry, r->kind, b->ethernet, r->regs, f, &res, &err);
    share->packets++;
    share->insns += res.insns;
    if (rc && !share->traps++) {
        share->first_trap = res;
        share->first_error = err;
        share->first_packet = number;
    }
    if (rc && rc != SVM_ETRAP)
        atomic_store(&share->failed, true);
}

/* In the thread of the worker: its packets of the batch, in order. */
static void run_share(void *arg, u32 worker) {
    struct batch *b = arg;
    struct share *share = &b->r->share[worker];
    u32 k;
    for (k = 0; k < b->frames.n && !share->failed; k++)
        if (b->worker[k] == worker)
            run_frame(b, share, &b->frames.frame[k], b->first + k);
}

/* What the batch gave, in the order of the packets. */
static void take(struct batch *b, struct pcap_out *out) {
    struct run *r = b->r;
    u32 k;
    for (k = 0; k < b->frames.n; k++) {
        struct frame *f = &b->frames.frame[k];
        if (!f->data)
            continue;
        r->ret = f->verdict;
        f->len = verdict_count(&r->verdicts, r->kind, f->verdict, f->len);
        if (!f->len || !out)
            continue;
        f->verdict_of = r->kind == SVM_KIND_XDP ? VERDICT_XDP : r->kind == SVM_KIND_TC ? VERDICT_TC : 0;
        f->verdict = (u32)f->verdict;
        pcap_out_write(out, f);
    }
    r->runs += b->frames.n;
    r->packets += b->frames.n;
}

/* After a job: did a worker meet an error that is no trap? */
static int failed(struct run *r) {
    u32 i;
    for (i = 0; i < r->workers; i++)
        if (atomic_load(&r->share[i].failed))
            return refuse("packet %llu: %s", (unsigned long long)r->share[i].first_packet,
                          r->share[i].first_error.text);
    return 0;
}

/* What every worker has counted; the first trap is that of the first packet. */
static void gather(struct run *r) {
    const struct share *first = NULL;
    u32 i;
    for (i = 0; i < r->workers; i++) {
        const struct share *s = &r->share[i];
        r->insns += s->insns;
        r->traps += s->traps;
        if (s->traps && (!first || s->first_packet < first->first_packet))
            first = s;
    }
    if (first) {
        r->first_trap = first->first_trap;
        r->first_error = first->first_error;
        r->first_packet = first->first_packet;
    }
}

/* The next batch: of the file, or of its beginning where it is taken again. How many packets; 0: no more. */
static int read_batch(struct batch *b, struct source *s, u64 first, struct error *e) {
    struct run *r = b->r;
    int n;
    while (!(n = pcap_in_read(s->in, &b->frames, s->most, e)) && s->pass < r->repeat && s->any) {
        pcap_in_close(s->in);
        s->pass++;
        s->any = false;
        if (!(s->in = pcap_in_open(r->pcap, e)))
            return e->code;
    }
    b->first = first;
    b->pass = s->pass;
    if (n <= 0)
        return n;
    s->any = true;
    b->ethernet = pcap_in_ethernet(s->in);
    deal(b);
    return n;
}

static int run_batches(struct run *r, struct batch *ring, struct workers *w, struct source *s, struct pcap_out *out) {
    u32 depth = r->workers == 1 ? 1 : MAX_JOBS;
    u64 given = 0, over = 0, packets = 0, start = 0;
    struct error e = {0};
    int rc = 0, n = 1;
    for (;;) {
        struct batch *b = &ring[given % depth];
        if (!rc && n > 0 && given - over < depth) {
            if ((n = read_batch(b, s, packets + 1, &e)) > 0) {
                packets += b->frames.n;
                if (given == over)
                    start = os_time_ns();
                workers_start(w, run_share, b);
                given++;
            }
            continue;
        }
        if (over == given)
            break;
        b = &ring[over % depth];
        while (!workers_wait(w, DRAIN_NS))
            records_take(r);
        if (++over == given)
            r->ns += os_time_ns() - start;
        records_take(r);
        if (!rc && !(rc = failed(r)))
            take(b, b->pass == 1 ? out : NULL);
        if (!rc)
            rc = control_packets(r);
        progress_show(&r->progress, "%llu packets, time %llu of %llu", (unsigned long long)r->packets,
                      (unsigned long long)b->pass, (unsigned long long)r->repeat);
    }
    progress_end(&r->progress);
    gather(r);
    return !rc && n < 0 ? refuse("%s", e.text) : rc;
}

static int run_files(struct run *r, struct batch *ring, struct workers *w) {
    struct error e = {0};
    struct source s = {.pass = 1, .most = batch_size(r), .in = pcap_in_open(r->pcap, &e)};
    struct pcap_out *out = NULL;
    int rc = 0;
    if (!s.in)
        return refuse("%s", e.text);
    if (r->out && !(out = pcap_out_open(r->out, s.in, &e)))
        rc = refuse("%s", e.text);
    if (!rc && !pcap_in_ethernet(s.in))
        fprintf(stderr, "supervm: note: %s holds frames of link type %s, not Ethernet\n", r->pcap, pcap_in_link(s.in));
    if (!rc)
        rc = run_batches(r, ring, w, &s, out);
    if (pcap_out_close(out, &e) && !rc)
        rc = refuse("%s", e.text);
    pcap_in_close(s.in);
    return rc;
}

/* An instance for each worker: the first one is there already. */
static int make_shares(struct run *r) {
    struct svm_error err;
    u32 i;
    if (!(r->share = aligned_alloc(64, r->workers * sizeof *r->share)))
        return refuse("out of memory");
    memset(r->share, 0, r->workers * sizeof *r->share);
    r->share[0].instance = r->instance;
    for (i = 1; i < r->workers; i++)
        if (!(r->share[i].instance = svm_instance_new(r->program, &err)))
            return refuse("worker %u: %s", i, err.text);
    return 0;
}

int run_pcap(struct run *r) {
    struct batch ring[MAX_JOBS] = {{0}};
    struct error e = {0};
    struct workers *w = NULL;
    int rc = make_shares(r);
    u32 k;
    for (k = 0; k < MAX_JOBS && !rc; k++) {
        ring[k].r = r;
        if (!(ring[k].worker = calloc(batch_size(r), sizeof *ring[k].worker)))
            rc = refuse("out of memory");
    }
    if (!rc && !(w = workers_new((u32)r->workers, &e)))
        rc = refuse("--workers %llu: %s", (unsigned long long)r->workers, e.text);
    if (!rc)
        rc = run_files(r, ring, w);
    workers_free(w);
    for (k = 0; k < MAX_JOBS; k++) {
        frames_drop(&ring[k].frames);
        free(ring[k].worker);
    }
    return rc;
}

void shares_drop(struct run *r) {
    u32 i;
    for (i = 1; r->share && i < r->workers; i++)
        svm_instance_free(r->share[i].instance);
    free(r->share);
}
