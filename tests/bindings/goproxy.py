# SPDX-License-Identifier: MIT
"""Offers a Go module as a module proxy does, so that `go get` finds what is not published yet."""

import json
import re
import zipfile
from pathlib import Path


def offer(source, directory, proxy):
    """Writes a proxy with the one version of a module, for GOPROXY=file://PROXY."""
    top = Path(source) / directory
    if not (top / "go.mod").exists():
        return
    module = re.search(r"^module (\S+)$", (top / "go.mod").read_text("utf-8"), re.MULTILINE)[1]
    project = (Path(source) / "meson.build").read_text("utf-8")
    version = "v" + re.search(r"^ *version: '([^']*)'", project, re.MULTILINE)[1]
    at = Path(proxy) / module / "@v"
    at.mkdir(parents=True)
    (at / "list").write_text(f"{version}\n", encoding="utf-8")
    (at / f"{version}.info").write_text(
        json.dumps({"Version": version, "Time": "2000-01-01T00:00:00Z"}), encoding="utf-8")
    (at / f"{version}.mod").write_bytes((top / "go.mod").read_bytes())
    with zipfile.ZipFile(at / f"{version}.zip", "w") as archive:
        for path in sorted(top.rglob("*")):
            if path.is_file():
                archive.write(path, f"{module}@{version}/{path.relative_to(top)}")
