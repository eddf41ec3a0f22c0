# moving the packet's head is for XDP
-- asm
r2 = 0
call 44
r0 = 0
exit
-- ctx tc
-- rejected program-type: main: insn 1 (line 2): bpf_xdp_adjust_head: a function that this type of program may not call
-- kernel rejects program of this type cannot use helper bpf_xdp_adjust_head#44
