# SPDX-License-Identifier: Apache-2.0
"""The commands about jobs, as people and programs use them; the live displays on a real terminal."""
import csv
import fcntl
import io
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import urllib.error
import urllib.request

import boto3
import pytest
from harness import PROGRAM, start_server, wait_for
from tuning_requests import rows

NAME = "cli-job"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A server with a tuning job that has ended."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "train.csv").write_bytes(as_bytes(rows(400, 1)))
    (folder / "validation.csv").write_bytes(as_bytes(rows(200, 2)))
    with start_server() as server:
        run(server.data_dir, *tune_words(folder, NAME, jobs=8), "--json")
        server.folder = folder
        yield server.data_dir


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def tune_words(folder, name, jobs, rounds=20):
    return ["tune", "--name", name, "--train", folder / "train.csv", "--validation", folder / "validation.csv",
            "--objective", "validation:auc", "--range", "eta=0.05..1", "--range", "max_depth=1..6",
            "--set", f"num_round={rounds}", "--jobs", str(jobs), "--parallel", "2"]


def words(data_dir, command, *more):
    return [PROGRAM, command, "--data-dir", data_dir, *more]


def run(data_dir, command, *more):
    return subprocess.run(words(data_dir, command, *more), check=True, capture_output=True, text=True).stdout


