/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* io.h - a .svm file, read and written by the same code.
 *
 *    "\0svm" | version16 flags16 | then sections in the order of their numbers, each at most once:
 *    id32 | length32 | that many bytes
 *
 * Everything is little endian, and nothing is aligned. A table is a count and its rows; a string is an index in the
 * table of strings, the first section. rows.c says what stands in a row, once: each io_*() call there reads a field
 * of the module, or writes it. */
#ifndef FRONT_SVM_IO_H
#define FRONT_SVM_IO_H
#include "base/reader.h"
#include "ir/module.h"

enum { SVM_FORMAT = 1 }; /* what this build reads and writes */
enum { SVM_HEADER = 8, SVM_SECTION = 8 };

struct io {
    bool writing;
    struct module *m; /* being filled, or written (then never changed) */
    struct error *e;
    struct reader r;       /* reading: the section */
    u64 base;              /* its offset in the file */
    const struct str *str; /* reading: the strings */
    u32 nstr;
    u32 end;        /* of the last function, among all slots */
    struct buf out; /* writing: the section */
    struct strings *strings;
};

/* Sticky: after a failure fields read as 0 and counts as none. */
int io_bad(struct io *s, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void io_bool(struct io *s, bool *v);
void io_u8(struct io *s, u8 *v);
void io_u16(struct io *s, u16 *v);
void io_u32(struct io *s, u32 *v);
void io_u64(struct io *s, u64 *v);
void io_str(struct io *s, struct str *v);   /* any bytes */
void io_text(struct io *s, const char **v); /* a C string */
void io_text_or_null(struct io *s, const char **v);
/* How many follow, each of at least so many bytes. */
u32 io_count(struct io *s, u32 n, size_t each);
void *io_alloc(struct io *s, size_t n, size_t size); /* for reading; NULL: failed */
/* What *p points at; in the arena, once read. */
void io_bytes(struct io *s, const u8 **p, u32 *n);
void io_u32s(struct io *s, const u32 **p, u32 n);
void io_u64s(struct io *s, const u64 **p, u32 n);
typedef void io_row(struct io *s, void *row);
/* array: the address of a pointer to elements of size bytes; each: bytes that the shortest row takes in the file. */
void io_rows(struct io *s, void *array, u32 *n, size_t size, size_t each, io_row *row);

/* rows.c: what a section holds. */
struct io_section {
    const char *name;
    u32 id;
    void (*io)(struct io *s);
};
enum { SECTION_STRINGS = 1 };
extern const struct io_section io_sections[]; /* in order, the last one without a name; strings are not among them */

/* io.c: the table of strings while it grows. */
struct strings {
    struct str *str;
    u32 n, cap;
    u32 *slot, nslot; /* a hash table of indices + 1 */
};
void strings_drop(struct strings *t);

/* write.c: m as a .svm file; all of its functions are lowered first. */
int svmfile_write(const struct module *m, struct buf *out, struct error *e);

#endif
