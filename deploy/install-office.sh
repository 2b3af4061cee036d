#!/usr/bin/env bash
# The tests open the pack's documents in LibreOffice, without a window; this installs it where it is missing and may be installed.
set -u
command -v soffice >/dev/null && exit 0
as_root=""; [ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  echo "Installing LibreOffice for the document tests …"
  $as_root apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui >/dev/null 2>&1 && exit 0
fi
echo "Without LibreOffice (apt-get install libreoffice-writer-nogui libreoffice-calc-nogui) two tests of the documents are skipped." >&2
