# the only copy of the record is gone
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r0 = 0
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 8 (line 9): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