def on_terminal(arguments, columns=110, lines=30):
    """What a command writes to a terminal of that size."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(arguments, stdin=slave, stdout=slave, stderr=slave,
                               env=os.environ | {"TERM": "xterm-256color"})
    os.close(slave)
    written = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        written += part
    os.close(master)
    assert process.wait() == 0, written
    return written.decode()


def test_jobs_are_listed_for_people_and_programs(data_dir):
    assert re.search(rf"^{NAME}\s+Completed\s+Bayesian\s+0\.\d+\s+validation:auc\s+8/8", run(data_dir, "jobs"), re.M)
    jobs = json.loads(run(data_dir, "jobs", "--json"))
    assert [job["name"] for job in jobs] == [NAME]
    assert json.loads(run(data_dir, "jobs", "--json", "--status", "Failed")) == []


def test_logs_show_tabs_as_tabs(data_dir):
    line = run(data_dir, "logs", NAME).splitlines()[-1]
    assert re.fullmatch(r"\[\d+\]\ttrain-auc:[\d.]+\tvalidation-auc:[\d.]+", line)


def test_a_job_is_described(data_dir):
    text = run(data_dir, "describe", NAME)
    assert "Maximize validation:auc" in text and "max_depth" in text
    best = json.loads(run(data_dir, "best", NAME))
    trial = json.loads(run(data_dir, "describe", best["training_job"], "--json"))
    assert trial["objective"] == best["objective"]
    assert best["training_job"] in run(data_dir, "describe", best["training_job"])


def test_a_job_that_failed_says_what_its_trials_failed_with(data_dir, tmp_path):
    data = tmp_path / "titled.csv"
    data.write_text("label,feature\n0,1\n1,2\n")
    done = subprocess.run(words(data_dir, "tune", "--train", data, "--validation", data, "--objective", "validation:auc", "--range", "eta=0..1",
                                "--set", "num_round=2", "--jobs", "2", "--name", "titled"), capture_output=True, text=True)
    assert done.returncode == 1
    for text in done.stdout, run(data_dir, "describe", "titled"):
        assert "2 of 2 trials failed with: ClientError: " in text and "must have no header line" in text


def test_the_best_is_the_best_and_its_code_trains(data_dir):
    best = json.loads(run(data_dir, "best", NAME))
    table = list(csv.DictReader(io.StringIO(run(data_dir, "export", NAME))))
    assert len(table) == 8
    assert best["objective"] == max(float(row["validation:auc"]) for row in table)
    assert f'"objective":{best["objective"]}' in run(data_dir, "best", NAME)  # 0.98, not 9.8E-1
    code = run(data_dir, "best", NAME, "--format", "xgboost")
    parameters = {}
    exec(code.split("model =")[0].replace("import xgboost", ""), {}, parameters)  # noqa: S102: our own program's output
    assert parameters["parameters"]["eta"] == float(best["hyperparameters"]["eta"])
    assert "num_boost_round=20" in code


def test_a_log_is_printed_and_followed_to_its_end(data_dir):
    log = run(data_dir, "logs", NAME)
    assert "validation-auc" in log
    assert run(data_dir, "logs", NAME, "--follow") == log
    timed = run(data_dir, "logs", NAME, "--times", "--trial", "1").splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT", line) for line in timed if "validation-auc" in line)


def test_a_report_is_one_file_that_asks_for_nothing(data_dir, tmp_path):
    file = tmp_path / "report.html"
    run(data_dir, "report", NAME, "-o", file)
    html = file.read_text()
    assert html.count("<svg") >= 4 and "<script" not in html
    assert not re.search(r"(?:src|href)=", html)
    assert "nan" not in re.sub(r"<pre>.*?</pre>", "", html, flags=re.S)


def test_stop_stops_and_says_what_cannot_be_stopped(data_dir):
    done = subprocess.run(words(data_dir, "stop", NAME), capture_output=True, text=True)
    assert done.returncode == 1 and "Completed already" in done.stderr
    missing = subprocess.run(words(data_dir, "stop", "nothing"), capture_output=True, text=True)
    assert missing.returncode == 1 and "there is no tuning or training job nothing" in missing.stderr


def test_programs_can_read_what_commands_print(data_dir, tmp_path):
    """Every command that prints something of a server has --json."""
    trial = json.loads(run(data_dir, "best", NAME))["training_job"]
    for arguments in (["jobs"], ["jobs", "--training"], ["describe", NAME], ["describe", trial], ["best", NAME], ["export", NAME],
                      ["watch", NAME], ["report", NAME, "-o", tmp_path / "r.html"], ["console"], ["verify"],
                      ["backup", tmp_path / "copy"]):
        assert json.loads(run(data_dir, *arguments, "--json")) is not None, arguments
    assert all("text" in json.loads(line) for line in run(data_dir, "logs", NAME, "--json").splitlines())
    user = [PROGRAM, "user"]

    def ask(*words):
        return json.loads(subprocess.run([*user, words[0], *words[1:], "--data-dir", data_dir, "--json"], check=True,
                                         capture_output=True, text=True).stdout)

    made = ask("add", "json-user", "--policy", "ReadOnlyAccess")
    assert ask("list")[-1] == {"name": "json-user", "keys": [made["access_key_id"]], "policies": ["ReadOnlyAccess"]}
    assert ask("remove", "json-user") == {} and ask("list") == []


def test_the_link_signs_in_once(data_dir):
    url = json.loads(run(data_dir, "console", "--json"))["url"]
    base, link = url.split("/_console/#sign-in=")

    def sign_in():
        request = urllib.request.Request(
            base + "/_console/api/session", data=json.dumps({"link": link}).encode(),
            headers={"Content-Type": "application/json", "X-Tunesmith-Console": "1"})
        return json.load(urllib.request.urlopen(request))

    assert sign_in()["user"] == "owner"
    with pytest.raises(urllib.error.HTTPError) as refused:
        sign_in()
    assert refused.value.code == 401


def test_doctor_says_how_the_machine_is(data_dir):
    findings = json.loads(subprocess.run(words(data_dir, "doctor", "--json"), capture_output=True, text=True).stdout)
    assert {f["check"] for f in findings} >= {"data directory", "disk space", "programs", "server"}
    assert next(f for f in findings if f["check"] == "server")["health"] == "good"


def test_shells_can_complete_every_command(data_dir):
    for shell in ("bash", "zsh", "fish"):
        script = subprocess.run([PROGRAM, "completion", shell], check=True, capture_output=True, text=True).stdout
        assert "report" in script and "follow" in script
    script = subprocess.run([PROGRAM, "completion", "bash"], check=True, capture_output=True, text=True).stdout
    probe = script + '\nCOMP_WORDS=(tunesmith de); COMP_CWORD=1; _tunesmith; echo "${COMPREPLY[@]}"\n'
    assert subprocess.run(["bash", "-c", probe], check=True, capture_output=True, text=True).stdout.split() == ["describe"]


TYPED = [(["best", "cli-"], NAME), (["best", "--format", "xg"], "xgboost"), (["best", NAME, "--for"], "--format"),
         (["user", "add-"], "add-key"), (["completion", "f"], "fish")]


def in_shell(shell, probe, data_dir):
    environment = os.environ | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "TUNESMITH_DATA_DIR": str(data_dir)}
    return subprocess.run([shell, "-c", probe], check=True, capture_output=True, text=True, env=environment).stdout


@pytest.mark.parametrize("typed, completed", TYPED)
def test_bash_completes_names_of_jobs_and_values_of_options(data_dir, typed, completed):
    script = subprocess.run([PROGRAM, "completion", "bash"], check=True, capture_output=True, text=True).stdout
    probe = script + f'\nCOMP_WORDS=(tunesmith {" ".join(typed)}); COMP_CWORD={len(typed)}; _tunesmith; echo "${{COMPREPLY[@]}}"\n'
    assert in_shell("bash", probe, data_dir).split() == [completed]


@pytest.mark.parametrize("typed, completed", TYPED)
def test_fish_completes_names_of_jobs_and_values_of_options(data_dir, typed, completed):
    probe = f'tunesmith completion fish | source; complete -C "tunesmith {" ".join(typed)}"'
    # What it is for stands behind a tab.
    assert [line.split("\t")[0] for line in in_shell("fish", probe, data_dir).splitlines()] == [completed]


def test_every_shell_takes_the_environment(data_dir):
    url = json.loads(run(data_dir, "env", "--format", "json"))["AWS_ENDPOINT_URL"]
    show = '; echo "$AWS_ENDPOINT_URL/$AWS_PROFILE"'
    for shell, take in (("bash", 'eval "$(tunesmith env)"'), ("zsh", 'eval "$(tunesmith env)"'),
                        ("fish", "tunesmith env --format fish | source")):
        before = "set -gx AWS_PROFILE work; " if shell == "fish" else "export AWS_PROFILE=work; "
        assert in_shell(shell, before + take + show, data_dir).strip() == url + "/", shell


def test_a_command_that_is_not_there_is_named():
    for more in ([], ["--help"]):
        wrong = subprocess.run([PROGRAM, "destribe", *more], capture_output=True, text=True)
        assert wrong.returncode == 2 and "there is no command 'destribe'" in wrong.stderr


def test_a_terminal_obeys_nothing_that_data_holds(data_dir, tmp_path):
    (tmp_path / "x.csv").write_text("1,2\n0,\x1b]0;owned\x07\n")
    subprocess.run(words(data_dir, *tune_words(tmp_path, "hostile", jobs=1)[:2], "hostile", "--train", tmp_path / "x.csv",
                         "--validation", tmp_path / "x.csv", "--objective", "validation:auc", "--range", "eta=0.1..1",
                         "--set", "num_round=1", "--jobs", "1"), capture_output=True)
    trial = next(t for t in json.loads(run(data_dir, "export", "hostile", "--format", "json"))["trials"])["name"]
    shown = on_terminal(words(data_dir, "describe", trial))
    assert "owned" in shown and "\x1b]0;owned" not in shown


@pytest.mark.parametrize("typed, completed", [("tunesmith desc\t", "describe"), ("tunesmith serve --audit\t", "--audit-reads")])
def test_a_tab_in_zsh_completes(tmp_path, typed, completed):
    shell, terminal = pty.fork()
    if shell == 0:
        os.chdir(tmp_path)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "TERM": "dumb",
                                                "HOME": str(tmp_path)})
    try:
        shown = ""
        os.write(terminal, b'eval "$(tunesmith completion zsh)"; echo rea""dy\n')
        for expected, then in (("ready", typed), (completed, "")):
            while expected not in shown:
                more, _, _ = select.select([terminal], [], [], 30)
                assert more, shown
                shown += os.read(terminal, 4096).decode(errors="replace")
            os.write(terminal, then.encode())
    finally:
        os.kill(shell, signal.SIGKILL)
        os.waitpid(shell, 0)
        os.close(terminal)


def test_a_terminal_gets_a_live_screen_that_goes_at_the_end(data_dir, tmp_path):
    (tmp_path / "train.csv").write_bytes(as_bytes(rows(400, 1)))
    (tmp_path / "validation.csv").write_bytes(as_bytes(rows(200, 2)))
    command, *more = tune_words(tmp_path, "on-a-terminal", jobs=10, rounds=500)
    written = on_terminal(words(data_dir, command, *more))
    screen, _, after = written.rpartition("\x1b[?1049l")
    assert screen.count("\x1b[?1049h") == 1 and "\x1b[?25h" in screen
    assert re.search(r"\d+ of 10", screen) and "running" in screen and "▁" in screen
    assert "trial" in after and "objective" in after
    watched = on_terminal(words(data_dir, "watch", "on-a-terminal"), columns=60, lines=12)
    for frame in watched.split("\x1b[?1049l")[0].split("\x1b[H")[1:]:
        shown = [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line) for line in frame.split("\r\n")]
        assert len(shown) <= 12 and all(len(line) <= 60 for line in shown)


def test_watch_outlives_a_restart_of_the_server(tmp_path):
    (tmp_path / "train.csv").write_bytes(as_bytes(rows(400, 1)))
    (tmp_path / "validation.csv").write_bytes(as_bytes(rows(200, 2)))

    def popen(*command):
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1)

    def first_line(process):
        line = process.stdout.readline()
        assert line.startswith("InProgress"), line + process.stderr.read()

    with start_server() as server:
        # Long enough to be seen on both sides of a restart.
        tuned = popen(PROGRAM, *tune_words(tmp_path, "restarted", jobs=40, rounds=200), "--data-dir", server.data_dir, "--json")
        wait_for(lambda: "restarted" in run(server.data_dir, "jobs"), 30, "the job")
        watched = popen(*words(server.data_dir, "watch", "restarted"))
        first_line(watched)
        server.kill()
        assert "the connection to the server is lost; waiting up to 60 s" in watched.stderr.readline()
        server.start()
        out, said = watched.communicate(timeout=300)
        assert watched.returncode == 0 and out.splitlines()[-1].startswith("Completed 40/40"), out + said
        assert said == "tunesmith: the server is back\n"
        assert json.loads(tuned.communicate(timeout=60)[0])["status"] == "Completed" and tuned.returncode == 0

        tuned = popen(PROGRAM, *tune_words(tmp_path, "left", jobs=400, rounds=200), "--data-dir", server.data_dir, "--json")
        wait_for(lambda: "left" in run(server.data_dir, "jobs"), 30, "the job")
        watched = [popen(*words(server.data_dir, "watch", "left", *more)) for more in ((), ("--patience", "1"))]
        for process in watched:
            first_line(process)
        server.kill()
        _, said = watched[1].communicate(timeout=30)
        assert watched[1].returncode == 1 and "did not come back within 1 s" in said.splitlines()[-1]
        server.start()
        run(server.data_dir, "stop", "left")
        _, said = watched[0].communicate(timeout=120)
        assert watched[0].returncode == 0 and said.count("is lost") == 1
        tuned.communicate(timeout=60)


def test_watch_says_that_its_job_was_deleted(tmp_path, monkeypatch):
    (tmp_path / "train.csv").write_bytes(as_bytes(rows(400, 1)))
    (tmp_path / "validation.csv").write_bytes(as_bytes(rows(200, 2)))
    with start_server() as server:
        tuned = subprocess.Popen([PROGRAM, *tune_words(tmp_path, "gone", jobs=400, rounds=200), "--data-dir", server.data_dir, "--json"],
                                 stdout=subprocess.PIPE)
        wait_for(lambda: "gone" in run(server.data_dir, "jobs"), 30, "the job")
        watched = subprocess.Popen(words(server.data_dir, "watch", "gone"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        watched.stdout.readline()
        watched.send_signal(signal.SIGSTOP)
        run(server.data_dir, "stop", "gone")
        tuned.communicate(timeout=60)
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        boto3.session.Session().client("sagemaker").delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="gone")
        watched.send_signal(signal.SIGCONT)
        _, said = watched.communicate(timeout=60)
        assert watched.returncode == 1 and "gone is not there any more: it was deleted" in said


def test_elsewhere_a_line_for_each_change(data_dir):
    assert re.match(r"Completed 8/8 ended, 0 failed, best 0\.\d+ with eta", run(data_dir, "watch", NAME))
    assert json.loads(run(data_dir, "watch", NAME, "--json"))["status"] == "Completed"
