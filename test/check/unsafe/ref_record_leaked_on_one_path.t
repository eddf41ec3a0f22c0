# where the queue is above 3 the record stays open
-- asm
r6 = *(u32 *)(r1 + 16)
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
if r6 > 3 goto out
r1 = r0
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 12 (line 13): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
