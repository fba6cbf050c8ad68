"""A headless Firefox, driven over its own Marionette protocol: nothing but the browser is needed."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import waiting

NAMES = ("firefox-esr", "firefox")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def installed() -> str:
    """The path of a Firefox."""
    for path in filter(None, map(shutil.which, NAMES)):
        return path
    raise LookupError("no Firefox here; install firefox-esr")


class Firefox:
    """One window of a browser. Whatever is looked for is waited for."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._stream = self._socket.makefile("rb")
        self._number = 0
        self._read()
        self.do("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self.do("WebDriver:SetTimeouts", implicit=20_000, pageLoad=60_000)

    def do(self, command: str, **parameters: Any) -> Any:
        """The answer to a command of the protocol."""
        self._number += 1
        sent = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(sent), sent))
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def go(self, address: str) -> None:
        """The window shows that address."""
        self.do("WebDriver:Navigate", url=address)

    def find(self, xpath: str) -> dict[str, str]:
        """The element there."""
        found = self.do("WebDriver:FindElement", using="xpath", value=xpath)["value"]
        return {"id": found[ELEMENT], ELEMENT: found[ELEMENT]}

    def enter(self, xpath: str) -> None:
        """What follows is looked for inside the frame there."""
        self.do("WebDriver:SwitchToFrame", element=self.find(xpath)[ELEMENT])

    def click(self, xpath: str) -> None:
        """A person clicks there."""
        self.do("WebDriver:ElementClick", id=self.find(xpath)["id"])

    def run(self, script: str) -> Any:
        """What the script returns."""
        return self.do("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def windows(self) -> list[str]:
        """Every window there is."""
        handles: list[str] = self.do("WebDriver:GetWindowHandles")
        return handles

    def close(self) -> None:
        """Nobody drives any more."""
        self._stream.close()
        self._socket.close()

    def _read(self) -> Any:
        length = bytearray()
        while (byte := self._stream.read(1)) != b":":
            assert byte, "Firefox is gone"
            length += byte
        return json.loads(self._stream.read(int(length)))


@contextmanager
def firefox(folder: Path, **preferences: Any) -> Iterator[Firefox]:
    """A Firefox with a profile of its own in that folder, and these preferences."""
    [port] = waiting.free_ports(1)
    wanted = {"marionette.port": port, "datareporting.policy.dataSubmissionEnabled": False, **preferences}
    folder.mkdir(parents=True)
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()]
    (folder / "user.js").write_text("\n".join(lines))
    command = [installed(), "--headless", "--marionette", "--no-remote", "--profile", str(folder), "about:blank"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "MOZ_HEADLESS": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        waiting.until(lambda: _listens(port), seconds=60, what="Firefox")
        driven = Firefox(port)
        yield driven
        driven.close()
    finally:
        process.terminate()
        process.wait(timeout=30)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
