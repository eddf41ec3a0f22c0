/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* verdict.c - what r0 means for each kind of program, and how often it was said. */
#include "cli/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOSE, KEEP };

struct meaning {
    enum svm_kind kind;
    s32 value;
    const char *name;
    u8 keep;
};
static const struct meaning meanings[] = {
#define VERDICT(kind, value, name, keep) {SVM_KIND_##kind, value, #name, keep},
#include "cli/verdicts.def"
};

enum svm_kind kind_named(const char *name) {
    static const struct {
        const char *name;
        enum svm_kind kind;
    } names[] = {
        {"raw", SVM_KIND_RAW},
        {"mem", SVM_KIND_RAW},
        {"xdp", SVM_KIND_XDP},
        {"tc", SVM_KIND_TC},
        {"socket_filter", SVM_KIND_SOCKET_FILTER},
        {"socket", SVM_KIND_SOCKET_FILTER},
    };
    struct svm_kind_info info;
    size_t i;
    for (i = 0; i < COUNT(names); i++)
        if (!strcmp(names[i].name, name))
            return names[i].kind;
    for (i = 0; svm_kind_describe((enum svm_kind)i, &info); i++)
        if (!strcmp(info.name, name) && (info.packet || info.memory))
            return (enum svm_kind)i;
    return SVM_KIND_OTHER;
}

bool takes_packets(enum svm_kind kind) {
    struct svm_kind_info info;
    return svm_kind_describe(kind, &info) && info.packet;
}

static const struct meaning *find(enum svm_kind kind, u64 ret) {
    size_t i;
    for (i = 0; i < COUNT(meanings); i++)
        if (meanings[i].kind == kind && meanings[i].value == (s32)(u32)ret)
            return &meanings[i];
    return NULL;
}

/* A socket filter says how many bytes to keep: for counting all of these are one verdict. */
static u64 value_of(enum svm_kind kind, u64 ret) {
    switch (kind) {
    case SVM_KIND_XDP:
    case SVM_KIND_TC: return (u32)ret;
    case SVM_KIND_SOCKET_FILTER: return (u32)ret != 0;
    case SVM_KIND_RAW:
    case SVM_KIND_OTHER:
    case SVM_KIND_CGROUP_SKB:
    case SVM_KIND_SYSCALL:
    case SVM_KIND_RAW_TRACEPOINT:
    case SVM_KIND_TRACEPOINT:
    case SVM_KIND_KPROBE:
    case SVM_KIND_PERF_EVENT:
    case SVM_KIND_FENTRY:
    case SVM_KIND_FEXIT:
    case SVM_KIND_CONTEXT: break;
    }
    return ret;
}

void verdict_name(enum svm_kind kind, u64 ret, char *out, size_t size) {
    const struct meaning *m = find(kind, ret);
    if (m)
        snprintf(out, size, "%s", m->name);
    else if (kind == SVM_KIND_SOCKET_FILTER)
        snprintf(out, size, "%s", (u32)ret ? "accept" : "drop");
    else
        snprintf(out, size, "0x%llx", (unsigned long long)value_of(kind, ret));
}

u32 verdict_count(struct verdicts *v, enum svm_kind kind, u64 ret, u32 len) {
    u64 value = value_of(kind, ret);
    struct verdict *row;
    u32 i;
    for (i = 0; i < v->n && v->row[i].value != value; i++)
        ;
    if (i == MAX_VERDICTS)
        i--;
    row = &v->row[i];
    if (i == v->n) {
        const struct meaning *m = find(kind, ret);
        v->n++;
        row->value = value;
        row->keep = m ? m->keep : kind == SVM_KIND_SOCKET_FILTER ? value : !takes_packets(kind);
        verdict_name(kind, ret, row->name, sizeof row->name);
        if (v->n == MAX_VERDICTS)
            snprintf(row->name, sizeof row->name, "other");
    }
    row->count++;
    if (!row->keep)
        return 0;
    return kind == SVM_KIND_SOCKET_FILTER ? (u32)min64(len, (u32)ret) : len;
}

static int by_count(const void *x, const void *y) {
    const struct verdict *a = x, *b = y;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return a->value < b->value ? -1 : a->value > b->value;
}

void verdicts_sort(struct verdicts *v) {
    qsort(v->row, v->n, sizeof *v->row, by_count);
}
