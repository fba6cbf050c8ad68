#!/bin/sh
# Says in one line how to get a browser where there is none; on Debian as root it gets one.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing Debian's chromium for the browser journeys"
    apt-get update -qq && apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "The browser journeys need Chromium or Chrome (Debian and Ubuntu: apt-get install chromium; macOS: brew install chromium)." >&2
exit 1
