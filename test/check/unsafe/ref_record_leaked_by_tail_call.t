# the program that takes over knows nothing of the record
-- asm
r6 = r1
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[1] ll
r3 = 0
call 12
r1 = r7
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
map jumps prog_array 4 4 4
-- rejected reference-leak: main: insn 12 (line 11): what bpf_tail_call gave is not released on this path
-- kernel rejects tail_call would lead to reference leak
