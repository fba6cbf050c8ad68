#!/bin/sh
# Says in one line how to get a browser where there is none; on Debian as root it gets one.
found=""
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && found=$name
done
# The program that drives the browser (in playwright's wheel) needs this library; a bare Debian lacks it.
driver=$(.venv/bin/python -c 'import pathlib, playwright; print(pathlib.Path(playwright.__file__).parent / "driver" / "node")')
"$driver" --version >/dev/null 2>&1 && drives=yes || drives=""
[ -n "$found" ] && [ -n "$drives" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's chromium for the browser journeys"
    apt-get update -qq && apt-get install -y -qq chromium libatomic1 >/dev/null && exit 0
fi
echo "The browser journeys need Chromium or Chrome (Debian and Ubuntu: apt-get install chromium libatomic1; macOS: brew install chromium)." >&2
exit 1
