# 8 bytes were reserved
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
*(u64 *)(r0 + 8) = 1
r1 = r0
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected out-of-bounds: main: insn 6 (line 6): write of 8 bytes outside the memory: r0 = memory, 8 bytes, and the access ends at 16
-- kernel rejects R0 min value is outside of the allowed memory range
