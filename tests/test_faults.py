"""What happens when the world around the program does not do its part."""

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "vgginspect"]


def run(
    *args: str, stdin: bytes | None = b"", env: dict[str, str] | None = None, **options: object
) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, **(env or {})}
    return subprocess.run(
        [*COMMAND, *args],
        input=stdin,
        capture_output="stdout" not in options,
        env=environment,
        timeout=60,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def assert_clear(done: "subprocess.CompletedProcess[bytes]", *words: str) -> None:
    """Exit code 2, one message on standard error that says so much, nothing on standard output."""
    message = done.stderr.decode()
    assert done.returncode == 2, message
    assert not done.stdout
    assert message.startswith("vgginspect: ")
    assert "Traceback" not in message
    for word in words:
        assert word in message


class TestStandardOutput:
    @pytest.mark.parametrize("format_name", ["table", "json", "csv", "markdown"])
    def test_a_closed_pipe_ends_quietly(self, format_name: str) -> None:
        line = f"{sys.executable} -m vgginspect summary E -f {format_name} | head -1"
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.count(b"\n") == 1

    def test_a_pipe_closed_in_the_middle_of_much_output(self) -> None:
        line = f"seq 100000 | {sys.executable} -m vgginspect trace - --features-only | head -2"
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
    @pytest.mark.parametrize("args", [["summary", "A"], ["trace", "A", "-f", "json"], ["configs"]])
    def test_a_full_device(self, args: list[str]) -> None:
        with open("/dev/full", "wb") as full:  # noqa: PTH123
            done = run(*args, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1
        assert "No space left on device" in done.stderr.decode()

    def test_closed_from_the_start(self) -> None:
        line = f"{sys.executable} -m vgginspect summary A >&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr

    def test_standard_error_closed_as_well(self) -> None:
        line = f"{sys.executable} -m vgginspect summary Q 2>&-"
        assert (
            subprocess.run(["bash", "-c", line], capture_output=True, check=False).returncode == 2
        )


class TestOutputFiles:
    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        assert_clear(run("summary", "A", "-o", str(tmp_path / "no" / "x.csv")), "No such file")

    def test_a_directory(self, tmp_path: Path) -> None:
        assert_clear(run("summary", "A", "-o", str(tmp_path)), "is a directory")
        assert not list(tmp_path.iterdir())

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_without_the_right_to_write(self, tmp_path: Path) -> None:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        assert_clear(run("summary", "A", "-o", str(tmp_path / "x")), "Permission denied")

    def test_a_symbolic_link_is_followed_and_kept(self, tmp_path: Path) -> None:
        target, link = tmp_path / "target.csv", tmp_path / "link.csv"
        target.write_text("old")
        link.symlink_to(target)
        assert run("summary", "A", "-o", str(link)).returncode == 0
        assert link.is_symlink()
        assert target.read_text().startswith("path,name,type")

    def test_the_mode_of_an_older_file_is_kept(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")
        target.chmod(0o640)
        assert run("summary", "A", "-o", str(target)).returncode == 0
        assert stat.S_IMODE(target.stat().st_mode) == 0o640

    def test_an_error_leaves_the_older_file_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")
        assert_clear(run("summary", "A", "--input-size", "16", "-o", str(target)), "32")
        bad = run("summary", "-", "--lines", "-o", str(target), stdin=b"A\nQ\n")
        assert bad.returncode == 2
        assert target.read_text() == "old"
        assert list(tmp_path.iterdir()) == [target]

    @pytest.mark.usefixtures("unmeasured")
    def test_a_full_disk_leaves_the_older_file_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "x.csv"
        target.write_text("old")

        def little_room() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        done = run("summary", "A", "-o", str(target), preexec_fn=little_room)
        assert_clear(done, "File too large")
        assert target.read_text() == "old"
        assert list(tmp_path.iterdir()) == [target]

    def test_a_killed_write_leaves_the_older_file_whole(self, tmp_path: Path) -> None:
        target = tmp_path / "x.jsonl"
        target.write_text("old")
        args = ["trace", "-", "--features-only", "-o", str(target)]
        process = subprocess.Popen([*COMMAND, *args], stdin=subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(b"8," * 500_000 + b"8")
        process.stdin.close()
        deadline = time.monotonic() + 30
        while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        assert target.read_text() == "old"

    def test_a_named_pipe_is_written_straight(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen([*COMMAND, "configs", "-f", "tsv", "-o", str(pipe)]) as process:
            assert pipe.read_text().startswith("config\tmodel")
            assert process.wait() == 0
        assert stat.S_ISFIFO(pipe.stat().st_mode)


class TestStandardInput:
    def test_closed(self) -> None:
        line = f"{sys.executable} -m vgginspect summary - <&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert_clear(done, "standard input is closed")

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\xff\xfe\x00", "binary"),
            (b"64,\x00,M", "binary"),
            (bytes(range(256)) * 100, "binary"),
            (b"1" * 1000, "1000 digits"),
            (b"64," * 2_100_000, "2,000,000 tokens"),
        ],
        ids=["empty", "no-utf8", "nul", "bytes", "thousand-digits", "too-many-tokens"],
    )
    def test_what_is_no_cfg_list(self, data: bytes, words: str) -> None:
        assert_clear(run("summary", "-", stdin=data), words)

    def test_more_than_is_ever_read(self) -> None:
        line = f"yes 64 | {sys.executable} -m vgginspect summary -"
        done = subprocess.run(["bash", "-c", line], capture_output=True, check=False)
        assert_clear(done, "longer than 64 MiB")


class TestEnvironment:
    @pytest.mark.parametrize(
        "env",
        [
            {"PYTHONIOENCODING": "ascii"},
            {"PYTHONIOENCODING": "latin-1"},
            {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            {"TERM": "dumb"},
            {"TERM": ""},
            {"COLUMNS": "0"},
            {"COLUMNS": "-5"},
            {"COLUMNS": "99999999999999999999"},
            {"COLUMNS": "wide"},
            {"HOME": ""},
            {"HOME": "/nonexistent"},
            {"LANG": "xx_YY.UTF-8"},
            {"PATH": ""},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("args", [["trace", "A"], ["summary", "C"], ["configs"]], ids=" ".join)
    def test_everyday_commands_work(self, args: list[str], env: dict[str, str]) -> None:
        done = run(*args, env=env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"133,638,952" in done.stdout or b"132,863,336" in done.stdout

    def test_ascii_output_is_ascii_and_aligned(self) -> None:
        done = run("summary", "A", env={"PYTHONIOENCODING": "ascii"})
        text = done.stdout.decode("ascii")
        rows = [row for row in text.splitlines() if row.startswith("  features.")]
        assert len(rows) == 21
        assert len({row.index("224x224") for row in rows if "224x224" in row}) == 1

    def test_no_home_at_all(self) -> None:
        environment = {k: v for k, v in os.environ.items() if k != "HOME"}
        done = subprocess.run(
            [*COMMAND, "summary", "A"], capture_output=True, env=environment, check=False
        )
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.usefixtures("unmeasured")
class TestInterrupts:
    @pytest.mark.parametrize("after", [0.0, 0.02, 0.05, 0.08, 0.15, 0.4])
    def test_ctrl_c_at_any_moment(self, after: float, tmp_path: Path) -> None:
        target = tmp_path / "x.jsonl"
        process = subprocess.Popen(
            [*COMMAND, "trace", "-", "--features-only", "-o", str(target)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(b"8," * 200_000 + b"8", timeout=60)
        # Before Python has set up its handlers the signal itself, or Python, ends the process.
        starting = process.returncode == -signal.SIGINT or b"vgginspect/cli" not in stderr
        assert process.returncode in (130, -signal.SIGINT, 1)
        assert b"Traceback" not in stderr or starting
        assert not list(tmp_path.iterdir())


class TestTerminalControl:
    @pytest.mark.parametrize(
        "text",
        ["\x1b[31m64", "64,\x1b]0;title\x07", "64,\u202eM", "\u200f64", "\x9b31m", "vgg\x0816"],
        ids=ascii,
    )
    def test_what_could_fake_a_terminal_is_escaped(self, text: str) -> None:
        done = run("summary", text)
        assert_clear(done)
        assert all(char.isprintable() or char == "\n" for char in done.stderr.decode())
