# there are no sockets to send to: the helper is refused by name
-- asm
call 52
exit
-- error helper bpf_sk_redirect_map (52) is not available outside the kernel
