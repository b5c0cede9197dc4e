#!/usr/bin/env bash
# Records the captures of real Samba programs in this folder anew: test/captures/record-samba.sh (root, Debian: samba smbclient tcpdump iproute2).
# All in a network of its own, where the registered port is free; nothing outside it is contacted.
set -eu
if [ "${1:-}" != inside ]; then exec unshare --net --pid --fork --kill-child "$0" inside; fi
out=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
chmod 755 "$work" && mkdir "$work"/{private,lock,state,cache,pid,ncalrpc,share}
ip link set lo up

record() { # NAME.pcap 'smb.conf lines' 'smbclient options'
  cat >"$work/smb.conf" <<CONF
[global]
netbios name = LIVESRV
workgroup = LIVEGRP
server role = standalone server
disable netbios = yes
smb ports = 445
private dir = $work/private
lock directory = $work/lock
state directory = $work/state
cache directory = $work/cache
pid directory = $work/pid
ncalrpc dir = $work/ncalrpc
passdb backend = tdbsam:$work/private/passdb.tdb
load printers = no
disable spoolss = yes
rpc start on demand helpers = no
$2
[share]
path = $work/share
CONF
  printf 'Verdict-1\nVerdict-1\n' | smbpasswd -c "$work/smb.conf" -L -s -a daemon >/dev/null
  smbd -F --no-process-group -s "$work/smb.conf" -l "$work" </dev/null & local smbd=$!
  timeout 10 bash -c 'until ss -ltn | grep -q :445; do sleep 0.1; done'
  tcpdump -i lo -s 4096 -B 16384 -U --immediate-mode -Z root -w "$out/$1" tcp port 445 2>/dev/null & local tcpdump=$!
  sleep 1
  # shellcheck disable=SC2086
  smbclient //127.0.0.1/share -s /dev/null -n LIVECLI -W LIVEGRP -U daemon%Verdict-1 -c ls $3 >/dev/null 2>&1 || true
  sleep 1
  kill "$tcpdump" && wait "$tcpdump" || true
  kill -KILL "$smbd" && wait "$smbd" 2>/dev/null || true
  rm -f "$work"/pid/*
}

record samba_encrypted.pcap 'server smb encrypt = required' ''
record samba_smb1_in_use.pcap $'server min protocol = NT1\nserver max protocol = NT1\nserver signing = mandatory' '--option=clientminprotocol=NT1'
record samba_refuses_smb1.pcap '' '--option=clientminprotocol=NT1 --option=clientmaxprotocol=NT1'
record samba_after_decoy.pcap '' '--option=clientminprotocol=NT1'
