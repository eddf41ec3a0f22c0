# the key of an entry cannot be written
-- asm
r1 = map[0] ll
r2 = func[cb] ll
r3 = 0
r4 = 0
call 164
r0 = 0
exit
cb:
*(u32 *)(r2 + 0) = 1
r0 = 0
exit
-- ctx xdp
-- maps
map m hash 4 8 4
-- rejected read-only: cb: insn 0 (line 9): write of 4 bytes: a store to memory that may only be read: r2 = map key of m, 4 bytes
-- kernel rejects write to change key R2 not allowed
