# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# flags.cmake - warnings, sanitizers and coverage.
# out: SVM_WARNINGS for our own sources, SVM_NO_UNDEFINED for the shared library; the rest is global.
set(SVM_WARNINGS -Wall -Wextra -Wshadow -Wstrict-prototypes)
# Two rows of isa.def that claim one code byte are found by these.
if(CMAKE_C_COMPILER_ID MATCHES Clang)
    list(APPEND SVM_WARNINGS -Winitializer-overrides)
else()
    list(APPEND SVM_WARNINGS -Woverride-init)
endif()
if(SVM_WERROR)
    list(APPEND SVM_WARNINGS -Werror)
endif()

# gcc clears structs above some 80 bytes with "rep stos", which takes 20 ns to start: a third of what the
# shortest run costs.
if(CMAKE_C_COMPILER_ID STREQUAL GNU AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options($<$<COMPILE_LANGUAGE:C>:-mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign>)
endif()

set(SVM_NO_UNDEFINED LINKER:--no-undefined)
if(SVM_SANITIZE)
    set(flags -fsanitize=${SVM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
    if(SVM_LIBFUZZER)
        list(APPEND flags -fsanitize=fuzzer-no-link)
    endif()
    add_compile_options(${flags})
    add_link_options(-fsanitize=${SVM_SANITIZE})
    set(SVM_NO_UNDEFINED "") # clang's sanitizer runtime is in executables only
endif()
if(SVM_COVERAGE)
    add_compile_options(--coverage -fprofile-update=atomic -O0 -g) # atomic: tests run threads
    add_link_options(--coverage)
endif()
