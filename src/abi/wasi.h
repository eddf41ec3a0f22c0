/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* wasi.h - the numbers of WASI preview 1: functions, errors, rights, flags. Layouts of its structs are drawn where
 * they are read and written (src/rt/wasi). */
#ifndef ABI_WASI_H
#define ABI_WASI_H
#include "base/types.h"

enum wasi_snapshot { OLD = 1, NEW = 2 }; /* wasi_unstable, wasi_snapshot_preview1 */

enum wasi_errno {
    WASI_OK = 0,
#define WASI_ERRNO(number, name) WASI_E##name = number,
#include "abi/wasi_errno.def"
    WASI_ENOTCAPABLE = 76      /* of WASI's own: a right is missing */
};

enum wasi_filetype {
    FT_UNKNOWN, FT_BLOCK, FT_CHARACTER, FT_DIRECTORY, FT_REGULAR, FT_SOCKET_DGRAM, FT_SOCKET_STREAM, FT_SYMLINK
};

/* Bits of rights, in their order. */
#define WASI_RIGHT(bit, name) static const u64 R_##name = (u64)1 << (bit);
WASI_RIGHT(0, FD_DATASYNC)
WASI_RIGHT(1, FD_READ)
WASI_RIGHT(2, FD_SEEK)
WASI_RIGHT(3, FD_FDSTAT_SET_FLAGS)
WASI_RIGHT(4, FD_SYNC)
WASI_RIGHT(5, FD_TELL)
WASI_RIGHT(6, FD_WRITE)
WASI_RIGHT(7, FD_ADVISE)
WASI_RIGHT(8, FD_ALLOCATE)
WASI_RIGHT(9, PATH_CREATE_DIRECTORY)
WASI_RIGHT(10, PATH_CREATE_FILE)
WASI_RIGHT(11, PATH_LINK_SOURCE)
WASI_RIGHT(12, PATH_LINK_TARGET)
WASI_RIGHT(13, PATH_OPEN)
WASI_RIGHT(14, FD_READDIR)
WASI_RIGHT(15, PATH_READLINK)
WASI_RIGHT(16, PATH_RENAME_SOURCE)
WASI_RIGHT(17, PATH_RENAME_TARGET)
WASI_RIGHT(18, PATH_FILESTAT_GET)
WASI_RIGHT(19, PATH_FILESTAT_SET_SIZE)
WASI_RIGHT(20, PATH_FILESTAT_SET_TIMES)
WASI_RIGHT(21, FD_FILESTAT_GET)
WASI_RIGHT(22, FD_FILESTAT_SET_SIZE)
WASI_RIGHT(23, FD_FILESTAT_SET_TIMES)
WASI_RIGHT(24, PATH_SYMLINK)
WASI_RIGHT(25, PATH_REMOVE_DIRECTORY)
WASI_RIGHT(26, PATH_UNLINK_FILE)
WASI_RIGHT(27, POLL_FD_READWRITE)
WASI_RIGHT(28, SOCK_SHUTDOWN)
WASI_RIGHT(29, SOCK_ACCEPT)
#undef WASI_RIGHT

enum wasi_fdflags { FDF_APPEND = 1, FDF_DSYNC = 2, FDF_NONBLOCK = 4, FDF_RSYNC = 8, FDF_SYNC = 16 };
enum wasi_oflags { OF_CREAT = 1, OF_DIRECTORY = 2, OF_EXCL = 4, OF_TRUNC = 8 };
enum wasi_fstflags { FST_ATIM = 1, FST_ATIM_NOW = 2, FST_MTIM = 4, FST_MTIM_NOW = 8 };
enum wasi_lookupflags { LOOKUP_FOLLOW = 1 };
enum wasi_clock { CLOCK_WALL, CLOCK_MONO, CLOCK_PROCESS, CLOCK_THREAD };
enum wasi_eventtype { EVENT_CLOCK, EVENT_READ, EVENT_WRITE };

#endif
