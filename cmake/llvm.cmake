# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# llvm.cmake - the plug-in of the LLVM engine, the only thing that LLVM is linked to: lib/supervm/libsupervm-llvm.so.
# in:  SVM_LLVM_INCLUDE, SVM_LLVM_LIBS (cmake/deps.cmake)
# It has what it needs of ours from supervm_internal, to itself: it exports one symbol (cmake/supervm-llvm.map).
file(GLOB sources CONFIGURE_DEPENDS src/engine/llvm/plugin/*.c)
set(map ${PROJECT_SOURCE_DIR}/cmake/supervm-llvm.map)
add_library(supervm_llvm MODULE ${sources})
set_target_properties(supervm_llvm PROPERTIES OUTPUT_NAME supervm-llvm LINK_DEPENDS ${map}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/supervm)
target_include_directories(supervm_llvm PRIVATE ${CMAKE_BINARY_DIR}/generated)
target_include_directories(supervm_llvm SYSTEM PRIVATE ${SVM_LLVM_INCLUDE})
target_compile_options(supervm_llvm PRIVATE ${SVM_WARNINGS})
target_link_libraries(supervm_llvm PRIVATE supervm_internal ${SVM_LLVM_LIBS})
target_link_options(supervm_llvm PRIVATE LINKER:--version-script=${map} LINKER:--gc-sections LINKER:--exclude-libs,ALL
    ${SVM_NO_UNDEFINED})
