#!/bin/sh
# Says in one line how to get what the tests drive and no package index has; on Debian as root it gets it.
missing=""
browser=""
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && browser=$name
done
[ -n "$browser" ] || missing="$missing chromium"
# The program that drives the browser (in playwright's wheel) needs this library; a bare Debian lacks it.
driver=$(.venv/bin/python -c 'import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / "driver" / "node")')
"$driver" --version >/dev/null 2>&1 || missing="$missing libatomic1"
# A film of a few seconds is made for the player's tests; the drawing of the films' scenes needs two libraries.
command -v ffmpeg >/dev/null 2>&1 || missing="$missing ffmpeg"
.venv/bin/python -c 'import skia' >/dev/null 2>&1 || missing="$missing libgl1 libegl1"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests, from Debian:$missing"
    # shellcheck disable=SC2086
    apt-get update -qq && apt-get install -y -qq $missing >/dev/null && exit 0
fi
echo "The tests need (Debian and Ubuntu: apt-get install …; macOS: brew install chromium ffmpeg):$missing" >&2
exit 1
