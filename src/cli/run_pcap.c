/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_pcap.c - a file of packets in; verdicts counted, and a file of what goes on out.
 *
 * Packets are read in batches, run where they lie, and written as the program left them.
 * Only the runs are timed. With --repeat the whole file is taken again so often; what is
 * written comes from the first time. */
#include "base/platform.h"
#include "cli/run.h"
#include "io/pcap.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

struct batch {
    struct frames frames;
    struct svm_packet packet[BATCH];
    u64 ret[BATCH];
    bool trapped[BATCH];
    u32 keep[BATCH]; /* bytes that go on */
};

static void set_up(struct batch *b, u32 n, bool ethertype) {
    u32 k;
    for (k = 0; k < n; k++) {
        const struct frame *f = &b->frames.frame[k];
        b->packet[k] = (struct svm_packet){.data = f->data,
                                           .len = f->len,
                                           .headroom = FRAME_HEADROOM,
                                           .tailroom = FRAME_TAILROOM,
                                           .ifindex = 1,
                                           .tstamp = f->time_ns};
        if (ethertype && f->len >= 14)
            memcpy(&b->packet[k].protocol, f->data + 12, 2); /* as it lies in the frame */
    }
}

static int run_batch(struct run *r, struct batch *b, u32 n) {
    struct svm_input in = {.kind = r->kind, .want_regs = r->regs};
    struct svm_result res;
    struct svm_error err;
    u64 start = os_time_ns(), insns = 0;
    u32 k;
    int rc;
    for (k = 0; k < n; k++) {
        in.packet = &b->packet[k]; /* either way: the kind says which is taken */
        in.mem = in.packet->data;
        in.mem_len = in.packet->len;
        rc = svm_run_entry(r->instance, r->entry, &in, &res, &err);
        insns += res.insns;
        b->ret[k] = res.ret;
        b->trapped[k] = rc != 0;
        if (rc == SVM_ETRAP)
            note_trap(r, &res, &err, r->packets + k + 1);
        else if (rc)
            return refuse("packet %llu: %s", (unsigned long long)(r->packets + k + 1), err.text);
    }
    r->ns += os_time_ns() - start;
    r->insns += insns;
    r->runs += n;
    r->packets += n;
    for (k = 0; k < n; k++) {
        b->keep[k] = b->trapped[k] ? 0 : verdict_count(&r->verdicts, r->kind, b->ret[k], b->packet[k].len);
        if (!b->trapped[k])
            r->ret = b->ret[k];
    }
    return 0;
}

static void write_batch(struct batch *b, u32 n, struct pcap_out *out) {
    u32 k;
    for (k = 0; k < n; k++) {
        struct frame *f = &b->frames.frame[k];
        if (!b->keep[k])
            continue;
        f->wire_len += b->packet[k].len - f->len; /* as the program grew or shrank the frame */
        f->data = b->packet[k].data;
        f->len = b->keep[k];
        pcap_out_write(out, f);
    }
}

static int pass(struct run *r, struct batch *b, u64 number) {
    bool first = number == 1;
    struct error e = {0};
    struct pcap_in *in = pcap_in_open(r->pcap, &e);
    struct pcap_out *out = NULL;
    bool ethertype;
    int n = 0, rc = 0;
    if (!in)
        return refuse("%s", e.text);
    if (r->out && first && !(out = pcap_out_open(r->out, in, &e)))
        rc = refuse("%s", e.text);
    if (first && !pcap_in_ethernet(in) && !rc)
        fprintf(stderr, "supervm: note: %s holds frames of link type %s, not Ethernet\n", r->pcap, pcap_in_link(in));
    ethertype = r->kind != SVM_KIND_XDP && pcap_in_ethernet(in);
    while (!rc && (n = pcap_in_read(in, &b->frames, BATCH, &e)) > 0) {
        set_up(b, (u32)n, ethertype);
        rc = run_batch(r, b, (u32)n);
        if (out && !rc)
            write_batch(b, (u32)n, out);
        records_take(r);
        progress_show(&r->progress, "%llu packets, time %llu of %llu", (unsigned long long)r->packets,
                      (unsigned long long)number, (unsigned long long)r->repeat);
    }
    if (!rc && n < 0)
        rc = refuse("%s", e.text);
    e = (struct error){0};
    if (pcap_out_close(out, &e) && !rc)
        rc = refuse("%s", e.text);
    pcap_in_close(in);
    return rc;
}

int run_pcap(struct run *r) {
    struct batch *b = calloc(1, sizeof *b);
    u64 k;
    int rc = b ? 0 : refuse("out of memory");
    for (k = 1; k <= r->repeat && !rc; k++)
        rc = pass(r, b, k);
    progress_end(&r->progress);
    if (b)
        frames_drop(&b->frames);
    free(b);
    return rc;
}
