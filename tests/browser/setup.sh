#!/bin/sh
# What the browser tests need: Debian's chromium, Java and npm; checkers in an environment of their own, .venv/checkers.
set -eu
here=tests/browser
checkers=.venv/checkers
missing=
for need in chromium:chromium java:default-jre-headless npm:npm pdftotext:poppler-utils; do
    command -v "${need%%:*}" > /dev/null || missing="$missing ${need#*:}"
done
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing$missing ..."
    apt-get update -qq
    # shellcheck disable=SC2086 # one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
elif [ -n "$missing" ]; then
    echo "A browser test cannot run here
  where     this machine
  expected  the commands chromium, java, npm and pdftotext
  got       none of$missing
  hint      as root: apt-get install$missing; then type make browser-test again" >&2
    exit 1
fi
mkdir -p "$checkers"
cat "$here/requirements.lock" "$here/package-lock.json" "$here/setup.sh" > "$checkers/wanted"
if ! cmp -s "$checkers/wanted" "$checkers/ready"; then
    echo "Installing the checkers ..."
    [ -x "$checkers/bin/python" ] || .venv/bin/python -m venv --without-pip "$checkers"
    install() {
        .venv/bin/uv pip sync --quiet --require-hashes --python "$checkers/bin/python" "$@" "$here/requirements.lock"
    }
    install 2> /dev/null || install --system-certs # where a proxy has a certificate of its own, as many offices do
    cp "$here/package.json" "$here/package-lock.json" "$checkers/"
    fetch() {
        npm ci --prefix "$checkers" --ignore-scripts --no-audit --no-fund --loglevel=error
    }
    fetch 2> /dev/null || NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt fetch
    mv "$checkers/wanted" "$checkers/ready"
fi
