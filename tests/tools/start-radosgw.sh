#!/usr/bin/env bash
# Starts one Ceph RGW, a real S3 server, with everything in memory and on loopback: start-radosgw.sh DIRECTORY S3_PORT MONITOR_PORT
# Debian packages: radosgw ceph-mon ceph-osd ceph-common. Access key AKIATEST, secret secretsecretsecret.
# Returns when it answers. To stop it, end the processes whose ids are in DIRECTORY/run/*.pid.
set -euo pipefail

directory=$1 s3_port=$2 monitor_port=$3
mkdir -p "$directory"/{monitor,disk,gateway,run,log}
cd "$directory"

cluster=$(cat /proc/sys/kernel/random/uuid)
disk=$(cat /proc/sys/kernel/random/uuid)

# One copy of everything, one placement group per pool: nothing here is to survive, and fewer of them start faster.
cat >ceph.conf <<CONF
[global]
fsid = $cluster
mon host = v2:127.0.0.1:$monitor_port
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
keyring = $directory/keyring
run dir = $directory/run
admin socket = $directory/run/\$name.sock
log file = $directory/log/\$name.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0

[mon]
mon data = $directory/monitor
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 2
mon data avail crit = 1

[osd]
osd data = $directory/disk
osd objectstore = memstore
memstore device bytes = $((4 << 30))

[client.rgw.a]
rgw data = $directory/gateway
rgw frontends = beast endpoint=127.0.0.1:$s3_port
rgw thread pool size = 64
rgw relaxed s3 bucket names = true
CONF

# within SECONDS COMMAND…: tries again until it succeeds.
within() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    [ $SECONDS -lt $end ] || { echo "Not in time: $*" >&2; return 1; }
    sleep 0.2
  done
}

# in_background LOG COMMAND…: for programs that detach themselves; without these redirections they would hold our output open.
in_background() { local log=$1; shift; "$@" >>"log/$log" 2>&1 </dev/null; }

ceph_command() { timeout 5 ceph -c ceph.conf "$@" 2>>log/ceph.err; }
disk_is_up() { ceph_command osd stat | grep -q '1 up'; }
disk_is_known() { ceph_command osd new "$disk" 0 >/dev/null; }
gateway_answers() { curl -s -m 1 -o /dev/null "http://127.0.0.1:$s3_port/"; }

in_background keys ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *'
in_background keys ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
in_background keys ceph-authtool keyring --gen-key -n client.rgw.a --cap mon 'allow rwx' --cap osd 'allow rwx'
in_background keys ceph-authtool keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
in_background monitor monmaptool --create --addv a "[v2:127.0.0.1:$monitor_port]" --fsid "$cluster" monmap
in_background monitor ceph-mon -c ceph.conf -i a --mkfs --monmap monmap --keyring keyring
in_background monitor ceph-mon -c ceph.conf -i a --pid-file run/mon.pid
within 30 disk_is_known
in_background disk ceph-osd -c ceph.conf -i 0 --mkfs --osd-uuid "$disk"
in_background disk ceph-osd -c ceph.conf -i 0 --pid-file run/osd.pid
within 60 disk_is_up
in_background users timeout 60 radosgw-admin -c ceph.conf -n client.rgw.a user create \
  --uid=test --display-name=Test --access-key=AKIATEST --secret-key=secretsecretsecret
in_background gateway radosgw -c ceph.conf -n client.rgw.a --pid-file run/rgw.pid
within 60 gateway_answers
