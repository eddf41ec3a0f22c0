/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* map_file.c - what a map holds before the run.
 * in: lines of "MAP KEY VALUE", key and value as hex bytes in the order in which they lie in
 *     memory; of a per-CPU map the value of each CPU. For a prog array "MAP KEY prog:NAME".
 *     "#" starts a comment. */
#include "cli/run.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_LIMIT = 256 << 20 };

struct place {
    const char *path;
    u32 line;
};

static int set_program(struct run *r, struct svm_map *map, const struct buf *key, const char *name,
                       const struct place *at) {
    u32 index;
    int rc;
    if (key->len != sizeof index)
        return refuse("%s:%u: the key of a prog array has 4 bytes, not %zu", at->path, at->line, key->len);
    memcpy(&index, key->data, sizeof index);
    rc = svm_prog_array_set(map, index, r->program, name);
    return rc ? refuse("%s:%u: prog:%s: %s", at->path, at->line, name, svm_code_text(rc)) : 0;
}

static int set_value(struct svm_map *map, const struct svm_map_info *info, const struct buf *key,
                     const struct buf *value, const struct place *at) {
    size_t whole = svm_map_value_bytes(map), step = align_up(info->value_size, 8), n;
    int rc = SVM_ENOMEM;
    u8 *all;
    if (key->len != info->key_size)
        return refuse("%s:%u: map %s: a key has %u bytes, not %zu", at->path, at->line, info->name, info->key_size,
                      key->len);
    if (value->len != info->value_size)
        return refuse("%s:%u: map %s: a value has %u bytes, not %zu", at->path, at->line, info->name, info->value_size,
                      value->len);
    all = calloc(1, whole + step);
    for (n = 0; all && n < whole; n += step)
        memcpy(all + n, value->data, value->len);
    if (all)
        rc = svm_map_update(map, key->len ? key->data : NULL, all, 0);
    free(all);
    return rc ? refuse("%s:%u: map %s: %s", at->path, at->line, info->name, svm_code_text(rc)) : 0;
}

static int take_line(struct run *r, char *line, const struct place *at) {
    struct buf key = {0}, value = {0};
    struct svm_map_info info;
    struct svm_map *map;
    char *save, *name, *k, *v;
    int rc;
    line[strcspn(line, "#")] = 0;
    name = strtok_r(line, " \t\r", &save);
    if (!name)
        return 0;
    k = strtok_r(NULL, " \t\r", &save);
    v = strtok_r(NULL, " \t\r", &save);
    map = svm_program_map(r->program, name);
    if (!map)
        return refuse("%s:%u: the program has no map %s", at->path, at->line, name);
    if (!k || !v || strtok_r(NULL, " \t\r", &save))
        return refuse("%s:%u: a line is: MAP KEYHEX VALUEHEX", at->path, at->line);
    svm_map_describe(map, &info);
    if (!read_hex(strcmp(k, "-") ? k : "", &key))
        rc = refuse("%s:%u: key %s is not hex bytes", at->path, at->line, k);
    else if (!strncmp(v, "prog:", 5))
        rc = set_program(r, map, &key, v + 5, at);
    else if (!read_hex(v, &value))
        rc = refuse("%s:%u: value %s is not hex bytes", at->path, at->line, v);
    else
        rc = set_value(map, &info, &key, &value, at);
    buf_free(&key);
    buf_free(&value);
    return rc;
}

int load_map_file(struct run *r, const char *path) {
    struct place at = {path, 0};
    struct buf file = {0};
    char *line, *end;
    int rc = 0;
    errno = 0;
    if (buf_read_file(&file, path, FILE_LIMIT)) {
        rc = refuse("%s: %s", path, errno ? strerror(errno) : "too long");
        buf_free(&file);
        return rc;
    }
    buf_str(&file);
    for (line = (char *)file.data; !rc && !file.oom && *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = 0;
        at.line++;
        rc = take_line(r, line, &at);
    }
    buf_free(&file);
    return rc;
}
