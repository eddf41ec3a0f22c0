/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* packet.c - byte strings and packets from the words of a case.
 * in: "u32:5,ip:10.0.0.1", "udp4:64:7"      out: bytes
 * Packets are for the loopback device, whose address is all zeros, so that the kernel finds them to be
 * for this host. Checksums are right. */
#include "tool.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes bytes_copy(const void *p, size_t n) {
    struct bytes b = {malloc(n ? n : 1), n};
    if (!b.p) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    if (n)
        memcpy(b.p, p, n);
    return b;
}

void bytes_free(struct bytes *b) {
    free(b->p);
    b->p = NULL;
    b->n = 0;
}

static bool hex_digits(const char *s, uint8_t *out, size_t max, size_t *n) {
    for (*n = 0; s[0] && s[1]; s += 2, ++*n) {
        char two[3] = {s[0], s[1], 0}, *end;
        if (*n == max)
            return false;
        out[*n] = (uint8_t)strtoul(two, &end, 16);
        if (*end)
            return false;
    }
    return !*s;
}

bool bytes_parse(const char *text, struct bytes *out) {
    uint8_t buf[4096];
    size_t n = 0, got;
    char word[4096], *save = NULL;

    if (strlen(text) >= sizeof word)
        return false;
    strcpy(word, text);
    for (char *w = strtok_r(word, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
        char *value = strchr(w, ':');
        if (!value || n > sizeof buf - 64)
            goto bad;
        *value++ = 0;
        uint64_t v = strtoull(value, NULL, 0);
        if (!strcmp(w, "hex")) {
            if (!hex_digits(value, buf + n, sizeof buf - n, &got))
                goto bad;
        } else if (!strcmp(w, "ip")) {
            got = 4;
            if (inet_pton(AF_INET, value, buf + n) != 1)
                goto bad;
        } else if (!strcmp(w, "str")) {
            got = strlen(value) + 1;
            if (got > sizeof buf - n)
                goto bad;
            memcpy(buf + n, value, got);
        } else if (w[0] == 'u' && (got = strtoul(w + 1, NULL, 10) / 8) >= 1 && got <= 8) {
            memcpy(buf + n, &v, got); /* the machines that run eBPF objects here are little-endian */
        } else {
            goto bad;
        }
        n += got;
    }
    *out = bytes_copy(buf, n);
    return true;
bad:
    fprintf(stderr, "bad bytes '%s'\n", text);
    return false;
}

/* ---- packets ---- */

struct writer {
    uint8_t *p;
    size_t n;
};
static void w8(struct writer *w, uint8_t v) {
    w->p[w->n++] = v;
}
static void w16(struct writer *w, uint16_t v) {
    w8(w, (uint8_t)(v >> 8));
    w8(w, (uint8_t)v);
}
static void w32(struct writer *w, uint32_t v) {
    w16(w, (uint16_t)(v >> 16));
    w16(w, (uint16_t)v);
}

static uint32_t next_random(uint32_t *s) { /* xorshift32 */
    *s ^= *s << 13;
    *s ^= *s >> 17;
    *s ^= *s << 5;
    return *s;
}

/* RFC 1071 over n bytes, on top of sum. */
static uint32_t add_up(uint32_t sum, const uint8_t *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
    return sum;
}
static uint16_t fold(uint32_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}
static void patch16(uint8_t *p, uint16_t v) {
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

enum { UDP = 17, TCP = 6, ICMP = 1, ICMP6 = 58 };

static void transport(struct writer *w, int proto, uint32_t *seed, size_t payload, uint32_t pseudo) {
    uint8_t *start = w->p + w->n;
    size_t check;
    switch (proto) {
    case UDP:
        w16(w, (uint16_t)(1024 + *seed % 1000));
        w16(w, 53);
        w16(w, (uint16_t)(8 + payload));
        check = 6;
        w16(w, 0);
        break;
    case TCP:
        w16(w, (uint16_t)(1024 + *seed % 1000));
        w16(w, 80);
        w32(w, *seed * 3);
        w32(w, *seed * 5);
        w16(w, 0x5018); /* 20 bytes, PSH ACK */
        w16(w, 8192);
        check = 16;
        w32(w, 0);
        break;
    default: /* ICMP echo request */
        w8(w, proto == ICMP ? 8 : 128);
        w8(w, 0);
        check = 2;
        w16(w, 0);
        w32(w, *seed);
    }
    for (size_t i = 0; i < payload; i++)
        w8(w, (uint8_t)next_random(seed));
    size_t n = (size_t)(w->p + w->n - start);
    uint32_t sum = proto == ICMP ? 0 : pseudo + (uint32_t)proto + (uint32_t)n;
    patch16(start + check, fold(add_up(sum, start, n)));
}

static size_t transport_size(int proto) {
    return proto == TCP ? 20 : 8;
}

static void ipv4(struct writer *w, int proto, uint32_t *seed, size_t payload) {
    uint8_t *ip = w->p + w->n;
    w16(w, 0x4500);
    w16(w, (uint16_t)(20 + transport_size(proto) + payload));
    w16(w, (uint16_t)*seed);
    w16(w, 0x4000);
    w8(w, 64);
    w8(w, (uint8_t)proto);
    w16(w, 0);
    w32(w, 0x0a000000 | (*seed & 0xffff));
    w32(w, 0xc0a80101);
    patch16(ip + 10, fold(add_up(0, ip, 20)));
    transport(w, proto, seed, payload, add_up(0, ip + 12, 8));
}

static void ipv6(struct writer *w, int proto, uint32_t *seed, size_t payload) {
    uint8_t *ip = w->p + w->n;
    w32(w, 0x60000000);
    w16(w, (uint16_t)(transport_size(proto) + payload));
    w8(w, (uint8_t)proto);
    w8(w, 64);
    w32(w, 0x20010db8);
    w32(w, 0);
    w32(w, 0);
    w32(w, *seed);
    w32(w, 0x20010db8);
    w32(w, 0);
    w32(w, 0);
    w32(w, 2);
    transport(w, proto, seed, payload, add_up(0, ip + 8, 32));
}

bool packet_make(const char *text, struct input *in) {
    uint8_t buf[4096];
    struct writer w = {buf, 0};
    char kind[16];
    unsigned payload = 32, seed = 1;

    if (!strncmp(text, "hex:", 4)) {
        size_t n;
        if (!hex_digits(text + 4, buf, sizeof buf, &n))
            goto bad;
        in->bytes = bytes_copy(buf, n);
        return true;
    }
    if (sscanf(text, "%15[a-z0-9]:%u:%u", kind, &payload, &seed) < 1 || payload > 3400)
        goto bad;
    uint32_t s = seed * 2654435761u | 1;
    if (!strcmp(kind, "rand") || !strcmp(kind, "mem")) {
        for (unsigned i = 0; i < payload; i++)
            w8(&w, (uint8_t)next_random(&s));
        in->bytes = bytes_copy(buf, w.n);
        return true;
    }
    static const struct row {
        const char *name;
        uint16_t proto;
        int transport;
        uint16_t tag; /* VLAN, 0: none */
    } rows[] = {{"udp4", 0x0800, UDP, 0},  {"tcp4", 0x0800, TCP, 0},   {"icmp4", 0x0800, ICMP, 0},
                {"udp6", 0x86dd, UDP, 0},  {"tcp6", 0x86dd, TCP, 0},   {"icmp6", 0x86dd, ICMP6, 0},
                {"vlan4", 0x0800, UDP, 5}, {"vlan6", 0x86dd, TCP, 77}, {"arp", 0x0806, 0, 0}};
    const struct row *r = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strcmp(kind, rows[i].name))
            r = &rows[i];
    if (!r)
        goto bad;
    w32(&w, 0);
    w16(&w, 0);
    w32(&w, 0x02000000);
    w16(&w, (uint16_t)seed);
    if (r->tag) {
        w16(&w, 0x8100);
        w16(&w, (uint16_t)(r->tag | 3 << 13));
    }
    w16(&w, r->proto);
    if (r->proto == 0x0800)
        ipv4(&w, r->transport, &s, payload);
    else if (r->proto == 0x86dd)
        ipv6(&w, r->transport, &s, payload);
    else
        for (unsigned i = 0; i < 28; i++)
            w8(&w, (uint8_t)next_random(&s));
    in->bytes = bytes_copy(buf, w.n);
    return true;
bad:
    fprintf(stderr, "bad packet '%s'\n", text);
    return false;
}
