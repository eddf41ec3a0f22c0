# a callback may run twice: it cannot submit its caller's record
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
*(u64 *)(r10 - 8) = r0
r1 = 10
r2 = func[cb] ll
r3 = r10
r3 += -8
r4 = 0
call 181
out:
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 + 0)
r2 = 0
call 132
r0 = 1
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: main: insn 15 (line 15): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
