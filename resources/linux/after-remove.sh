#!/bin/sh
# Only links that are ours; the person's data folder stays.
for link in /usr/bin/chatelaine /usr/bin/chatelaine-desktop; do
  case "$(readlink "$link" 2>/dev/null)" in /opt/Chatelaine/*) rm -f "$link" ;; esac
done
