/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* pcap.c - a file of packets in, batches of frames out; frames in, a file out. Through
 * libpcap, which knows every variant of the formats, and pcapng.c, which writes what it does not. */
#include "io/pcap.h"
#include "base/late.h"
#include "io/pcapng.h"
#include <stdlib.h>
#include <string.h>

void frames_drop(struct frames *b) {
    free(b->frame);
    free(b->bytes);
    *b = (struct frames){0};
}

#ifdef HAVE_LIBPCAP
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>

/* clang-format off */
#define FUNCTIONS(F)                                                                                                   \
    F(pcap_open_offline_with_tstamp_precision) F(pcap_next_ex) F(pcap_geterr) F(pcap_datalink)                         \
    F(pcap_datalink_val_to_name) F(pcap_close) F(pcap_open_dead) F(pcap_open_dead_with_tstamp_precision)               \
    F(pcap_dump_open) F(pcap_dump_fopen) F(pcap_dump) F(pcap_dump_file) F(pcap_dump_flush) F(pcap_dump_close)
/* clang-format on */
static LATE_LIBRARY(, FUNCTIONS) lib = LATE_INIT(HAVE_LIBPCAP, FUNCTIONS);

enum {
    FRAME_BYTES = 4096 /* of a batch for each frame, on average */,
    MAX_FRAME = 1 << 18 /* libpcap's own MAXIMUM_SNAPLEN */
};

struct pcap_in {
    pcap_t *p;
    char *path;
    bool micro;              /* the file counts microseconds: so will what we write */
    struct pcap_pkthdr head; /* a frame that the last batch had no room for */
    const u_char *pending;
    u64 count;
    struct error late; /* to be said after the whole frames before it */
};

struct pcap_out {
    struct pcapng *ng; /* or, where it is NULL, all of the following */
    pcap_t *p;
    pcap_dumper_t *d;
    char *path;
    bool micro;
};

/* The classic format says in its magic whether it counts micro- or nanoseconds; libpcap hides it. */
static bool counts_micro(const char *path) {
    static const u8 le[4] = {0xd4, 0xc3, 0xb2, 0xa1}, be[4] = {0xa1, 0xb2, 0xc3, 0xd4};
    u8 magic[4] = {0};
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : NULL;
    if (!f)
        return false;
    if (fread(magic, 1, sizeof magic, f) != sizeof magic)
        memset(magic, 0, sizeof magic);
    fclose(f);
    return !memcmp(magic, le, sizeof le) || !memcmp(magic, be, sizeof be);
}

struct pcap_in *pcap_in_open(const char *path, struct error *e) {
    char text[PCAP_ERRBUF_SIZE] = "";
    struct pcap_in *in;
    if (late_open(&lib.late, lib.slot, e)) {
        wrap(e, "%s", path);
        return NULL;
    }
    in = calloc(1, sizeof *in);
    if (!in || !(in->path = strdup(path))) {
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        pcap_in_close(in);
        return NULL;
    }
    in->micro = counts_micro(path);
    in->p = lib.pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, text);
    if (in->p)
        return in;
    /* libpcap puts the path in front of some of its texts */
    if (!strncmp(text, path, strlen(path)) && text[strlen(path)] == ':')
        fail(e, E_FORMAT, NOWHERE, "%s", text);
    else
        fail(e, E_FORMAT, NOWHERE, "%s: %s", path, text);
    pcap_in_close(in);
    return NULL;
}

static size_t room_of(u32 len) {
    return align_up(FRAME_HEADROOM + (size_t)len + FRAME_TAILROOM, 64);
}

static bool make_room(struct frames *b, u32 n) {
    if (b->cap >= n)
        return true;
    frames_drop(b);
    b->size = (size_t)n * FRAME_BYTES + room_of(MAX_FRAME);
    b->frame = calloc(n, sizeof *b->frame);
    b->bytes = malloc(b->size);
    if (!b->frame || !b->bytes)
        return false;
    b->cap = n;
    return true;
}

/* One frame into in->head, in->pending. 1: there is one; 0: the end; negative: failed. */
static int fetch(struct pcap_in *in, struct error *e) {
    struct pcap_pkthdr *head;
    int rc;
    if (in->late.code)
        return *e = in->late, e->code;
    if (in->pending)
        return 1;
    rc = lib.pcap_next_ex(in->p, &head, &in->pending);
    if (rc == PCAP_ERROR_BREAK)
        return 0;
    if (rc != 1)
        return fail(e, E_TRUNC, NOWHERE, "%s: packet %llu: %s", in->path, (unsigned long long)in->count + 1,
                    lib.pcap_geterr(in->p));
    in->head = *head;
    in->count++;
    if (in->head.caplen <= MAX_FRAME)
        return 1;
    return fail(e, E_LIMIT, NOWHERE, "%s: packet %llu has %u bytes: at most %d", in->path,
                (unsigned long long)in->count, in->head.caplen, MAX_FRAME);
}

int pcap_in_read(struct pcap_in *in, struct frames *b, u32 n, struct error *e) {
    size_t used = 0;
    int rc;
    b->n = 0;
    if (!make_room(b, n))
        return fail(e, E_NOMEM, NOWHERE, "out of memory");
    while (b->n < n && used < (size_t)n * FRAME_BYTES) {
        struct frame *f = &b->frame[b->n];
        rc = fetch(in, e);
        if (rc < 0 && b->n) {
            in->late = *e;
            *e = (struct error){0};
            break;
        }
        if (rc <= 0)
            return rc < 0 ? rc : (int)b->n;
        if (used + room_of(in->head.caplen) > b->size)
            break;
        *f = (struct frame){.data = b->bytes + used + FRAME_HEADROOM,
                            .len = in->head.caplen,
                            .wire_len = in->head.len,
                            .time_ns = (u64)in->head.ts.tv_sec * 1000000000u + (u64)in->head.ts.tv_usec};
        memset(f->data - FRAME_HEADROOM, 0, FRAME_HEADROOM); /* of this packet alone: no older bytes to read */
        memcpy(f->data, in->pending, f->len);
        memset(f->data + f->len, 0, FRAME_TAILROOM);
        used += room_of(f->len);
        in->pending = NULL;
        b->n++;
    }
    return (int)b->n;
}

