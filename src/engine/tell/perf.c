/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* perf.c - code in the files that perf reads:
 *
 *   /tmp/perf-PID.map           a line each function: address, size, name; for perf report
 *   $JITDUMPDIR/jit-PID.dump    code and source lines too (tools/perf/Documentation/jitdump-specification.txt), for
 * perf inject -j of what perf record -k mono recorded; /tmp without that variable
 *
 * Both are of a process, not of an image: each image opens them, whole records are added, and the first one writes the
 * head and makes the mapping by which perf finds the second. */
#include "base/buf.h"
#include "base/platform.h"
#include "engine/tell/tell.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct perf_files {
    int map, dump; /* below 0: there is none */
    void *mark;
};

enum { DUMP_MAGIC = 0x4a695444, DUMP_VERSION = 1, HEAD_BYTES = 40, RECORD_BYTES = 16 };
enum { RECORD_LOAD = 0, RECORD_LINES = 2 };
enum { MACHINE_X86_64 = 62 }; /* as in ELF */

static void begin_dump(struct perf_files *p, u32 pid) {
    struct buf b = {0};
    buf_u32(&b, DUMP_MAGIC);
    buf_u32(&b, DUMP_VERSION);
    buf_u32(&b, HEAD_BYTES);
    buf_u32(&b, MACHINE_X86_64);
    buf_u32(&b, 0);
    buf_u32(&b, pid);
    buf_u64(&b, os_time_ns());
    buf_u64(&b, 0);
    if (!b.oom && os_trace_add(p->dump, b.data, b.len))
        p->mark = os_trace_mark(p->dump);
    buf_free(&b);
}

struct perf_files *perf_open(void) {
    struct perf_files *p = calloc(1, sizeof *p);
    const char *dir = getenv("JITDUMPDIR");
    u32 pid = (u32)(os_pid_tgid() >> 32);
    struct buf path = {0};
    bool first;
    if (!p)
        return NULL;
    buf_printf(&path, "/tmp/perf-%u.map", pid);
    p->map = os_trace_file(buf_str(&path), &first);
    if (first)
        os_trace_begun(p->map);
    buf_clear(&path);
    buf_printf(&path, "%s/jit-%u.dump", dir && *dir ? dir : "/tmp", pid);
    p->dump = os_trace_file(buf_str(&path), &first);
    if (first) {
        begin_dump(p, pid);
        os_trace_begun(p->dump);
    }
    buf_free(&path);
    if (p->map < 0 && p->dump < 0) {
        free(p);
        return NULL;
    }
    return p;
}

void perf_close(struct perf_files *p) {
    if (!p)
        return;
    if (p->map >= 0)
        os_trace_close(p->map);
    if (p->dump >= 0)
        os_trace_close(p->dump);
    os_release(p->mark, os_page());
    free(p);
}

static void add_map(struct perf_files *p, const struct perf_code *c) {
    struct buf line = {0};
    buf_printf(&line, "%llx %x %s\n", (unsigned long long)(uintptr_t)c->code, c->size, c->name);
    for (size_t k = 0; k + 1 < line.len; k++) /* a name is the guest's */
        if ((u8)line.data[k] < ' ')
            line.data[k] = '?';
    if (!line.oom)
        os_trace_add(p->map, line.data, line.len);
    buf_free(&line);
}

static size_t begin_record(struct buf *b, u32 id) {
    size_t at = b->len;
    buf_u32(b, id);
    buf_u32(b, 0); /* its size: end_record() */
    buf_u64(b, os_time_ns());
    return at;
}
static void end_record(struct buf *b, size_t at) {
    u32 size = (u32)(b->len - at);
    if (!b->oom)
        memcpy(b->data + at + 4, &size, 4);
}

struct lines {
    struct buf *b;
    const u8 *code;
    u64 n;
};
static void add_line(void *arg, u32 at, const struct line *l) {
    struct lines *s = arg;
    buf_u64(s->b, (u64)(uintptr_t)(s->code + at));
    buf_u32(s->b, l->line);
    buf_u32(s->b, 0);
    buf_add(s->b, l->file, strlen(l->file) + 1);
    s->n++;
}

static void add_dump(struct perf_files *p, const struct perf_code *c) {
    struct buf out = {0};
    struct lines s = {&out, c->code, 0};
    u64 tid = os_pid_tgid(), code = (u64)(uintptr_t)c->code;
    size_t at = begin_record(&out, RECORD_LINES);
    buf_u64(&out, code);
    buf_u64(&out, 0); /* how many lines */
    c->lines(c->of, add_line, &s);
    if (s.n && !out.oom)
        memcpy(out.data + at + RECORD_BYTES + 8, &s.n, 8);
    else
        buf_clear(&out);
    if (s.n)
        end_record(&out, at);
    at = begin_record(&out, RECORD_LOAD);
    buf_u32(&out, (u32)(tid >> 32));
    buf_u32(&out, (u32)tid);
    buf_u64(&out, code);
    buf_u64(&out, code);
    buf_u64(&out, c->size);
    buf_u64(&out, os_time_ns()); /* a number that no other function of the process has */
    buf_add(&out, c->name, strlen(c->name) + 1);
    buf_add(&out, c->code, c->size);
    end_record(&out, at);
    if (!out.oom)
        os_trace_add(p->dump, out.data, out.len);
    buf_free(&out);
}

void perf_add(struct perf_files *p, const struct perf_code *c) {
    if (p->map >= 0)
        add_map(p, c);
    if (p->dump >= 0)
        add_dump(p, c);
}
