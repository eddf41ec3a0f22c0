# gcc merges the dispatches of the handlers into one, and the branch predictor loses its context:
# 13.6 instead of 7.1 on the prototype's programs. -ffp-contract: a product that is added rounds twice.
# -fno-math-errno: not for gcc, which then computes square roots of the accumulators in front of every dispatch.
# -Wmaybe-uninitialized does not see that LANES (isa/vec.h) writes every lane.
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/exec.c ${CMAKE_CURRENT_LIST_DIR}/typed/exec.c
    ${CMAKE_CURRENT_LIST_DIR}/typed/exec_vec.c PROPERTIES COMPILE_OPTIONS
    "-ffp-contract=off;$<$<C_COMPILER_ID:Clang>:-fno-math-errno>;$<$<C_COMPILER_ID:GNU>:-fno-gcse;-fno-crossjumping;-Wno-maybe-uninitialized>")
# Handlers begin at lines of the micro-operation cache: 2 % over all, 13 % on sha256 (and json loses some).
set_property(SOURCE ${CMAKE_CURRENT_LIST_DIR}/typed/exec.c APPEND PROPERTY COMPILE_OPTIONS
    "$<$<C_COMPILER_ID:Clang>:-falign-functions=32>")
