# a record that was given away is not written any more
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
if r0 == 0 goto out
r6 = r0
r1 = r6
r2 = 0
call 132
*(u64 *)(r6 + 0) = 1
out:
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected not-a-pointer: main: insn 10 (line 10): write of 8 bytes at an address that is a number: r6 = any number
-- kernel rejects R6 invalid mem access 'scalar'
