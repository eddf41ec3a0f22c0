# the context goes along
-- asm
r1 = 0
r2 = map[0] ll
r3 = 0
call 12
r0 = 0
exit
-- ctx xdp
-- maps
map jumps prog_array 4 4 4
-- rejected argument-type: main: insn 4 (line 4): argument 1 of bpf_tail_call: an argument is not what the function takes: r1 = 0
-- kernel rejects R1 type=scalar expected=ctx
