# a record is neither submitted nor discarded
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 6 (line 6): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
