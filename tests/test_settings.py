"""Settings: where they come from, and what a wrong one says."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from scamhunt import bundle, settings
from scamhunt.cli.doctor import in_force
from scamhunt.errors import Refused, SettingsError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state folder; the config folder lies beside it, and no setting comes from outside."""
    for name in [name for name in os.environ if name.startswith("SCAMHUNT_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("SCAMHUNT_HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def config(home: Path) -> Path:
    """Return the config folder's file, ready to be written."""
    file = home.parent / "config" / "scamhunt" / "scamhunt.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def test_the_defaults_need_nothing(home: Path) -> None:
    """Without a file or a variable everything has a value; the state folder is that of the variable."""
    found = settings.load()
    assert (found.home, found.brands, found.trust_names) == (home, (), False)
    assert found.overlay == home.parent / "config" / "scamhunt" / "overlay"
    assert found.now().tzinfo is UTC


def test_in_a_checkout_the_state_lies_in_var() -> None:
    """A checkout keeps its state inside itself."""
    assert settings.default_home() == bundle.shipped() / "var"


def test_the_environment_wins_over_the_state_folder_and_that_over_the_config_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The strongest source gives the value; what it does not say comes from the next."""
    config(home).write_text('reporter_org = "Config"\nreporter_email = "a@config.example"\nmax_ratio = 5\n')
    (home / "scamhunt.toml").write_text('reporter_org = "State"\nreporter_email = "a@state.example"\n')
    monkeypatch.setenv("SCAMHUNT_REPORTER_ORG", "Environment")
    found = settings.load()
    assert (found.reporter_org, found.reporter_email, found.max_ratio) == ("Environment", "a@state.example", 5)


def test_lists_are_texts_with_commas_or_toml_lists(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One value or several, from a variable or a file."""
    (home / "scamhunt.toml").write_text('nrd_list = ["https://a.example/list.gz", "b.txt"]\n')
    monkeypatch.setenv("SCAMHUNT_FETCH_ALLOW_NETS", "127.0.0.0/8, ::1/128")
    monkeypatch.setenv("SCAMHUNT_BRANDS", "a.toml,b")
    found = settings.load()
    assert found.nrd_list == ("https://a.example/list.gz", "b.txt")
    assert found.fetch_allow_nets == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert found.brands == (Path("a.toml"), Path("b"))


def test_a_lab_may_say_what_time_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still at what the variable says, UTC where it names no zone."""
    assert home
    monkeypatch.setenv("SCAMHUNT_CLOCK", "2026-02-03T04:05:06")
    with pytest.raises(SettingsError, match="SCAMHUNT_CLOCK is for a lab: set SCAMHUNT_TRUST_NAMES=on too"):
        settings.load()
    monkeypatch.setenv("SCAMHUNT_TRUST_NAMES", "on")
    monkeypatch.setenv("SCAMHUNT_AS", "ann")
    found = settings.load()
    assert found.now() == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert found.acting_as == "ann"


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("SCAMHUNT_NO_SUCH_KNOB", "1", "unknown setting SCAMHUNT_NO_SUCH_KNOB; unset it"),
        ("SCAMHUNT_BRAND", "x", "unknown setting SCAMHUNT_BRAND (did you mean 'SCAMHUNT_BRANDS'?); unset it"),
        ("SCAMHUNT_MAX_RATIO", "many", "SCAMHUNT_MAX_RATIO: max_ratio: input should be a valid integer"),
        ("SCAMHUNT_MAX_RATIO", "0", "SCAMHUNT_MAX_RATIO: max_ratio: input should be greater than 1"),
        ("SCAMHUNT_FETCH_ALLOW_NETS", "10.0.0.300", "SCAMHUNT_FETCH_ALLOW_NETS: fetch_allow_nets: "),
        ("SCAMHUNT_TRUST_NAMES", "perhaps", "SCAMHUNT_TRUST_NAMES: trust_names: input should be a valid boolean"),
        ("SCAMHUNT_CLOCK", "yesterday", "SCAMHUNT_CLOCK: clock: input should be a valid datetime"),
    ],
)
def test_a_wrong_variable_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    """An unknown name or a value that cannot be used says which, and the nearest known name."""
    assert home
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as error:
        settings.load()
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nreporter_orga = 'x'\n", ":2: unknown setting 'reporter_orga' (did you mean 'reporter_org'?); remove it"),
        ("max_ratio = 'x'\n", ":1: max_ratio: input should be a valid integer"),
        ("max_ratio = \n", ": Invalid value (at line 1, column 13); mend the file"),
        ("trust_names = 'false '\n", ":1: trust_names: input should be a valid boolean"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(home: Path, text: str, message: str) -> None:
    """A fault in scamhunt.toml names file, line and fix."""
    file = home / "scamhunt.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        settings.load()
    assert str(error.value).startswith(f"{file}{message}")


def test_a_file_that_is_no_text_is_named(home: Path) -> None:
    """Bytes that are no UTF-8 are the file's fault, in words."""
    (home / "scamhunt.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"scamhunt\.toml: .*mend the file"):
        settings.load()


@contextmanager
def one_without_rights() -> Iterator[None]:
    """Be an ordinary user for a while: nothing is closed to root."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a state folder that any user can enter, unlike those of pytest."""
    assert home
    settings.load()  # its modules are read while we may
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setenv("SCAMHUNT_HOME", name)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        yield folder


def test_a_file_that_may_not_be_read_is_named(open_folder: Path) -> None:
    """The setting in it would be missed in silence: it says which file, and what to do."""
    file = open_folder / "scamhunt.toml"
    file.write_text("max_ratio = 5\n")
    file.chmod(0)
    with one_without_rights(), pytest.raises(SettingsError) as error:
        settings.load()
    assert str(error.value) == f"{file}: permission denied; make it readable or remove it"


def test_a_folder_that_may_not_be_entered_is_not_the_files_fault(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is passed over; whoever needs the folder tells about it."""
    for name in ("state", "config/scamhunt"):
        (open_folder / name).mkdir(parents=True)
        (open_folder / name / "scamhunt.toml").write_text("max_ratio = 5\n")
        (open_folder / name).chmod(0)
    monkeypatch.setenv("SCAMHUNT_HOME", str(open_folder / "state"))
    with one_without_rights():
        assert settings.load().max_ratio == 200
    for name in ("state", "config/scamhunt"):
        (open_folder / name).chmod(0o700)


def test_a_file_in_the_place_of_a_folder_is_not_the_files_fault(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain file as SCAMHUNT_HOME holds no settings; so does a name that is too long."""
    (home / "file").write_text("")
    for place in (home / "file", home / ("x" * 300)):
        monkeypatch.setenv("SCAMHUNT_HOME", str(place))
        assert settings.load().home == place


@pytest.mark.parametrize("kind", ["folder", "loop"])
def test_what_is_no_file_is_named(home: Path, kind: str) -> None:
    """A folder or a link to itself in the place of scamhunt.toml is told in words."""
    file = home / "scamhunt.toml"
    if kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(file)
    with pytest.raises(SettingsError) as error:
        settings.load()
    why = {"folder": "is a directory", "loop": "too many levels of symbolic links"}[kind]
    assert str(error.value) == f"{file}: {why}; make it readable or remove it"


def test_the_state_folder_is_not_named_in_itself(home: Path) -> None:
    """`home` in a file would be read after the file was found by it."""
    (home / "scamhunt.toml").write_text('home = "/somewhere"\n')
    with pytest.raises(SettingsError, match="home is set by SCAMHUNT_HOME alone"):
        settings.load()


def test_settings_that_others_may_write_are_refused(home: Path) -> None:
    """Who may write the settings may act as anybody: such a file stops the program."""
    file = home / "scamhunt.toml"
    file.write_text("trust_names = true\n")
    file.chmod(0o666)
    with pytest.raises(Refused, match="chmod go-w"):
        settings.load()


def test_keys_and_addresses_are_pairs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable has `name=value` with commas, a file a table; a value may hold an equals sign."""
    monkeypatch.setenv("SCAMHUNT_ADDRESSES", "own=https://mirror.example/a?b=c, czds.login=https://in.example")
    file = home / "scamhunt.toml"
    file.write_text('[keys]\nurlhaus = "a,b=c"\n')
    file.chmod(0o600)
    found = settings.load()
    assert found.addresses == {"own": "https://mirror.example/a?b=c", "czds.login": "https://in.example"}
    assert {name: key.get_secret_value() for name, key in found.keys.items()} == {"urlhaus": "a,b=c"}


@pytest.mark.parametrize("value", ["urlhaus", "=x", "a=1,b"])
def test_what_is_no_pair_is_refused_without_showing_it(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A message about keys never holds one."""
    del home
    monkeypatch.setenv("SCAMHUNT_KEYS", f"{value},secret-part")
    with pytest.raises(SettingsError, match="keys: not of the form name=value") as refused:
        settings.load()
    assert "secret-part" not in str(refused.value)


def test_a_file_with_a_secret_is_its_owners_alone(home: Path) -> None:
    """Keys in a file that others may read are refused with the command that mends it."""
    file = home / "scamhunt.toml"
    file.write_text('[keys]\nurlhaus = "x"\n')
    file.chmod(0o644)
    with pytest.raises(Refused, match="holds keys and others may read it; run: chmod 600"):
        settings.load()
    file.write_text('reporter_org = "X"\n')
    assert settings.load().reporter_org == "X"


def test_only_postgresql_is_known(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another database is refused; the address, which holds a password, is not shown."""
    del home
    monkeypatch.setenv("SCAMHUNT_DATABASE_URL", "mysql://u:geheim@db.example/x")
    with pytest.raises(SettingsError, match="database_url: only postgresql:// is known") as refused:
        settings.load()
    assert "geheim" not in str(refused.value)


def test_secrets_do_not_show(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the settings nor what the doctor shows of them hold a key or a password."""
    del home
    monkeypatch.setenv("SCAMHUNT_KEYS", "urlhaus=geheim")
    monkeypatch.setenv("SCAMHUNT_DATABASE_URL", "postgresql://u:geheim@db.example/x")
    found = settings.load()
    assert "geheim" not in f"{found!r} {found} {in_force(found)}"
    assert in_force(found)["keys"] == in_force(found)["database_url"] == "(set, not shown)"


def test_of_a_table_each_name_counts_for_itself(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with one key leaves the others of the files in force; a name that both have is the stronger's."""
    config(home).write_text(
        '[keys]\na = "config"\nb = "config"\nc = "config"\n[addresses]\nown = "https://a.example"\n'
    )
    config(home).chmod(0o600)
    (home / "scamhunt.toml").write_text('[keys]\nb = "state"\nc = "state"\n')
    (home / "scamhunt.toml").chmod(0o600)
    monkeypatch.setenv("SCAMHUNT_KEYS", "c=variable, d=x=y")
    monkeypatch.setenv("SCAMHUNT_ADDRESSES", "other=https://b.example")
    found = settings.load()
    shown = {name: key.get_secret_value() for name, key in found.keys.items()}
    assert shown == {"a": "config", "b": "state", "c": "variable", "d": "x=y"}
    assert found.addresses == {"own": "https://a.example", "other": "https://b.example"}
    assert in_force(found)["keys"] == "(set, not shown)"


def test_a_table_that_cannot_be_read_is_told_beside_a_file_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable without a name is named, and what stands in it is not shown."""
    (home / "scamhunt.toml").write_text('[keys]\nb = "state"\n')
    (home / "scamhunt.toml").chmod(0o600)
    monkeypatch.setenv("SCAMHUNT_KEYS", "secret-without-a-name")
    with pytest.raises(SettingsError) as error:
        settings.load()
    assert str(error.value) == "SCAMHUNT_KEYS: keys: not of the form name=value, name=value"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("ADDRESSES", "mailbox=imaps://u:hidden-pw@mail.example/", "a mailbox is set as imap_url"),
        ("IMAP_URL", "http://u:hidden-pw@mail.example/", "only imaps:// and imap:// are known"),
        ("PHONE_COLUMNS", "nummer=Caller", "no column 'nummer' (did you mean 'number'?)"),
        ("REGION", "USA", "write two letters, as in us"),
    ],
)
def test_what_numbers_need_is_checked_and_no_password_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    """A wrong value says how to write it; one that holds a password is not repeated."""
    del home
    monkeypatch.setenv(f"SCAMHUNT_{name}", value)
    with pytest.raises(SettingsError) as error:
        settings.load()
    assert told in str(error.value)
    assert "hidden-pw" not in str(error.value)


def test_a_file_with_the_mailbox_is_for_its_owner_alone(home: Path) -> None:
    """Its password would else be everybody's."""
    file = config(home)
    file.write_text('imap_url = "imaps://u:hidden-pw@mail.example/"\n')
    file.chmod(0o644)
    with pytest.raises(Refused, match="it holds imap_url and others may read it"):
        settings.load()
    file.chmod(0o600)
    found = settings.load()
    assert found.imap_url.get_secret_value().startswith("imaps://")
    assert "hidden-pw" not in repr(in_force(found))
