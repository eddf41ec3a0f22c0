# 0 is no context
-- asm
r1 = 0
r2 = 4
call 44
r0 = 0
exit
-- ctx xdp
-- rejected argument-type: main: insn 2 (line 3): argument 1 of bpf_xdp_adjust_head: an argument is not what the function takes: r1 = 0
-- kernel rejects R1 type=scalar expected=ctx
