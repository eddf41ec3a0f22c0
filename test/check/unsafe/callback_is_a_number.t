# a number where a function must be
-- asm
r1 = 10
r2 = 1
r3 = 0
r4 = 0
call 181
r0 = 0
exit
-- ctx xdp
-- rejected argument-type: main: insn 4 (line 5): argument 2 of bpf_loop: an argument is not what the function takes: r2 = 1
-- kernel rejects R2 type=scalar expected=func
