/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pcapng.c - one section, one interface, one enhanced packet block a frame:
 *
 *   | type | total length | body, to 4 bytes | total length |      all little endian
 *   options: | u16 code | u16 length | value, to 4 bytes | ... | 0 | 0 |
 *
 * Time stamps count nanoseconds. libpcap reads the format, but does not write it. */
#include "io/pcapng.h"
#include "base/buf.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, PACKET = 6, ORDER = 0x1a2b3c4d };
enum { OPT_END = 0, SHB_USERAPPL = 4, IF_TSRESOL = 9, EPB_VERDICT = 7, NANO = 9 };

struct pcapng {
    FILE *f;
    char *path;
    struct buf b; /* the block that is being made */
};

static void put16(struct buf *b, u32 v) {
    u8 p[2] = {(u8)v, (u8)(v >> 8)};
    buf_add(b, p, sizeof p);
}

static void pad(struct buf *b) {
    static const u8 zero[4] = {0};
    buf_add(b, zero, -b->len & 3);
}

static void option(struct buf *b, u32 code, const void *value, u32 len) {
    put16(b, code);
    put16(b, len);
    buf_add(b, value, len);
    pad(b);
}

static void begin(struct pcapng *p, u32 type) {
    buf_clear(&p->b);
    buf_u32(&p->b, type);
    buf_u32(&p->b, 0); /* its length, when it is known */
}

static void end(struct pcapng *p) {
    u32 len = (u32)p->b.len + 4;
    u8 at[4] = {(u8)len, (u8)(len >> 8), (u8)(len >> 16), (u8)(len >> 24)};
    buf_u32(&p->b, len);
    if (p->b.oom)
        return; /* said when the file is closed */
    memcpy(p->b.data + 4, at, sizeof at);
    fwrite(p->b.data, 1, p->b.len, p->f);
}

static void heads(struct pcapng *p, u32 link) {
    static const char appl[] = "supervm";
    static const u8 resolution = NANO;
    begin(p, SECTION);
    buf_u32(&p->b, ORDER);
    put16(&p->b, 1); /* version 1.0 */
    put16(&p->b, 0);
    buf_u64(&p->b, UINT64_MAX); /* the length of the section is not known */
    option(&p->b, SHB_USERAPPL, appl, sizeof appl - 1);
    option(&p->b, OPT_END, NULL, 0);
    end(p);
    begin(p, INTERFACE);
    put16(&p->b, link);
    put16(&p->b, 0);
    buf_u32(&p->b, 0); /* no limit to the bytes of a frame */
    option(&p->b, IF_TSRESOL, &resolution, 1);
    option(&p->b, OPT_END, NULL, 0);
    end(p);
}

struct pcapng *pcapng_open(const char *path, u32 link, struct error *e) {
    struct pcapng *p = calloc(1, sizeof *p);
    if (!p || !(p->path = strdup(path))) {
        free(p);
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    p->f = strcmp(path, "-") ? fopen(path, "wb") : stdout;
    if (!p->f) {
        fail(e, E_IO, NOWHERE, "%s: %s", path, strerror(errno));
        free(p->path);
        free(p);
        return NULL;
    }
    heads(p, link);
    return p;
}

void pcapng_write(struct pcapng *p, const struct frame *f) {
    begin(p, PACKET);
    buf_u32(&p->b, 0); /* the first interface */
    buf_u32(&p->b, (u32)(f->time_ns >> 32));
    buf_u32(&p->b, (u32)f->time_ns);
    buf_u32(&p->b, f->len);
    buf_u32(&p->b, f->wire_len > f->len ? f->wire_len : f->len);
    buf_add(&p->b, f->data, f->len);
    pad(&p->b);
    if (f->verdict_of) {
        u8 value[9] = {f->verdict_of};
        for (u32 i = 0; i < 8; i++)
            value[1 + i] = (u8)(f->verdict >> 8 * i);
        option(&p->b, EPB_VERDICT, value, sizeof value);
        option(&p->b, OPT_END, NULL, 0);
    }
    end(p);
}

int pcapng_close(struct pcapng *p, struct error *e) {
    int rc = 0;
    bool bad;
    if (!p)
        return 0;
    errno = 0;
    bad = fflush(p->f) || ferror(p->f);
    if (p->f != stdout)
        bad |= fclose(p->f) != 0;
    if (p->b.oom)
        rc = fail(e, E_NOMEM, NOWHERE, "%s: out of memory", p->path);
    else if (bad)
        rc = fail(e, E_IO, NOWHERE, "%s: %s", p->path, errno ? strerror(errno) : "write error");
    buf_free(&p->b);
    free(p->path);
    free(p);
    return rc;
}
