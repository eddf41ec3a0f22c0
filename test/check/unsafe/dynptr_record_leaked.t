# a reserved record in a dynptr is submitted or discarded, even where it is empty
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call 198
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 8 (line 8): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
