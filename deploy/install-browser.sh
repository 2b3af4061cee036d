#!/usr/bin/env bash
# The browser tests need Debian's Chromium; this installs it where it is missing and may be installed.
set -u
for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null && exit 0; done
as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  echo "Installing Chromium for the browser tests …"
  $as_root apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 && exit 0
fi
echo "The browser tests need the package chromium; install it (apt-get install chromium) and run make test again." >&2
exit 1
