# programs come to it by bpf_get_local_storage alone
-- asm
r2 = 1
*(u64 *)(r10 - 16) = r2
*(u64 *)(r10 - 8) = r2
r2 = r10
r2 += -16
r1 = 0x7c02000000000000 ll
call 1
exit
-- maps
map c cgroup_storage 16 8 0
-- ctx cgroup_skb
-- mem
4500001c0000000040110000010203040506070811111111000800000102
-- trap BAD_MAP
