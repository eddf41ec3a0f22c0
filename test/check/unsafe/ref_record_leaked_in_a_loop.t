# each turn reserves, and only the last record is submitted
-- asm
r6 = 0
r7 = 0
again:
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r7 = r0
r6 += 1
if r6 < 4 goto again
r1 = r7
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 15 (line 17): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
