# not the record's start
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
if r0 == 0 goto out
r1 = r0
r1 += 8
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected reference-state: main: insn 9 (line 9): something is released that is not held (bpf_ringbuf_submit): r1 = memory + 8, 16 bytes
-- kernel rejects R1 must have zero offset when passed to release func or trusted arg to kfunc
