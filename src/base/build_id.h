/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* build_id.h - which sources this was built of. */
#ifndef BASE_BUILD_ID_H
#define BASE_BUILD_ID_H

/* 32 hexadecimal digits. The library and its plug-in fit where these are the same. */
const char *svm_build_id(void);

#endif
