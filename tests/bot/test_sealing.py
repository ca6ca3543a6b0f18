"""Secrets at rest: nothing opens without the key, a value opens under its own name only, and the key is made once."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import Sealer, Unsealable

SECRET = "an invented token, long enough to be looked for"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "sealing.key"


def test_what_was_sealed_opens_again_in_another_process(path: Path) -> None:
    sealed = Sealer(path).seal(SECRET, "access")
    assert SECRET.encode() not in sealed
    assert Sealer(path).open(sealed, "access") == SECRET


def test_the_same_secret_is_sealed_otherwise_each_time(path: Path) -> None:
    sealer = Sealer(path)
    assert sealer.seal(SECRET, "access") != sealer.seal(SECRET, "access")


def test_a_value_opens_under_its_own_name_only(path: Path) -> None:
    sealer = Sealer(path)
    sealed = sealer.seal(SECRET, "access")
    with pytest.raises(Unsealable, match="damaged"):
        sealer.open(sealed, "refresh")


def test_a_value_that_was_changed_anywhere_does_not_open(path: Path) -> None:
    sealer = Sealer(path)
    sealed = sealer.seal(SECRET, "access")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unsealable):
            sealer.open(bytes(changed), "access")


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_by_name(anything: bytes) -> None:
    with pytest.raises(Unsealable):
        Sealer(ROOT / "nowhere" / "sealing.key").open(anything, "access")


def test_a_copy_of_the_database_without_the_key_reveals_nothing(path: Path, tmp_path: Path) -> None:
    sealed = Sealer(path).seal(SECRET, "access")
    elsewhere = Sealer(tmp_path / "elsewhere" / "sealing.key")
    with pytest.raises(Unsealable, match="no_key"):
        elsewhere.open(sealed, "access")
    elsewhere.seal("its own", "access")
    with pytest.raises(Unsealable, match="no_key"):
        elsewhere.open(sealed, "access")


def test_opening_makes_no_key(path: Path) -> None:
    with pytest.raises(Unsealable):
        Sealer(path).open(b"\x01" + bytes(60), "access")
    assert not path.exists()


def test_only_the_owner_reads_the_key(path: Path) -> None:
    sealer = Sealer(path)
    sealer.seal(SECRET, "access")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sealer.is_private()
    path.chmod(0o640)
    assert not sealer.is_private()


MAKE = """
import sys
from pathlib import Path
from bot.sealing import Sealer
sealer = Sealer(Path(sys.argv[1]))
sys.stdin.readline()
sys.stdout.write(sealer.seal("said by " + sys.argv[2], "access").hex())
"""


def test_processes_that_start_at_once_make_one_key_and_make_it_whole(path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE, str(path), str(number)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    sealed = [bytes.fromhex(process.communicate()[0]) for process in processes]
    opener = Sealer(path)
    assert [opener.open(each, "access") for each in sealed] == [f"said by {number}" for number in range(6)]
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_new_key_seals_and_the_one_before_still_opens(path: Path) -> None:
    running, command = Sealer(path), Sealer(path)
    before = running.seal(SECRET, "access")
    command.add_key()
    after = command.seal(SECRET, "access")
    assert after[1:5] != before[1:5]
    assert command.open(before, "access") == SECRET
    # A server that runs meanwhile reads the file anew when it meets a key it does not know.
    assert running.open(after, "access") == SECRET
    assert (command.is_current(before), command.is_current(after)) == (False, True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_file_that_was_put_back_opens_again_without_a_restart(path: Path) -> None:
    sealed = Sealer(path).seal(SECRET, "access")
    kept = path.read_bytes()
    path.unlink()
    running = Sealer(path)
    with pytest.raises(Unsealable, match="no_key"):
        running.open(sealed, "access")
    path.write_bytes(kept)
    assert running.open(sealed, "access") == SECRET


def test_a_damaged_line_is_passed_over_and_a_file_without_a_key_is_not_written_over(path: Path) -> None:
    sealed = Sealer(path).seal(SECRET, "access")
    path.write_bytes(b"# not a key\n" + path.read_bytes())
    assert Sealer(path).open(sealed, "access") == SECRET
    path.write_bytes(b"torn")
    with pytest.raises(OSError, match="no key"):
        Sealer(path).seal(SECRET, "access")
    assert path.read_bytes() == b"torn"
