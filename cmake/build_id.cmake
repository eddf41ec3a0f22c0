# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# build_id.cmake - a hash of sources as a header.
# As a script (cmake -P):  in:  LIST (a file, a name each line), OPTIONS, OUT
file(STRINGS ${LIST} sources)
set(all "${OPTIONS}")
foreach(source IN LISTS sources)
    file(MD5 ${source} hash)
    string(APPEND all ${hash})
endforeach()
string(MD5 id "${all}")
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define SVM_BUILD_ID \"${id}\"\n")
