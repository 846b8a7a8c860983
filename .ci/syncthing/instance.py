"""One Syncthing of its own on loopback: no relays, no discovery, nothing but 127.0.0.1."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from xml.sax.saxutils import quoteattr

KEY = "loopback"
FOLDER = "base"
# How long Syncthing may hold an answer back while nothing happens, in seconds.
PATIENCE = 1


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Syncthing:
    """A Syncthing with its own home, that carries one folder."""

    def __init__(self, name: str, place: Path) -> None:
        """Makes the home, with a key of its own."""
        self.name = name
        self.home = place / "syncthing"
        self.folder = place / "shared"
        self.folder.mkdir(parents=True)
        self.port, self.control = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.last_event = 0
        self.environment = os.environ | {"HOME": str(place), "STNOUPGRADE": "1"}
        self.tool("generate", f"--home={self.home}", "--no-default-folder")
        self.id = self.tool(f"--home={self.home}", "--device-id").strip()

    def tool(self, *words: str) -> str:
        """What a command of syncthing prints."""
        return subprocess.run(
            ["syncthing", *words],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def configure(self, everybody: list[Syncthing]) -> None:
        """Makes it know the others and nobody else."""
        devices = "".join(
            f"<device id={quoteattr(each.id)} name={quoteattr(each.name)}>"
            f"<address>tcp://127.0.0.1:{each.port}</address></device>"
            for each in everybody
        )
        shares = "".join(f"<device id={quoteattr(each.id)}/>" for each in everybody)
        options = {
            "listenAddress": f"tcp://127.0.0.1:{self.port}",
            "globalAnnounceEnabled": "false",
            "localAnnounceEnabled": "false",
            "relaysEnabled": "false",
            "natEnabled": "false",
            "crashReportingEnabled": "false",
            "urAccepted": "-1",
            "startBrowser": "false",
            "autoUpgradeIntervalH": "0",
            "reconnectionIntervalS": "1",
        }
        self.home.joinpath("config.xml").write_text(
            '<configuration version="35">'
            f"<folder id={quoteattr(FOLDER)} path={quoteattr(str(self.folder))}"
            ' type="sendreceive" rescanIntervalS="3600" fsWatcherEnabled="true"'
            f' fsWatcherDelayS="1"><maxConflicts>10</maxConflicts>{shares}</folder>{devices}'
            '<gui enabled="true" tls="false">'
            f"<address>127.0.0.1:{self.control}</address><apikey>{KEY}</apikey></gui>"
            "<options>"
            + "".join(f"<{key}>{text}</{key}>" for key, text in options.items())
            + "</options></configuration>"
        )

    def start(self) -> None:
        """Starts it in a process group of its own."""
        with self.home.joinpath("log").open("wb") as log:
            self.process = subprocess.Popen(
                ["syncthing", "serve", f"--home={self.home}", "--no-browser"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Ends what was started here, and waits for it."""
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, path: str, method: str = "GET") -> object:
        """An answer of its REST interface."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control}/rest/{path}",
            method=method,
            headers={"X-API-Key": KEY},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def is_up(self) -> bool:
        """Whether it answers yet; if not, it is given a moment to end in."""
        try:
            self.ask("system/ping")
            return True
        except (urllib.error.URLError, ConnectionError):
            pass
        try:
            self.process.wait(0.1)
        except subprocess.TimeoutExpired:
            return False
        raise RuntimeError(f"{self.name}'s syncthing ended: {self.log()}")

    def log(self) -> str:
        """The end of what it wrote."""
        return self.home.joinpath("log").read_text(errors="replace")[-2000:]

    def scan(self) -> None:
        """Makes it look at the folder now."""
        self.ask(f"db/scan?folder={FOLDER}", "POST")

    def pause(self) -> None:
        """Cuts it off from the others."""
        self.ask("system/pause", "POST")

    def resume(self) -> None:
        """Lets it talk to the others again."""
        self.ask("system/resume", "POST")

    def peers(self) -> int:
        """To how many others it is connected."""
        found = self.ask("system/connections")["connections"].values()
        return sum(each["connected"] for each in found)

    def received(self) -> int:
        """How many bytes it got from others so far."""
        return self.ask("system/connections")["total"]["inBytesTotal"]

    def next_event(self) -> None:
        """Returns when something happened in it, or after a while."""
        path = f"events?since={self.last_event}&timeout={PATIENCE}"
        for event in self.ask(path) or []:
            self.last_event = event["id"]
