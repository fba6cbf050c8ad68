"""What an operator can set: each kind of value, what is refused, and where the secret key comes from."""

import stat
from pathlib import Path

import pytest

from lti_tool.run.settings import SettingRefused, Settings

KEY = "k" * 32


def settings(**variables: str) -> Settings:
    """The settings of an environment that holds these variables and, unless one is given, a secret key."""
    named = {f"ANIMATEUR_{name.upper()}": value for name, value in variables.items()}
    return Settings.from_environment({"ANIMATEUR_SECRET_KEY": KEY, **named})


def test_each_kind_of_value_is_read() -> None:
    found = settings(
        port="9000",
        public_url="https://tool.example/",
        allow_private_platforms="yes",
        data_dir="/srv/tool",
        web_threads="12",
        host="::1",
    )
    assert (found.port, found.web_threads, found.allow_private_platforms, found.host) == (9000, 12, True, "::1")
    assert found.data_dir == Path("/srv/tool")
    assert found.address == "https://tool.example"


def test_what_is_unset_or_empty_has_its_default() -> None:
    found = settings(port="", data_dir="", allow_private_platforms="", database_url="", public_url="")
    assert (found.port, found.allow_private_platforms, found.embedded) == (8080, False, True)
    assert found.data_dir == Settings().data_dir
    assert found.address == "http://127.0.0.1:8080"


@pytest.mark.parametrize("text", ["1", "true", "yes", "Yes", "TRUE"])
def test_a_yes(text: str) -> None:
    assert settings(allow_private_platforms=text).allow_private_platforms is True


@pytest.mark.parametrize("text", ["0", "false", "no", "No"])
def test_a_no(text: str) -> None:
    assert settings(allow_private_platforms=text).allow_private_platforms is False


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("port", "eighty", "ANIMATEUR_PORT is a whole number"),
        ("port", "-1", "ANIMATEUR_PORT is a whole number"),
        ("port", "8²", "ANIMATEUR_PORT is a whole number"),
        ("port", "0", "ANIMATEUR_PORT is a port"),
        ("port", "70000", "ANIMATEUR_PORT is a port"),
        ("web_threads", "8.5", "ANIMATEUR_WEB_THREADS is a whole number"),
        ("allow_private_platforms", "maybe", "ANIMATEUR_ALLOW_PRIVATE_PLATFORMS is yes or no"),
        ("secret_key", "k" * 31, "ANIMATEUR_SECRET_KEY must have at least 32 characters"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, text: str, said: str) -> None:
    with pytest.raises(SettingRefused, match=said):
        settings(**{name: text})


def test_what_the_command_line_says_wins() -> None:
    environment = {"ANIMATEUR_SECRET_KEY": KEY, "ANIMATEUR_PORT": "9000", "ANIMATEUR_HOST": "::1"}
    found = Settings.from_environment(environment, port=9001, host=None)
    assert (found.port, found.host) == (9001, "::1")


def test_a_child_process_gets_the_same_settings() -> None:
    ours = settings(port="9000", demo="http://localhost:9001", data_dir="/srv/tool", public_url="https://tool.example")
    assert Settings.from_environment(ours.environment()) == ours


def test_the_key_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"  {'f' * 40}\n")
    found = Settings.from_environment({"ANIMATEUR_SECRET_KEY_FILE": str(file), "ANIMATEUR_DATABASE_URL": "postgresql:"})
    assert found.secret_key == "f" * 40


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    with pytest.raises(SettingRefused, match=r"ANIMATEUR_SECRET_KEY_FILE: .*none cannot be read"):
        Settings.from_environment({"ANIMATEUR_SECRET_KEY_FILE": str(missing)})


def test_the_key_in_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 40)
    assert settings(secret_key_file=str(file)).secret_key == KEY


def test_a_database_server_needs_a_key_of_its_own(tmp_path: Path) -> None:
    environment = {"ANIMATEUR_DATABASE_URL": "postgresql://db/tool", "ANIMATEUR_DATA_DIR": str(tmp_path)}
    with pytest.raises(SettingRefused, match="is needed beside a database server"):
        Settings.from_environment(environment)
    assert list(tmp_path.iterdir()) == []


def test_the_first_start_makes_a_key_that_only_its_owner_reads_and_later_ones_keep_it(tmp_path: Path) -> None:
    environment = {"ANIMATEUR_DATA_DIR": str(tmp_path / "new" / "data")}
    first = Settings.from_environment(environment)
    [kept] = (tmp_path / "new" / "data").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first.secret_key) >= 64
    assert Settings.from_environment(environment).secret_key == first.secret_key == kept.read_text()


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingRefused, match="ANIMATEUR_DATA_DIR cannot be used"):
        Settings.from_environment({"ANIMATEUR_DATA_DIR": str(tmp_path / "file" / "data")})


def test_every_setting_stands_in_the_table_of_the_papers() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert Settings.table() in readme
