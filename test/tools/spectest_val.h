/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* spectest_val.h - values of the specification's tests: read, compared, shown. */
#ifndef TEST_TOOLS_SPECTEST_VAL_H
#define TEST_TOOLS_SPECTEST_VAL_H
#include "supervm/supervm.h"
#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct lane_type {
    const char *name;
    int bytes;
} lane_types[] = {{"i8", 1}, {"i16", 2}, {"i32", 4}, {"i64", 8}, {"f32", 4}, {"f64", 8}};

static inline const char *val_text(const cJSON *o, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
    return cJSON_IsString(v) ? v->valuestring : "";
}

/* Decimal bits, with or without a sign. */
static inline uint64_t bits_of(const char *s) {
    return *s == '-' ? (uint64_t)strtoll(s, NULL, 10) : strtoull(s, NULL, 10);
}

static inline int lane_bytes(const cJSON *v) {
    for (size_t i = 0; i < sizeof lane_types / sizeof *lane_types; i++)
        if (!strcmp(lane_types[i].name, val_text(v, "lane_type")))
            return lane_types[i].bytes;
    return 4;
}

/* A host's number k is the reference k + 1: 0 is null. */
static inline void read_val(const cJSON *v, struct svm_val *out) {
    const char *type = val_text(v, "type"), *value = val_text(v, "value");
    const cJSON *lane;
    int i = 0, n;
    memset(out, 0, sizeof *out);
    if (!strcmp(type, "i32") || !strcmp(type, "f32")) {
        out->kind = *type == 'i' ? SVM_I32 : SVM_F32;
        out->of.i32 = (int32_t)bits_of(value);
    } else if (!strcmp(type, "i64") || !strcmp(type, "f64")) {
        out->kind = *type == 'i' ? SVM_I64 : SVM_F64;
        out->of.i64 = (int64_t)bits_of(value);
    } else if (!strcmp(type, "v128")) {
        out->kind = SVM_V128;
        n = lane_bytes(v);
        cJSON_ArrayForEach(lane, cJSON_GetObjectItemCaseSensitive(v, "value")) {
            uint64_t bits = bits_of(lane->valuestring);
            memcpy(out->of.v128 + n * i++, &bits, (size_t)n);
        }
    } else if (!strcmp(type, "externref")) {
        out->kind = SVM_EXTERNREF;
        out->of.ref = *value == 'n' ? 0 : bits_of(value) + 1;
    } else {
        out->kind = !strcmp(type, "funcref") || !strcmp(type, "nullfuncref") ? SVM_FUNCREF
                    : !strcmp(type, "exnref") || !strcmp(type, "nullexnref") ? SVM_EXNREF
                                                                             : SVM_ANYREF;
    }
}

/* nan:canonical: the quiet bit alone; nan:arithmetic: that bit, and any. */
static inline bool float_matches(const char *want, uint64_t have, int bytes) {
    const uint64_t nan = bytes == 4 ? 0x7fc00000 : UINT64_C(0x7ff8) << 48, sign = UINT64_C(1) << (bytes * 8 - 1);
    if (!strcmp(want, "nan:canonical"))
        return (have & ~sign) == nan;
    if (!strcmp(want, "nan:arithmetic"))
        return (have & nan) == nan;
    return have == (bytes == 4 ? (uint32_t)bits_of(want) : bits_of(want));
}

static inline bool lanes_match(const cJSON *v, const struct svm_val *have) {
    int n = lane_bytes(v), i = 0;
    const cJSON *lane;
    cJSON_ArrayForEach(lane, cJSON_GetObjectItemCaseSensitive(v, "value")) {
        uint64_t bits = 0, want, mask = n == 8 ? UINT64_MAX : (UINT64_C(1) << n * 8) - 1;
        memcpy(&bits, have->of.v128 + n * i++, (size_t)n);
        want = bits_of(lane->valuestring) & mask;
        if (lane->valuestring[0] == 'n' ? !float_matches(lane->valuestring, bits, n) : bits != want)
            return false;
    }
    return i * n == 16;
}

static inline bool matches(const cJSON *v, const struct svm_val *have) {
    const char *type = val_text(v, "type"), *value = val_text(v, "value");
    const cJSON *one;
    if (!strcmp(type, "either")) {
        cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(v, "values")) if (matches(one, have)) return true;
        return false;
    }
    if (!strcmp(type, "i32"))
        return have->kind == SVM_I32 && have->of.i32 == (int32_t)bits_of(value);
    if (!strcmp(type, "i64"))
        return have->kind == SVM_I64 && have->of.i64 == (int64_t)bits_of(value);
    if (!strcmp(type, "f32"))
        return have->kind == SVM_F32 && float_matches(value, (uint32_t)have->of.i32, 4);
    if (!strcmp(type, "f64"))
        return have->kind == SVM_F64 && float_matches(value, (uint64_t)have->of.i64, 8);
    if (!strcmp(type, "v128"))
        return have->kind == SVM_V128 && lanes_match(v, have);
    if (have->kind != SVM_FUNCREF && have->kind != SVM_EXTERNREF && have->kind != SVM_EXNREF &&
        have->kind != SVM_ANYREF)
        return false;
    if (!strncmp(type, "null", 4) || !strcmp(type, "refnull") || !strcmp(value, "null"))
        return !have->of.ref;
    if (!strcmp(type, "externref"))
        return have->kind == SVM_EXTERNREF && (*value ? have->of.ref == bits_of(value) + 1 : have->of.ref != 0);
    if (!strcmp(type, "funcref"))
        return have->kind == SVM_FUNCREF && have->of.func;
    return have->of.ref != 0; /* any reference of that kind */
}

static inline void print_val(const struct svm_val *v, char *out, size_t size) {
    uint64_t w[2];
    memcpy(w, v->of.v128, 16);
    if (v->kind == SVM_V128)
        snprintf(out, size, "got V 0x%016" PRIx64 "%016" PRIx64, w[1], w[0]);
    else if (v->kind == SVM_I32 || v->kind == SVM_F32)
        snprintf(out, size, "got %c 0x%" PRIx32, v->kind, (uint32_t)w[0]);
    else
        snprintf(out, size, "got %c 0x%" PRIx64, v->kind, w[0]);
}

/* cJSON's strings end at a zero byte, and names may hold one: it is read as U+F8FF, and turned back here. */
static inline char *name_bytes(const char *s, size_t *len) {
    char *out = malloc(strlen(s) + 1);
    size_t n = 0;
    while (*s) {
        if (!strncmp(s, "\xef\xa3\xbf", 3)) {
            out[n++] = 0;
            s += 3;
        } else {
            out[n++] = *s++;
        }
    }
    *len = n;
    return out;
}

static inline cJSON *read_json(const char *path) {
    FILE *f = fopen(path, "rb");
    cJSON *root = NULL;
    char *p = NULL, *z;
    long n;
    if (f && !fseek(f, 0, SEEK_END) && (n = ftell(f)) >= 0 && !fseek(f, 0, SEEK_SET) && (p = malloc((size_t)n + 1)) &&
        fread(p, 1, (size_t)n, f) == (size_t)n) {
        p[n] = 0;
        for (z = p; (z = strstr(z, "\\u0000"));)
            memcpy(z, "\\uf8ff", 6);
        root = cJSON_Parse(p);
    }
    free(p);
    if (f)
        fclose(f);
    return root;
}

#endif
