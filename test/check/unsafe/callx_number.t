# a call through a number
-- asm
r2 = 1
callx r2
exit
-- ctx xdp
-- rejected argument-type: main: insn 1 (line 2): argument 1 of bpf_map_lookup_elem: an argument is not what the function takes: r1 = context
-- kernel rejects unknown opcode 8d
