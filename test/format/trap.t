# A trap by its name and place, and an instruction count.
-- asm
    mov r0, 1
    jeq r2, 4, wide
    mov r0, 2
    exit
wide:
    ldxdw r0, [r1]
    exit
-- mem
01 02
-- result 2
-- insns 4
-- mem
01 02 03 04
-- trap OUT_OF_BOUNDS 4
