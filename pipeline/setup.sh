#!/bin/sh
# Make .venv: exactly the versions and hashes of requirements.lock, installed by uv from the package registry.
set -eu
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python is too old or absent
  where     $python
  expected  Python 3.11 or later
  got       $("$python" --version 2>&1)
  hint      install Python 3.11, or name one: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv; then
    rm -rf .venv
    echo "Python cannot make a virtual environment
  where     $python -m venv .venv
  expected  the modules venv and ensurepip
  got       see above
  hint      on Debian and Ubuntu they are in the package python3-venv" >&2
    exit 1
fi
uv=.venv/bin/uv
awk '/^uv==/ {on = 1} on {print} on && !/\\$/ {exit}' requirements.lock > .venv/uv.lock
if ! "$uv" --version 2>/dev/null | grep -qF "$(sed -n 's/^uv==\([^ ]*\).*/uv \1/p' requirements.lock)"; then
    echo "Installing uv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.lock
fi
echo "Installing the packages of requirements.lock ..."
install() {
    "$uv" pip sync --quiet --compile-bytecode --require-hashes --python .venv/bin/python "$@" requirements.lock
}
install 2>/dev/null || install --system-certs # where a proxy has a certificate of its own, as many offices do
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n%s\n' "$PWD/src" "$PWD" > "$site/monitor.pth"
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ] && [ -z "$(git config --get core.hooksPath)" ]; then
    git config core.hooksPath .githooks # refuses files with answers of real people; see data/README.md
fi
touch .venv/ready
