/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* hostmod_prog.c - programs for guests of "supervm": run over bytes of the guest's memory, where they lie. */
#include "api/hostmod.h"
#include <errno.h>
#include <string.h>

enum { ETHERTYPE_AT = 12, ETHERNET = 14 };

struct guest_result { /* struct supervm_result */
    u64 ret;
    u32 trap, offset, len, reserved;
};
_Static_assert(sizeof(struct guest_result) == 24, "as in guest.h");
struct guest_row { /* struct supervm_run */
    u32 data, len;
    struct guest_result result;
};
_Static_assert(sizeof(struct guest_row) == 32, "as in guest.h");

HM(prog_open) {
    return grant_find(cx, f, a[0], a[1], false);
}

/* A packet has no room around it: what is next to it belongs to the guest, and is not the program's. */
static s64 run(struct ctx *cx, const struct grant *g, u64 at, u64 len, struct guest_result *out) {
    u8 *data = guest_bytes(cx, at, len);
    struct svm_packet p = {.data = data, .len = (u32)len, .ifindex = 1};
    struct svm_input i = {.kind = SVM_KIND_OTHER, .mem = len ? data : NULL, .mem_len = len, .packet = &p};
    struct svm_result r = {0};
    int rc;
    if (!data)
        return -EFAULT;
    if (len >= ETHERNET)
        memcpy(&p.protocol, data + ETHERTYPE_AT, 2); /* as it lies in the frame; XDP has no such field */
    rc = run_for_guest(cx, g->ebpf, g->entry, &i, &r);
    if (cx->trap)
        return -EINTR;
    if (rc && rc != SVM_ETRAP)
        return rc == SVM_EBUSY ? -EBUSY : -EINVAL;
    *out = (struct guest_result){.ret = r.ret, .trap = r.trap, .offset = (u32)(p.data - data), .len = p.len};
    return 0;
}

HM(prog_run) {
    const struct grant *g = granted_prog(f, a[0]);
    struct guest_result r;
    u8 *out = guest_bytes(cx, a[3], sizeof r);
    s64 rc;
    if (!g)
        return (u64)-EBADF;
    if (!out)
        return (u64)-EFAULT;
    if ((rc = run(cx, g, a[1], a[2], &r)))
        return (u64)rc;
    memcpy(out, &r, sizeof r);
    return 0;
}

/* A row is read before its run and written after it: what a program does to the rows meets the next ones. */
HM(prog_run_batch) {
    u8 *rows = guest_bytes(cx, a[1], a[2] * sizeof(struct guest_row));
    if (!granted_prog(f, a[0]))
        return (u64)-EBADF;
    if (!rows || a[2] > INT32_MAX)
        return (u64)-EFAULT;
    for (u64 k = 0; k < a[2]; k++) {
        struct guest_row row;
        s64 rc;
        memcpy(&row, rows + k * sizeof row, sizeof row);
        if ((rc = run(cx, granted_prog(f, a[0]), row.data, row.len, &row.result)))
            return k && !cx->trap ? k : (u64)rc;
        memcpy(rows + k * sizeof row, &row, sizeof row);
    }
    return a[2];
}
