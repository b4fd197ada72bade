#!/bin/bash
# The health check of every image: `healthy PORT PATH [HOST]` ends with 0 when that answers 200, on loopback where no host is
# named. It is asked every few seconds in every container, which is too often for a program that takes longer to start.
host=${3:-127.0.0.1}
exec 3<>"/dev/tcp/$host/$1" || exit 1
printf 'GET %s HTTP/1.1\r\nhost: %s\r\nconnection: close\r\n\r\n' "$2" "$host" >&3
read -r _ status _ <&3
[ "$status" = 200 ] && exit 0
cat <&3
exit 1
