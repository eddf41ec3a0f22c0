# the function that reserved leaves the record open
-- asm
call local f
r0 = 0
exit
f:
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 2 (line 3): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
