# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# alone.cmake - the runtime of executables (src/alone): for this machine, and for others where there is a cross compiler.
# in:  SVM_WITH_CROSS = AUTO | ON | OFF      out: SVM_CROSS, machines
set(own ${CMAKE_SYSTEM_PROCESSOR})
if(NOT SVM_SANITIZE AND NOT SVM_COVERAGE) # which executables have nothing of
    add_subdirectory(src/alone)
    install(TARGETS supervm-rt supervm-ebpf supervm-typed ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/supervm/${own})
endif()
set(SVM_WITH_CROSS AUTO CACHE STRING "Runtimes of executables for other machines, by <machine>-linux-gnu-gcc: AUTO, ON or OFF")
set_property(CACHE SVM_WITH_CROSS PROPERTY STRINGS AUTO ON OFF)
set(SVM_CROSS "")
foreach(machine x86_64 aarch64 riscv64)
    if(machine STREQUAL own)
        if(NOT SVM_SANITIZE AND NOT SVM_COVERAGE)
            continue()
        endif()
        set(SVM_CC_${machine} ${CMAKE_C_COMPILER})
        set(defines ${SVM_DEFINES})
    elseif(SVM_WITH_CROSS STREQUAL OFF OR SVM_SANITIZE OR SVM_COVERAGE)
        continue()
    else()
        find_program(SVM_CC_${machine} ${machine}-linux-gnu-gcc)
        set(defines "")
    endif()
    if(SVM_CC_${machine})
        set(dir ${CMAKE_BINARY_DIR}/cross/${machine})
        set(out ${CMAKE_BINARY_DIR}/lib/supervm/${machine})
        file(MAKE_DIRECTORY ${out})
        add_custom_command(OUTPUT ${dir}/CMakeCache.txt
            COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR}/src/alone -B ${dir} -DCMAKE_C_COMPILER=${SVM_CC_${machine}}
                -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=${machine} -DSVM_ALONE_OUT=${CMAKE_BINARY_DIR}/lib/supervm
                "-DSVM_DEFINES=${defines}" -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER} --log-level=ERROR
            COMMENT "Runtime of executables for ${machine}" VERBATIM)
        add_custom_target(supervm_cross_${machine} ALL DEPENDS ${dir}/CMakeCache.txt
            COMMAND ${CMAKE_COMMAND} -E env --unset=MAKEFLAGS ${CMAKE_COMMAND} --build ${dir} # a make of its own
            BYPRODUCTS ${out}/libsupervm-rt.a ${out}/libsupervm-ebpf.a ${out}/libsupervm-typed.a VERBATIM)
        install(DIRECTORY ${out} DESTINATION ${CMAKE_INSTALL_LIBDIR}/supervm)
        list(APPEND SVM_CROSS ${machine})
    elseif(SVM_WITH_CROSS STREQUAL ON)
        message(FATAL_ERROR "SVM_WITH_CROSS=ON, but ${machine}-linux-gnu-gcc is not found")
    endif()
endforeach()
message(STATUS "runtimes of executables: ${CMAKE_SYSTEM_PROCESSOR} ${SVM_CROSS}")
