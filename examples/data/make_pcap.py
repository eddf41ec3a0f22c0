#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_pcap.py - records demo.pcap.

usage: sudo ./make_pcap.py OUT.pcap      (Linux; needs iproute2, ethtool, tcpdump, ping)

Two network namespaces, a client's and a server's, joined by a veth pair. Real sockets
talk through real kernels; tcpdump listens at the server's end. Checksums are computed
in software before the wire, so those in the capture are right. A second pair of
networks crosses the same wire inside VLAN 5: tag() is the VLAN interface, in user
space, as not every kernel has one.

The addresses are what firewall.maps and lb.maps speak of:
  10.0.0.1            server          10.0.0.100   the VIP: TCP 80, UDP 53
  10.1.0.0/16         clients         10.66.0.0/16 blocked, but 10.66.7.0/24 is not
  2001:db8:0:1::/64   server, clients 2001:db8:66::/48 blocked
  192.168.5.0/24      inside VLAN 5
"""
import os, random, select, socket, struct, subprocess, sys, threading, time

SERVER, VIP, SERVER6, VSERVER = "10.0.0.1", "10.0.0.100", "2001:db8:0:1::1", "192.168.5.1"
CLIENTS = ["10.1.%d.%d" % (i // 8, 10 + i % 8) for i in range(40)]
BLOCKED = ["10.66.%d.%d" % (i, 20 + i) for i in range(6)]
EXCEPTED = ["10.66.7.%d" % i for i in (9, 10, 11)]
CLIENTS6 = ["2001:db8:0:1::%x" % (0x100 + i) for i in range(12)]
BLOCKED6 = ["2001:db8:66:%x::7" % i for i in range(3)]
VCLIENTS = ["192.168.5.%d" % i for i in range(10, 18)]
TCP_PORTS, UDP_PORTS = (80, 443, 8080), (53, 123, 5060)


def sh(cmd):
    subprocess.run(cmd, shell=True, check=True)


def ns(name, cmd):
    sh("ip netns exec %s %s" % (name, cmd))


def up():
    for n in ("dcl", "dsv"):
        sh("ip netns add " + n)
        ns(n, "sysctl -qw net.ipv6.conf.default.accept_dad=0")
        ns(n, "ip link set lo up")
    sh("ip link add wire netns dcl address 02:00:00:00:00:c1 type veth "
       "peer name wire netns dsv address 02:00:00:00:00:51")
    for n, last in (("dcl", "c5"), ("dsv", "55")):
        sh("ip link add vlan5 netns %s address 02:00:00:00:05:%s type veth peer name tagger netns %s"
           % (n, last, n))
        for dev in ("wire", "vlan5", "tagger"):
            ns(n, "ethtool -K %s rx off tx off sg off tso off gso off gro off > /dev/null" % dev)
            ns(n, "ip link set %s up" % dev)
    for a in CLIENTS + BLOCKED + EXCEPTED:
        ns("dcl", "ip addr add %s/8 dev wire" % a)
    for a in CLIENTS6:
        ns("dcl", "ip addr add %s/64 dev wire" % a)
    for a in BLOCKED6:
        ns("dcl", "ip addr add %s/48 dev wire" % a)
    for a in VCLIENTS:
        ns("dcl", "ip addr add %s/24 dev vlan5" % a)
    for a in (SERVER, VIP):
        ns("dsv", "ip addr add %s/8 dev wire" % a)
    ns("dsv", "ip addr add %s/64 dev wire" % SERVER6)
    ns("dsv", "ip route add 2001:db8:66::/48 dev wire")
    ns("dsv", "ip addr add %s/24 dev vlan5" % VSERVER)
    time.sleep(1)


def down():
    for n in ("dcl", "dsv"):
        subprocess.run(["ip", "netns", "del", n], stderr=subprocess.DEVNULL)


def tag():
    """frames of vlan5 get a tag on their way to the wire, and lose it on their way back"""
    def packet(dev):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind((dev, 3))
        return s
    inner, wire = packet("tagger"), packet("wire")
    wire.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA: where the kernel puts the tag
    while True:
        for s in select.select([inner, wire], [], [])[0]:
            frame, aux, _, addr = s.recvmsg(4096, 256)
            if addr[2] == socket.PACKET_OUTGOING:
                continue
            if s is inner:
                wire.send(frame[:12] + struct.pack("!HH", 0x8100, 5) + frame[12:])
                continue
            for _, _, a in aux:
                status, tci = struct.unpack_from("I12xH", a)
                if status & 0x10 and tci & 4095 == 5:
                    inner.send(frame)


def serve():
    def http(s):
        n = 0
        while True:
            c, _ = s.accept()
            if c.recv(512):
                n += 1
                body = (b"item %d\n" % n) * (1 + n * 7 % 23)
                c.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            c.close()

    def answer(s):
        while True:
            msg, peer = s.recvfrom(512)
            s.sendto(msg[:2] + b"\x81\x80" + msg[4:] + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1", peer)

    for family, addr in ((socket.AF_INET, SERVER), (socket.AF_INET, VIP), (socket.AF_INET6, SERVER6),
                         (socket.AF_INET, VSERVER)):
        for kind, ports, job in ((socket.SOCK_STREAM, TCP_PORTS, http), (socket.SOCK_DGRAM, UDP_PORTS, answer)):
            for p in ports:
                s = socket.socket(family, kind)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind((addr, p))
                if kind == socket.SOCK_STREAM:
                    s.listen(64)
                threading.Thread(target=job, args=(s,), daemon=True).start()
    threading.Event().wait()


def sock(src, kind):
    s = socket.socket(socket.AF_INET6 if ":" in src else socket.AF_INET, kind)
    s.settimeout(1)
    s.bind((src, 0))
    return s


def get(src, dst, port, path):
    try:
        with sock(src, socket.SOCK_STREAM) as s:
            s.connect((dst, port))
            s.sendall(b"GET /%d HTTP/1.0\r\nHost: demo.example\r\n\r\n" % path)
            while s.recv(4096):
                pass
    except OSError:  # a closed port answers with RST: that is traffic too
        pass


def ask(src, dst, port, n):
    name = b"".join(bytes([len(w)]) + w for w in (b"host%d" % n, b"demo", b"example")) + b"\0"
    with sock(src, socket.SOCK_DGRAM) as s:
        try:
            s.connect((dst, port))
            s.send(struct.pack("!6H", n, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1")
            s.recv(512)
        except OSError:
            pass


def ping(src, dst, n):
    subprocess.run(["ping", "-q", "-c", str(n), "-i", "0.02", "-s", "32", "-I", src, dst],
                   stdout=subprocess.DEVNULL)


def traffic():
    r = random.Random(2026)
    jobs = []
    for i in range(60):
        jobs.append((get, r.choice(CLIENTS), VIP, 80, i))
    for i in range(50):
        jobs.append((get, r.choice(CLIENTS), SERVER, r.choice(TCP_PORTS), i))
    for i in range(24):
        jobs.append((get, r.choice(BLOCKED), r.choice((VIP, SERVER)), 80, i))
    for i in range(9):
        jobs.append((get, r.choice(EXCEPTED), VIP, 80, i))
    for i in range(30):  # what scanners look for; nobody listens
        jobs.append((get, r.choice(CLIENTS), SERVER, r.choice((23, 445, 3389, 8081)), i))
    for i in range(24):
        jobs.append((get, r.choice(CLIENTS6), SERVER6, r.choice(TCP_PORTS), i))
    for i in range(9):
        jobs.append((get, r.choice(BLOCKED6), SERVER6, 80, i))
    for i in range(18):
        jobs.append((get, r.choice(VCLIENTS), VSERVER, 80, i))
    for i in range(150):
        jobs.append((ask, r.choice(CLIENTS), VIP, 53, i))
    for i in range(80):
        jobs.append((ask, r.choice(CLIENTS + BLOCKED), SERVER, r.choice(UDP_PORTS + (1900,)), i))
    for i in range(30):
        jobs.append((ask, r.choice(CLIENTS6 + BLOCKED6), SERVER6, 53, i))
    for i in range(30):
        jobs.append((ask, r.choice(VCLIENTS), VSERVER, 53, i))
    for i in range(14):
        jobs.append((ping, r.choice(CLIENTS + BLOCKED), SERVER, 4))
    for i in range(5):
        jobs.append((ping, r.choice(CLIENTS6), SERVER6, 3))
    r.shuffle(jobs)
    for f, *args in jobs:
        f(*args)


def record(out):
    def start(n, *cmd):
        return subprocess.Popen(["ip", "netns", "exec", n, *cmd], stderr=subprocess.DEVNULL)
    def me(n, role):
        return start(n, sys.executable, os.path.abspath(__file__), role)
    down()
    jobs = []
    try:
        up()
        jobs = [me("dcl", "--tag"), me("dsv", "--tag"), me("dsv", "--serve"),
                start("dsv", "tcpdump", "-i", "wire", "--immediate-mode", "-U", "-s", "0", "-Z", "root", "-w", out)]
        time.sleep(2)
        me("dcl", "--traffic").wait()
        time.sleep(1)
    finally:
        for j in reversed(jobs):
            j.terminate()
            j.wait()
        down()


if __name__ == "__main__":
    roles = {"--tag": tag, "--serve": serve, "--traffic": traffic}
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    roles[sys.argv[1]]() if sys.argv[1] in roles else record(sys.argv[1])
