#!/bin/sh
# The command on the PATH, the sandbox's helper as Chromium wants it, and the link handler known to the desktop.
set -e
ln -sf '/opt/Chatelaine/resources/bin/chatelaine' '/usr/bin/chatelaine'
ln -sf '/opt/Chatelaine/chatelaine-desktop' '/usr/bin/chatelaine-desktop'
chown root:root '/opt/Chatelaine/chrome-sandbox' && chmod 4755 '/opt/Chatelaine/chrome-sandbox'
command -v update-desktop-database >/dev/null && update-desktop-database -q /usr/share/applications || true
command -v update-mime-database >/dev/null && update-mime-database /usr/share/mime || true
