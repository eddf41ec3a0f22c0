/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* guest_bpf.c - a guest of wasm-bpf in the command: it brings eBPF objects of its own, attaches their programs and
 * waits for records. What comes by are the packets of --pcap: some of them each time that the guest waits. When they
 * are over, waiting is interrupted (EINTR), which ends a guest. */
#include "api/api.h"
#include "cli/run.h"
#include "io/pcap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

struct attached {
    struct svm_instance *in;
    const struct svm_entry *entry;
    enum svm_kind kind;
};
struct guest_bpf {
    struct run *r;
    struct attached *row;
    u32 n;
    struct pcap_in *in;
    struct frames frames;
    u64 packets;
};

bool wants_wasm_bpf(const struct svm_module *m) {
    static const char name[] = "wasm_bpf";
    struct svm_extern_info x;
    for (size_t i = 0; svm_module_extern(m, false, i, &x); i++)
        if (x.space_len == sizeof name - 1 && !memcmp(x.space, name, x.space_len))
            return true;
    return false;
}

/* ---- what the guest attaches ---- */

static enum svm_kind kind_of(const struct svm_module *m, const char *prog) {
    struct svm_prog_info p = {0};
    for (size_t i = 0; svm_module_prog(m, i, &p) && strcmp(p.name, prog); i++)
        continue;
    return p.kind;
}

static int attach(void *arg, struct svm_instance *ebpf, const char *prog, const char *section, const char *target) {
    struct guest_bpf *g = arg;
    enum svm_kind kind = kind_of(ebpf->p->m, prog);
    struct attached *row;
    (void)target; /* there is one place where packets come by */
    if (!takes_packets(kind)) {
        refuse("%s: %s (%s) cannot be attached: nothing but packets comes by here", g->r->file, prog, section);
        return -EOPNOTSUPP;
    }
    if (!g->in) {
        refuse("%s: %s (%s) takes packets: --pcap FILE has them", g->r->file, prog, section);
        return -ENODEV;
    }
    if (!(row = reallocarray(g->row, g->n + 1, sizeof *row)))
        return -ENOMEM;
    g->row = row;
    row[g->n++] = (struct attached){ebpf, svm_program_entry(ebpf->p, prog), kind};
    return 0;
}

/* An object goes: what its maps hold is shown now. */
static void detach(void *arg, struct svm_instance *ebpf) {
    struct guest_bpf *g = arg;
    u32 left = 0;
    for (u32 i = 0; i < g->n; i++)
        if (g->row[i].in != ebpf)
            g->row[left++] = g->row[i];
    g->n = left;
    if (g->r->maps)
        show_maps(&(struct run){.module = ebpf->p->m, .program = ebpf->p});
}

/* ---- packets ---- */

/* Over all that is attached, in that order; each sees what those before it made of the packet, as long as it goes on.
 */
static int run_one(struct guest_bpf *g, struct frame *f) {
    struct svm_result res;
    struct svm_error err;
    g->packets++;
    for (u32 i = 0; i < g->n && f->len; i++) {
        const struct attached *a = &g->row[i];
        if (run_packet(a->in, a->entry, a->kind, pcap_in_ethernet(g->in), false, f, &res, &err)) {
            refuse("%s: packet %llu: %s", g->r->file, (unsigned long long)g->packets, err.text);
            return -EIO;
        }
        f->len = verdict_count(&g->r->verdicts, a->kind, res.ret, f->len);
    }
    return 0;
}

static int wait_for(void *arg, int timeout_ms) {
    struct guest_bpf *g = arg;
    struct error e = {0};
    int n = g->in && g->n ? pcap_in_read(g->in, &g->frames, BATCH, &e) : 0, rc = 0;
    (void)timeout_ms; /* captures are not late */
    if (n < 0) {
        refuse("%s", e.text);
        return -EIO;
    }
    for (u32 i = 0; i < (u32)n && !rc; i++)
        rc = run_one(g, &g->frames.frame[i]);
    return n ? rc : -EINTR;
}

int guest_bpf_grant(struct run *r, struct svm_linker *l) {
    struct svm_wasm_bpf o = SVM_WASM_BPF_INIT;
    struct error e = {0};
    if (!wants_wasm_bpf(r->module))
        return EXIT_WELL;
    if (!(r->guest_bpf = calloc(1, sizeof *r->guest_bpf)))
        return refuse("out of memory");
    r->guest_bpf->r = r;
    if (r->pcap && !(r->guest_bpf->in = pcap_in_open(r->pcap, &e)))
        return refuse("%s", e.text);
    o.arg = r->guest_bpf;
    o.attach = attach;
    o.detach = detach;
    o.wait = wait_for;
    return svm_linker_wasm_bpf(l, &o) ? refuse("out of memory") : EXIT_WELL;
}

/* When the guest's instance is gone, which has its objects. */
void guest_bpf_drop(struct run *r) {
    if (!r->guest_bpf)
        return;
    pcap_in_close(r->guest_bpf->in);
    frames_drop(&r->guest_bpf->frames);
    free(r->guest_bpf->row);
    free(r->guest_bpf);
}
