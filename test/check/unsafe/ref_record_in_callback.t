# the callback leaves its record open
-- asm
r1 = 10
r2 = func[cb] ll
r3 = 0
r4 = 0
call 181
r0 = 0
exit
cb:
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-leak: cb: insn 6 (line 14): what a function gave is not released on this path
-- kernel rejects BPF_EXIT instruction in main prog would lead to reference leak
