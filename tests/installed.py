"""The product as people get it: a wheel, installed with its pinned packages into a clean environment."""

import os
import subprocess
import sys
import venv
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Installed:
    """A clean environment below `home` that holds the wheel of this checkout."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @cached_property
    def command(self) -> Path:
        """The path of the installed `animateur`."""
        wheels = self._home / "wheels"
        build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(ROOT)]
        subprocess.run(build, check=True, capture_output=True)
        environment = self._home / "environment"
        venv.create(environment, with_pip=True)
        pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        locked = str(ROOT / "deploy" / "locks" / "runtime.txt")
        subprocess.run([*pip, "--require-hashes", "-r", locked], check=True, capture_output=True)
        subprocess.run([*pip, "--no-deps", *map(str, wheels.glob("*.whl"))], check=True, capture_output=True)
        return environment / "bin" / "animateur"

    def environment(self, data: Path, **more: str) -> dict[str, str]:
        """An environment variable set in which it runs on this data directory and knows nothing of the checkout."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANIMATEUR_", "PYTHON"))}
        return {**kept, "ANIMATEUR_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1", **more}

    def run(self, data: Path, *words: str, **more: str) -> str:
        """What the command printed, called from `/`."""
        found = subprocess.run(
            [str(self.command), *words],
            cwd="/",
            env=self.environment(data, **more),
            check=True,
            capture_output=True,
            text=True,
        )
        return found.stdout

    def start(self, data: Path, *words: str, **more: str) -> "subprocess.Popen[bytes]":
        """The running command, called from `/`; what it says goes to `output` in the data directory."""
        data.mkdir(parents=True, exist_ok=True)
        with (data / "output").open("ab") as output:
            return subprocess.Popen(
                [str(self.command), *words],
                cwd="/",
                env=self.environment(data, **more),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
