#!/bin/sh
# Sends the TCP connections of this network namespace through its Envoy, as Istio's init step does:
#
#   intercept           installs the rules, for IPv4 and IPv6
#   intercept --hold    then gives up every right and stays, so that the namespace does
#   intercept --print   shows the rules for IPv4, or with FLOTILLA_IP_FAMILY=6 for IPv6, and changes nothing
#
# Settings, each a list separated by commas where it says so:
#   FLOTILLA_INBOUND_PORTS            those that are intercepted, or * for all (default), or empty for none
#   FLOTILLA_EXCLUDE_INBOUND_PORTS    those that are not
#   FLOTILLA_OUTBOUND_CIDRS           destinations that are intercepted, or * for all (default), or empty for none
#   FLOTILLA_EXCLUDE_OUTBOUND_CIDRS   destinations that are not
#   FLOTILLA_OUTBOUND_PORTS           ports that are intercepted at any destination
#   FLOTILLA_EXCLUDE_OUTBOUND_PORTS   ports that are not
#   FLOTILLA_PROXY_UID                user and group of the proxy, whose own connections pass (default 1337)
set -eu

outbound=15001
inbound=15006
# Envoy's tunnel, readiness and statistics, and what the agent answers: they are for the proxy itself.
own_ports=15008,15020,15021,15090

proxy=${FLOTILLA_PROXY_UID:-1337}
inbound_ports=${FLOTILLA_INBOUND_PORTS-*}
outbound_cidrs=${FLOTILLA_OUTBOUND_CIDRS-*}

fail() {
  echo "intercept: $1" >&2
  exit 1
}

# each LIST: one item a line
each() {
  printf '%s' "$1" | tr ', ' '\n\n' | sed '/^$/d'
}

# cidrs FAMILY LIST: those of this family, the others being for the other table
cidrs() {
  if [ "$1" = 6 ]; then each "$2" | grep : || true; else each "$2" | grep -v : || true; fi
}

check() {
  for list in "${FLOTILLA_EXCLUDE_INBOUND_PORTS:-}" "${FLOTILLA_OUTBOUND_PORTS:-}" "${FLOTILLA_EXCLUDE_OUTBOUND_PORTS:-}" "$(test "$inbound_ports" = '*' || echo "$inbound_ports")"; do
    for port in $(each "$list"); do
      case $port in *[!0-9]*) fail "\"$port\" is not a port" ;; esac
      [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || fail "$port is not a port"
    done
  done
  case $proxy in '' | *[!0-9]*) fail "FLOTILLA_PROXY_UID \"$proxy\" is not a number" ;; esac
}

# rules FAMILY: what iptables-restore reads
rules() {
  if [ "$1" = 6 ]; then
    loopback=::1/128 returning=::6/128
  else
    loopback=127.0.0.1/32 returning=127.0.0.6/32
  fi
  echo '*nat'
  echo ':FLOTILLA_INBOUND - [0:0]'
  echo ':FLOTILLA_IN_REDIRECT - [0:0]'
  echo ':FLOTILLA_OUTPUT - [0:0]'
  echo ':FLOTILLA_REDIRECT - [0:0]'
  echo "-A FLOTILLA_REDIRECT -p tcp -j REDIRECT --to-ports $outbound"
  echo "-A FLOTILLA_IN_REDIRECT -p tcp -j REDIRECT --to-ports $inbound"

  echo '-A PREROUTING -p tcp -j FLOTILLA_INBOUND'
  for port in $(each "$own_ports,${FLOTILLA_EXCLUDE_INBOUND_PORTS:-}"); do
    echo "-A FLOTILLA_INBOUND -p tcp --dport $port -j RETURN"
  done
  if [ "$inbound_ports" = '*' ]; then
    echo '-A FLOTILLA_INBOUND -p tcp -j FLOTILLA_IN_REDIRECT'
  else
    for port in $(each "$inbound_ports"); do echo "-A FLOTILLA_INBOUND -p tcp --dport $port -j FLOTILLA_IN_REDIRECT"; done
  fi

  echo '-A OUTPUT -p tcp -j FLOTILLA_OUTPUT'
  # From the proxy to its own application.
  echo "-A FLOTILLA_OUTPUT -s $returning -o lo -j RETURN"
  for port in $(each "${FLOTILLA_EXCLUDE_OUTBOUND_PORTS:-}"); do echo "-A FLOTILLA_OUTPUT -p tcp --dport $port -j RETURN"; done
  # An application that calls itself through the mesh: from the proxy back to its own address, and in like any other.
  for owner in uid gid; do
    echo "-A FLOTILLA_OUTPUT ! -d $loopback -o lo -p tcp ! --dport 15008 -m owner --$owner-owner $proxy -j FLOTILLA_IN_REDIRECT"
    echo "-A FLOTILLA_OUTPUT -o lo -m owner ! --$owner-owner $proxy -j RETURN"
    echo "-A FLOTILLA_OUTPUT -m owner --$owner-owner $proxy -j RETURN"
  done
  echo "-A FLOTILLA_OUTPUT -d $loopback -j RETURN"
  for cidr in $(cidrs "$1" "${FLOTILLA_EXCLUDE_OUTBOUND_CIDRS:-}"); do echo "-A FLOTILLA_OUTPUT -d $cidr -j RETURN"; done
  for port in $(each "${FLOTILLA_OUTBOUND_PORTS:-}"); do echo "-A FLOTILLA_OUTPUT -p tcp --dport $port -j FLOTILLA_REDIRECT"; done
  if [ "$outbound_cidrs" = '*' ]; then
    echo '-A FLOTILLA_OUTPUT -j FLOTILLA_REDIRECT'
  else
    for cidr in $(cidrs "$1" "$outbound_cidrs"); do echo "-A FLOTILLA_OUTPUT -d $cidr -j FLOTILLA_REDIRECT"; done
  fi
  echo COMMIT
}

# install FAMILY: once; a namespace that has the rules keeps them
install_rules() {
  tables=iptables
  [ "$1" = 6 ] && tables=ip6tables
  # Whoever else has rules here decides which of the two kinds of tables is in use.
  kind=nft
  if "$tables-legacy-save" -t nat 2>/dev/null | grep -q '^-A' || ! "$tables-nft" -t nat -S >/dev/null 2>&1; then kind=legacy; fi
  if "$tables-$kind" -t nat -S FLOTILLA_OUTPUT >/dev/null 2>&1; then return; fi
  rules "$1" | "$tables-$kind-restore" --noflush --wait
}

check
set -f
case ${1:-} in
  --print) rules "${FLOTILLA_IP_FAMILY:-4}" ;;
  '' | --hold)
    install_rules 4
    if [ -e /proc/net/if_inet6 ]; then install_rules 6; fi
    echo 'intercept: connections go through the proxy'
    [ "${1:-}" = --hold ] || exit 0
    touch /run/intercepted
    exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all sleep infinity
    ;;
  *) fail "unknown argument $1" ;;
esac
