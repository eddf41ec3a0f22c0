# submitted without a test
-- asm
r1 = map[0] ll
r2 = 8
r3 = 0
call 131
r1 = r0
r2 = 0
call 132
r0 = 0
exit
-- ctx xdp
-- maps
map rb ringbuf 0 0 4096
-- rejected null-check: main: insn 7 (line 7): argument 1 of bpf_ringbuf_submit may be null: r1 = memory, or null, 8 bytes
-- kernel rejects R1 type=ringbuf_mem_or_null expected=ringbuf_mem
