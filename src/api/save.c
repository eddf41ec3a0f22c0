/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* save.c - a module out, as a .svm file. */
#include "api/api.h"
#include "front/svm/io.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

int svm_module_save_memory(const struct svm_module *m, void **out, size_t *len, struct svm_error *err) {
    struct error e = {0};
    struct buf b = {0};
    if (!m || !out || !len)
        fail(&e, E_USAGE, NOWHERE, "svm_module_save_memory: no %s", m ? "place for the bytes" : "module");
    else if (!svmfile_write(&m->m, &b, &e)) {
        *out = b.data;
        *len = b.len;
        return give_error(err, &e);
    }
    buf_free(&b);
    return give_error(err, &e);
}

static int write_file(const char *path, const struct buf *b, struct error *e) {
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(b->data, 1, b->len, f) == b->len;
    int why = errno;
    if (f && fclose(f) && ok) {
        ok = false;
        why = errno;
    }
    if (!ok && f)
        remove(path); /* half a file is none */
    return ok ? 0 : fail(e, E_IO, NOWHERE, "%s: %s", path, strerror(why));
}

int svm_module_save(const struct svm_module *m, const char *path, struct svm_error *err) {
    struct error e = {0};
    struct buf b = {0};
    if (!m || !path)
        fail(&e, E_USAGE, NOWHERE, "svm_module_save: no %s", m ? "path" : "module");
    else if (!svmfile_write(&m->m, &b, &e))
        write_file(path, &b, &e);
    buf_free(&b);
    return give_error(err, &e);
}
