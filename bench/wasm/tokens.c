/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* tokens.c - splits 24 KB of source text into tokens, counts words in a hash table, looks for words by
 * Horspool's search: tables of bytes, short loops.
 * bench: n=2 */
#include "bench.h"

enum { TEXT = 24576, SLOTS = 1024 };
enum class { SPACE, LETTER, DIGIT, QUOTE, OTHER };

static u8 text[TEXT];
static u8 class_of[256];
static struct {
    const u8 *p;
    u32 len, hash, count;
} word[SLOTS];

static void make_text(void) {
    static const char *const part[] = {"while ",
                                       "(i < count) ",
                                       "{\n    total += value[i++];\n",
                                       "}\n",
                                       "return ",
                                       "\"a string\" ",
                                       "0x1f4a ",
                                       "identifier_number_",
                                       "+ 31 * ",
                                       "if (",
                                       ") else "};
    u64 seed = 11;
    u32 n = 0;
    while (n < TEXT) {
        u64 r = next_random(&seed);
        const char *s = part[r % 11];
        while (*s && n < TEXT)
            text[n++] = (u8)*s++;
        if (r % 11 == 7 && n + 2 < TEXT) {
            text[n++] = (u8)('a' + (r >> 8) % 26);
            text[n++] = (u8)('0' + (r >> 16) % 10);
            text[n++] = ' ';
        }
    }
}

static void make_classes(void) {
    for (u32 c = 0; c < 256; c++)
        class_of[c] = c == ' ' || c == '\n'             ? SPACE
                      : c >= '0' && c <= '9'            ? DIGIT
                      : c == '"'                        ? QUOTE
                      : c == '_' || (c | 32) - 'a' < 26 ? LETTER
                                                        : OTHER;
}

static void count_word(const u8 *p, u32 n, u32 h) {
    for (u32 i = h;; i++) {
        u32 k = i & (SLOTS - 1), same = 0;
        if (!word[k].count) {
            word[k].p = p;
            word[k].len = n;
            word[k].hash = h;
            word[k].count = 1;
            return;
        }
        if (word[k].hash != h || word[k].len != n)
            continue;
        while (same < n && word[k].p[same] == p[same])
            same++;
        if (same == n) {
            word[k].count++;
            return;
        }
    }
}

static NOINLINE u32 tokenise(void) {
    const u8 *p = text, *end = text + TEXT;
    u32 sum = 0;
    while (p < end) {
        const u8 *start = p;
        u32 h = 0x811c9dc5u, v = 0;
        switch ((enum class)class_of[*p]) {
        case SPACE: p++; break;
        case LETTER:
            for (; p < end && (class_of[*p] == LETTER || class_of[*p] == DIGIT); p++)
                h = (h ^ *p) * 0x01000193u;
            count_word(start, (u32)(p - start), h);
            break;
        case DIGIT:
            for (; p < end && (class_of[*p] == DIGIT || class_of[*p] == LETTER); p++)
                v = v * 10 + (*p & 15);
            sum = mix(sum, v);
            break;
        case QUOTE:
            for (p++; p < end && *p != '"'; p++)
                sum += *p;
            p += p < end;
            break;
        case OTHER:
            sum = mix(sum, *p++);
            if (p < end && (*p == '=' || *p == start[0]))
                sum = mix(sum, *p++);
            break;
        }
    }
    return sum;
}

static NOINLINE u32 search(const char *needle) {
    u32 n = 0, found = 0, skip[256];
    while (needle[n])
        n++;
    for (u32 i = 0; i < 256; i++)
        skip[i] = n;
    for (u32 i = 0; i + 1 < n; i++)
        skip[(u8)needle[i]] = n - 1 - i;
    for (u32 at = 0; at + n <= TEXT; at += skip[text[at + n - 1]]) {
        u32 k = n;
        while (k && text[at + k - 1] == (u8)needle[k - 1])
            k--;
        found += !k;
    }
    return found;
}

EXPORT u32 bench(u32 n) {
    u32 h = 0;
    make_text();
    make_classes();
    for (u32 r = 0; r < n; r++) {
        for (u32 k = 0; k < SLOTS; k++)
            word[k].count = 0;
        h = mix(h, tokenise());
        for (u32 k = 0; k < SLOTS; k++)
            h += word[k].hash * word[k].count;
        h = mix(h, search("identifier_number_q"));
        h = mix(h, search("total += value"));
        h = mix(h, search("else if"));
    }
    return h;
}