bool pcap_in_ethernet(const struct pcap_in *in) {
    return lib.pcap_datalink(in->p) == DLT_EN10MB;
}

const char *pcap_in_link(const struct pcap_in *in) {
    const char *name = lib.pcap_datalink_val_to_name(lib.pcap_datalink(in->p));
    return name ? name : "unknown";
}

void pcap_in_close(struct pcap_in *in) {
    if (!in)
        return;
    if (in->p)
        lib.pcap_close(in->p);
    free(in->path);
    free(in);
}

static void drop_out(struct pcap_out *out) {
    if (out->d)
        lib.pcap_dump_close(out->d);
    if (out->p)
        lib.pcap_close(out->p);
    free(out->path);
    free(out);
}

/* libpcap's numbers of link types are not always those of the files; the head of a file that it
 * writes says how it calls this one. */
static u32 link_of(const struct pcap_in *in) {
    enum { HEAD = 24, LINK_AT = 20 };
    char *text = NULL;
    size_t n = 0;
    u32 link = (u32)lib.pcap_datalink(in->p);
    pcap_t *p = lib.pcap_open_dead(lib.pcap_datalink(in->p), MAX_FRAME);
    FILE *f = open_memstream(&text, &n);
    pcap_dumper_t *d = p && f ? lib.pcap_dump_fopen(p, f) : NULL;
    if (d)
        lib.pcap_dump_close(d);
    else if (f)
        fclose(f);
    if (d && n >= HEAD)
        memcpy(&link, text + LINK_AT, sizeof link); /* of this machine's byte order */
    if (p)
        lib.pcap_close(p);
    free(text);
    return link & 0xffff; /* above: the length of the checksum behind each frame */
}

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

struct pcap_out *pcap_out_open(const char *path, const struct pcap_in *in, struct error *e) {
    struct pcap_out *out = calloc(1, sizeof *out);
    if (out && ends_with(path, ".pcapng")) {
        if ((out->ng = pcapng_open(path, link_of(in), e)))
            return out;
        free(out);
        return NULL;
    }
    if (!out || !(out->path = strdup(path))) {
        free(out);
        fail(e, E_NOMEM, NOWHERE, "out of memory");
        return NULL;
    }
    out->micro = in->micro;
    out->p = lib.pcap_open_dead_with_tstamp_precision(lib.pcap_datalink(in->p), MAX_FRAME,
                                                  in->micro ? PCAP_TSTAMP_PRECISION_MICRO : PCAP_TSTAMP_PRECISION_NANO);
    if (out->p)
        out->d = lib.pcap_dump_open(out->p, path);
    if (out->d)
        return out;
    fail(e, E_IO, NOWHERE, "%s", out->p ? lib.pcap_geterr(out->p) : "out of memory");
    drop_out(out);
    return NULL;
}

void pcap_out_write(struct pcap_out *out, const struct frame *f) {
    struct pcap_pkthdr head = {.caplen = f->len, .len = f->wire_len > f->len ? f->wire_len : f->len};
    if (out->ng) {
        pcapng_write(out->ng, f);
        return;
    }
    head.ts.tv_sec = (time_t)(f->time_ns / 1000000000u);
    head.ts.tv_usec = (suseconds_t)(f->time_ns % 1000000000u / (out->micro ? 1000 : 1));
    lib.pcap_dump((u_char *)out->d, &head, f->data);
}

int pcap_out_close(struct pcap_out *out, struct error *e) {
    int rc = 0;
    if (!out)
        return 0;
    if (out->ng) {
        rc = pcapng_close(out->ng, e);
        free(out);
        return rc;
    }
    errno = 0;
    if (lib.pcap_dump_flush(out->d) || ferror(lib.pcap_dump_file(out->d)))
        rc = fail(e, E_IO, NOWHERE, "%s: %s", out->path, errno ? strerror(errno) : "write error");
    drop_out(out);
    return rc;
}

#else

struct pcap_in *pcap_in_open(const char *path, struct error *e) {
    fail(e, E_UNSUP, NOWHERE, "%s: this build is without libpcap and reads no pcap files", path);
    return NULL;
}

/* Nothing was opened, so nothing below is called. */
int pcap_in_read(struct pcap_in *in, struct frames *b, u32 n, struct error *e) {
    return (void)in, (void)b, (void)n, fail(e, E_UNSUP, NOWHERE, "this build is without libpcap");
}
bool pcap_in_ethernet(const struct pcap_in *in) {
    return (void)in, true;
}
const char *pcap_in_link(const struct pcap_in *in) {
    return (void)in, "";
}
void pcap_in_close(struct pcap_in *in) {
    (void)in;
}
struct pcap_out *pcap_out_open(const char *path, const struct pcap_in *in, struct error *e) {
    return (void)in, fail(e, E_UNSUP, NOWHERE, "%s: this build is without libpcap", path), NULL;
}
void pcap_out_write(struct pcap_out *out, const struct frame *f) {
    (void)out, (void)f;
}
int pcap_out_close(struct pcap_out *out, struct error *e) {
    return (void)out, (void)e, 0;
}

#endif
