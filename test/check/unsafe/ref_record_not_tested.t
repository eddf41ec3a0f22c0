# there may be no room for the record
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
*(u64 *)(r0 + 0) = 1
r1 = r0
r2 = 0
call 132
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected null-check: main: insn 5 (line 5): r0 may be null: r0 = memory, or null, 8 bytes
-- kernel rejects R0 invalid mem access 'ringbuf_mem_or_null'
