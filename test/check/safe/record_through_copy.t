# submitted through a copy that lay on the stack
-- asm
r1 = map[0] ll
r2 = 16
r3 = 0
call 131
*(u64 *)(r10 - 8) = r0
if r0 == 0 goto out
r1 = *(u64 *)(r10 - 8)
*(u64 *)(r1 + 0) = 5
r2 = 0
call 132
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- accepted
