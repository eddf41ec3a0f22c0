/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* run_mem.c - one buffer in (or none), N runs, r0 of the last one out. With a packet context
 * the buffer is the packet. What a run writes there stays for the next one. */
#include "base/platform.h"
#include "cli/run.h"
#include "io/pcap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MEM_LIMIT = 1 << 30, CHUNK = 4096 };

/* --mem: the bytes of a file where there is one of that name, else hex. */
static int read_mem(const char *mem, struct buf *out) {
    FILE *f = strcmp(mem, "-") ? fopen(mem, "rb") : stdin;
    if (f) {
        int rc;
        if (f != stdin)
            fclose(f);
        errno = 0;
        rc = buf_read_file(out, mem, MEM_LIMIT);
        if (rc == E_LIMIT)
            return refuse("%s: longer than %d bytes", mem, MEM_LIMIT);
        return rc ? refuse("%s: %s", mem, errno ? strerror(errno) : "cannot read") : 0;
    }
    return read_hex(mem, out) ? 0 : complain("--mem %s: no such file, and not hex", mem);
}

static int run_all(struct run *r, struct svm_input *in, const struct svm_packet *fresh) {
    struct svm_packet p;
    struct svm_result res = {0};
    struct svm_error err;
    int rc = 0;
    in->packet = fresh ? &p : NULL;
    while (!rc && r->runs < r->repeat) {
        u64 n = min64(r->repeat - r->runs, CHUNK), k, start = os_time_ns();
        for (k = 0; k < n && !rc; k++) {
            if (fresh)
                p = *fresh;
            rc = svm_run_entry(r->instance, r->entry, in, &res, &err);
            r->insns += res.insns;
        }
        r->ns += os_time_ns() - start;
        r->runs += k;
        records_take(r);
        progress_show(&r->progress, "%llu of %llu runs", (unsigned long long)r->runs, (unsigned long long)r->repeat);
    }
    progress_end(&r->progress);
    r->ret = res.ret;
    if (rc && rc != SVM_ETRAP)
        return refuse("%s", err.text);
    if (rc) {
        r->traps = 1;
        r->first_trap = res;
        r->first_error = err;
    }
    return 0;
}

int run_mem(struct run *r) {
    struct svm_input in = {.kind = r->kind, .want_regs = r->regs};
    struct svm_packet p = {.ifindex = 1};
    struct buf mem = {0};
    int rc = r->mem ? read_mem(r->mem, &mem) : 0;
    u8 *room = NULL;
    if (!rc && takes_packets(r->kind)) {
        room = calloc(1, FRAME_HEADROOM + mem.len + FRAME_TAILROOM);
        if (!room || mem.len > UINT32_MAX / 2) {
            rc = refuse("--mem: %s", room ? "too long for a packet" : "out of memory");
        } else {
            if (mem.len)
                memcpy(room + FRAME_HEADROOM, mem.data, mem.len);
            p.data = room + FRAME_HEADROOM;
            p.len = (u32)mem.len;
            p.headroom = FRAME_HEADROOM;
            p.tailroom = FRAME_TAILROOM;
            if (mem.len >= 14 && r->kind != SVM_KIND_XDP)
                memcpy(&p.protocol, p.data + 12, 2); /* the ethertype, as it lies in the frame */
        }
    }
    if (!rc) {
        in.mem = mem.len ? mem.data : NULL;
        in.mem_len = mem.len;
        rc = run_all(r, &in, room ? &p : NULL);
    }
    buf_free(&mem);
    free(room);
    return rc;
}
