# and not through a copy that lay in the frame
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
*(u64 *)(r10 - 8) = r0
r1 = r0
r2 = 0
call 132
r1 = *(u64 *)(r10 - 8)
*(u64 *)(r1 + 0) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected not-a-pointer: main: insn 11 (line 11): write of 8 bytes at an address that is a number: r1 = any number
-- kernel rejects R1 invalid mem access 'scalar'
