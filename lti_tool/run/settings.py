"""What an operator can set. This is the only room that reads the environment."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

PREFIX = "ANIMATEUR_"


class SettingRefused(ValueError):
    """A setting has a value that cannot be used; the message names it and says what would do."""


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Settings:
    """Each field is the environment variable ANIMATEUR_<FIELD IN CAPITALS>."""

    database_url: str = _setting(
        "", "PostgreSQL to use, `postgresql://…`. Unset: an embedded PostgreSQL below the data directory."
    )
    read_database_url: str = _setting(
        "", "A replica of it that answers xAPI queries for many statements; what is new may be seen a little later."
    )
    data_dir: Path = _setting(
        user_data_path("animateur"), "Where the embedded PostgreSQL and the first secret key live."
    )
    public_url: str = _setting("", "How browsers and platforms reach the tool. Unset: `http://127.0.0.1:PORT`.")
    port: int = _setting(8080, "Port of the web server.")
    host: str = _setting("127.0.0.1", "Address the web server listens on.")
    secret_key: str = _setting(
        "",
        "At least 32 characters; seals keys at rest. Or `ANIMATEUR_SECRET_KEY_FILE`. Unset: made at first start.",
    )
    web_threads: int = _setting(8, "Requests served at once by each web process.")
    web_processes: int = _setting(1, "Web processes.")
    allow_private_platforms: bool = _setting(
        False, "Allow learning platforms at private or loopback addresses and over plain http."
    )
    courses_dir: str = _setting(
        "", "Directory with your own courses, each in a directory of its own, beside those that come with the tool."
    )
    smtp_url: str = _setting("", "Reserved for outgoing mail; this version sends none.")
    oidc_issuer: str = _setting(
        "", "Address of your organisation's OpenID Connect provider, where people with an account may sign in by it."
    )
    oidc_client_id: str = _setting("", "The client id that this provider gave to the tool.")
    oidc_client_secret: str = _setting("", "The client secret that goes with it.")
    oidc_label: str = _setting("your organisation", "What the button calls it: `Sign in with …`.")
    realtime_url: str = _setting("", "Reserved for documents edited together; this version polls.")
    demo: str = _setting(
        "", "Address of the demo LMS. Set by `animateur demo`: the front page leads there, and `/design` is shown."
    )

    @property
    def address(self) -> str:
        """The public address without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def embedded(self) -> bool:
        """True where the tool brings its own PostgreSQL."""
        return not self.database_url

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **changes: Any) -> "Settings":
        """The settings of this environment; `changes` win over it. SettingRefused names what cannot be used."""
        source = os.environ if environment is None else environment  # noqa: TID251 (the one reader)
        values: dict[str, Any] = {}
        for each in fields(cls):
            name = PREFIX + each.name.upper()
            if source.get(name):  # set to nothing is unset: compose files cannot leave a variable out
                values[each.name] = _read(name, source[name], each.type)
        values |= {name: value for name, value in changes.items() if value is not None}
        settings = cls(**values)
        if not 0 < settings.port < 65536:
            raise SettingRefused(f"{PREFIX}PORT is a port, 1 to 65535, not {settings.port}")
        key = settings.secret_key or _from_file(source) or _kept_key(settings)
        if len(key) < 32:
            raise SettingRefused(f"{PREFIX}SECRET_KEY must have at least 32 characters")
        return cls(**(values | {"secret_key": key}))

    def environment(self) -> dict[str, str]:
        """This process's environment with these settings in it, for a child process."""
        own = {PREFIX + each.name.upper(): str(getattr(self, each.name)) for each in fields(self)}
        return {**os.environ, **{name: value for name, value in own.items() if value}}  # noqa: TID251

    @classmethod
    def table(cls) -> str:
        """The settings as the Markdown table that README carries."""
        rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
        for each in fields(cls):
            default = "the user's data directory" if each.name == "data_dir" else (str(each.default) or "unset")
            rows.append(f"| `{PREFIX}{each.name.upper()}` | {default} | {each.metadata['help']} |")
        return "\n".join(rows)


def _read(name: str, text: str, kind: Any) -> Any:
    if kind in (bool, "bool"):
        if text.lower() not in ("1", "true", "yes", "0", "false", "no"):
            raise SettingRefused(f"{name} is yes or no, not {text!r}")
        return text.lower() in ("1", "true", "yes")
    if kind in (int, "int"):
        if not (text.isascii() and text.isdigit()):
            raise SettingRefused(f"{name} is a whole number, not {text!r}")
        return int(text)
    return Path(text) if kind in (Path, "Path") else text


def _from_file(source: Mapping[str, str]) -> str:
    path = source.get(PREFIX + "SECRET_KEY_FILE")
    return _content(Path(path), PREFIX + "SECRET_KEY_FILE") if path else ""


def _kept_key(settings: Settings) -> str:
    if not settings.embedded:
        raise SettingRefused(f"{PREFIX}SECRET_KEY (or …_FILE) is needed beside a database server")
    path = settings.data_dir / "secret-key"
    if not path.exists():
        _make_key(path)
    return _content(path, PREFIX + "DATA_DIR")


def _make_key(path: Path) -> None:
    """There is a key, readable by its owner alone and whole from its first moment; one made meanwhile is kept."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)
        with fresh.open("w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())  # what is sealed with it outlives a power cut, and so must the key
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    except OSError as error:
        raise SettingRefused(f"{PREFIX}DATA_DIR cannot be used: {error}") from error


def _content(path: Path, setting: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise SettingRefused(f"{setting}: {path} cannot be read: {error}") from error
