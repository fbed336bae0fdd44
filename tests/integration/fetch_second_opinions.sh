#!/usr/bin/env bash
# Fetches what tests/integration/second_opinions.py names into build/, which git ignores.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/schemas
if [ ! -x build/toolkit/bin/python ]; then
  "${PYTHON:-python3}" -m venv build/toolkit
  build/toolkit/bin/python -m pip install -qq translate-toolkit==3.20.4
fi
if [ ! -d build/schemas/usr ]; then
  cd build/schemas
  # Not installed, only unpacked. The list of packages may be old or not there at all.
  apt-get download php-symfony-translation 2>/dev/null ||
    { apt-get update -qq && apt-get download php-symfony-translation; }
  dpkg-deb -x php-symfony-translation_*.deb .
fi
