# nothing was put there
-- asm
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call 203
r0 = 0
exit
-- ctx xdp
-- rejected dynptr: main: insn 4 (line 5): a dynptr that is not initialised, already is, or is of another kind (bpf_dynptr_data): r1 = stack - 16
-- kernel rejects Expected an initialized dynptr as arg #0
