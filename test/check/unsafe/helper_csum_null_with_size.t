# no memory, and 8 bytes of it
-- asm
r1 = 0
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call 28
r0 = 0
exit
-- ctx xdp
-- rejected null-check: main: insn 5 (line 6): argument 1 of bpf_csum_diff may be null: r1 = 0
-- kernel rejects R1 type=scalar expected=fp
