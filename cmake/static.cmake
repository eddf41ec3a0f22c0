# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# static.cmake - whether the command is built twice, static and whole (src/cli/whole.h).
# in:  SVM_WITH_STATIC_COMMAND = AUTO | ON | OFF      out: SVM_STATIC_COMMAND, SVM_STATIC_LINK (options), SVM_WHOLE_FOLDER (from bin, as it
#      is installed), SVM_SECTIONS (options of the compiler for what is linked into it), SVM_OWN_ORIGIN
set(SVM_WITH_STATIC_COMMAND AUTO CACHE STRING "A static command, which runs the whole one where libraries are needed: AUTO, ON or OFF")
set_property(CACHE SVM_WITH_STATIC_COMMAND PROPERTY STRINGS AUTO ON OFF)
set(SVM_STATIC_COMMAND FALSE)
file(RELATIVE_PATH SVM_WHOLE_FOLDER ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/supervm)
if(NOT SVM_WITH_STATIC_COMMAND STREQUAL OFF AND NOT SVM_SANITIZE AND NOT SVM_COVERAGE)
    include(CheckCSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS -fPIE)
    set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
    check_c_source_compiles("#include <stdio.h>\nint main(void) { return puts(\"\"); }" SVM_STATIC_PIE)
    set(SVM_STATIC_LINK -static-pie)
    set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie LINKER:-z,pack-relative-relocs) # by the executable's own C library
    check_c_source_compiles("#include <stdio.h>\nint main(void) { return puts(\"\"); }" SVM_STATIC_PIE_PACKED)
    if(SVM_STATIC_PIE_PACKED)
        list(APPEND SVM_STATIC_LINK LINKER:-z,pack-relative-relocs)
    endif()
    # What a small program needs stands together: a third less memory, and 0.02 ms (start.ld). GNU ld and lld know how.
    set(SVM_START_ORDER LINKER:-T,${PROJECT_SOURCE_DIR}/cmake/start.ld)
    set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie ${SVM_START_ORDER})
    check_c_source_compiles("#include <stdio.h>\nint main(void) { return puts(\"\"); }" SVM_STATIC_PIE_ORDERED)
    if(SVM_STATIC_PIE_ORDERED)
        list(APPEND SVM_STATIC_LINK ${SVM_START_ORDER})
        set(SVM_SECTIONS -ffunction-sections)
    endif()
    # What whole_exec.c has in place of a function of glibc's; where that has more beside it (2.43), it cannot be replaced.
    set(CMAKE_REQUIRED_LINK_OPTIONS -static-pie)
    check_c_source_compiles("const char *_dl_get_origin(void);\nconst char *_dl_get_origin(void) { return 0; }\nint main(void) { return 0; }"
        SVM_OWN_ORIGIN)
    unset(CMAKE_REQUIRED_FLAGS)
    unset(CMAKE_REQUIRED_LINK_OPTIONS)
    set(SVM_STATIC_COMMAND ${SVM_STATIC_PIE})
    if(NOT SVM_STATIC_PIE AND SVM_WITH_STATIC_COMMAND STREQUAL ON)
        message(FATAL_ERROR "SVM_WITH_STATIC_COMMAND=ON, but there is no static C library")
    endif()
endif()
message(STATUS "static command: ${SVM_STATIC_COMMAND}")
