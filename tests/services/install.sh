#!/usr/bin/env bash
# Installs the servers that the tests start for themselves: RabbitMQ, PostgreSQL, Prometheus with its promtool, and the
# amtool of Alertmanager; and Tesseract, which reads scans.
# Does nothing when they are there. Nothing is started here, and no service of the machine is ever used.
set -euo pipefail

missing=()
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || missing+=(rabbitmq-server)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
{ command -v prometheus && command -v promtool; } >/dev/null || missing+=(prometheus)
command -v amtool >/dev/null || missing+=(prometheus-alertmanager)
tesseract --list-langs 2>/dev/null | grep -qx fra || missing+=(tesseract-ocr tesseract-ocr-fra)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "missing for some tests: ${missing[*]}; install them, on Debian: apt-get install ${missing[*]}" >&2
  exit 0  # the tests say what they leave out, and fail in CI
fi

exec 9>/run/lock/aiguilleur-install
flock 9  # one installation at a time: the policy below is put back by who moved it
policy=/usr/sbin/policy-rc.d
saved=$policy.before-aiguilleur
restore() { if [ -e "$saved" ]; then mv -f "$saved" "$policy"; else rm -f "$policy"; fi; }
if [ -e "$policy" ] && [ ! -e "$saved" ]; then mv "$policy" "$saved"; fi
trap restore EXIT
printf '#!/bin/sh\nexit 101\n' >"$policy"  # 101: packages may not start their services
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
echo "installing ${missing[*]}" >&2
quietly=(-qq -o DPkg::Lock::Timeout=300)
apt-get "${quietly[@]}" update &&
  apt-get "${quietly[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null >/dev/null ||
  echo "not installed: ${missing[*]}; the tests say what they leave out, and fail in CI" >&2
