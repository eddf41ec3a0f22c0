# the context goes along whole, however far it was moved
-- asm
r1 += 0x7fffffff
r2 = map[0] ll
r3 = 0
call 12
r0 = 0
exit
-- ctx xdp
-- maps
map jumps prog_array 4 4 4
-- rejected argument-type: main: insn 4 (line 4): argument 1 of bpf_tail_call: an argument is not what the function takes: r1 = context + 2147483647
-- kernel rejects math between ctx pointer and 2147483647 is not allowed
