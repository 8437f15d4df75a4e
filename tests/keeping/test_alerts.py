"""Alerts: quiet by default, as often wrong as they say, never twice for one thing, sent only where a file says so."""

import json
import socket
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest

from loyalty_metrics import Workspace, alerting
from loyalty_metrics.alert_sending import SETTING, configured
from loyalty_metrics.alerts import ABOVE, BELOW, UNUSUAL, Alerts
from loyalty_metrics.answers import alert_words
from loyalty_metrics.cli import main
from loyalty_metrics.errors import LoyaltyError

MONDAY = pd.Timestamp("2024-01-01")


def weeks(counts: list[int], first: int = 0) -> pd.DataFrame:
    """So many orders a week from some Monday on, each of another customer."""
    rows = []
    for week, count in enumerate(counts, start=first):
        for n in range(count):
            day = MONDAY + pd.Timedelta(days=7 * week + n % 7)
            rows.append((f"anna-{week}-{n}", f"o{week}-{n}", day, 20.0))
    return pd.DataFrame(rows, columns=["customer_id", "order_id", "ordered_at", "amount"])


def bring(workspace: Workspace, path: Path, frame: pd.DataFrame) -> None:
    frame.to_parquet(path)
    workspace.import_file(path)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Workspace, Path]]:
    """A year of about ten orders a day, in a file."""
    workspace = Workspace.open(tmp_path / "shop.duckdb")
    counts = np.random.default_rng(1).poisson(70, 40).tolist()
    bring(workspace, tmp_path / "year.parquet", weeks(counts))
    yield workspace, tmp_path
    workspace.close()


def test_nothing_is_said_by_default(shop: tuple[Workspace, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    workspace, folder = shop
    assert alerting.after_import(workspace) == [] and Alerts(workspace).feed() == []
    Alerts(workspace).watch(UNUSUAL, "revenue", "Ann")
    assert alerting.check(workspace) == []
    bring(workspace, folder / "alike.parquet", weeks([70], first=40))
    assert alerting.check(workspace) == []
    assert configured().is_quiet and alerting.send_new(workspace) == 0


def test_an_unusual_week_is_told_once(shop: tuple[Workspace, Path]) -> None:
    workspace, folder = shop
    alerts, version = Alerts(workspace), workspace.version
    alerts.watch(UNUSUAL, "orders", "Ann")
    assert alerts.check() == [] and workspace.version == version
    bring(workspace, folder / "slump.parquet", weeks([25], first=40))
    (found,) = alerts.check()
    assert (found.about, found.value, found.chance < 0.01) == ((MONDAY + pd.Timedelta(weeks=40)).date(), 25, True)
    assert 60 < found.expected < 80
    assert alerts.check() == []
    workspace.undo_import(int(workspace.imports()["import_id"].iloc[0]))
    bring(workspace, folder / "slump.parquet", weeks([25], first=40))
    assert alerts.check() == [] and len(alerts.feed()) == 1
    words = alert_words(found, None)
    assert "25" in words and "7 Oct 2024" in words and "anna" not in words
    alerts.see("Bo")
    assert alerts.feed()[0].seen_by == "Bo"


def test_a_limit_is_told_when_it_is_passed_and_again_when_it_was_back(shop: tuple[Workspace, Path]) -> None:
    workspace, folder = shop
    alerts = Alerts(workspace)
    alerts.watch(BELOW, "revenue_by_period", "Ann", column="revenue", limit=1_000)
    alerts.watch(ABOVE, "repeat_purchase_rate", "Ann", column="value", row="figure=repeat_rate", limit=0.5)
    assert alerts.check() == []
    # The months of 2024-11 and 2024-12 are poor, January is not, February is poor again.
    for name, counts, first, about in (
        ("poor", [1] * 14, 40, date(2024, 11, 1)),
        ("good", [70] * 5, 54, None),
        ("poor_again", [1] * 5, 59, date(2025, 2, 1)),
    ):
        bring(workspace, folder / f"{name}.parquet", weeks(counts, first))
        found = alerts.check()
        if name == "poor":
            assert len(found) == 1 and found[0].value < 1_000
        elif name == "good":
            assert found == []
        assert about is None or len(found) <= 1
    assert {alert.rule.kind for alert in alerts.feed()} == {BELOW}
    assert all(alert.chance is None and alert.expected == 1_000 for alert in alerts.feed())


def test_false_alarms_come_as_often_as_stated() -> None:
    """The rule's own test, on weeks in which nothing happened; see also the tests of `stats.weeks`."""
    from loyalty_metrics.stats.weeks import surprises

    random = np.random.default_rng(3)
    counts = random.poisson(120, (400, 70)).astype(float)
    chance = surprises(counts, counts).chance[:, -1]
    assert np.isfinite(chance).all()
    for rate in (0.05, 0.01):
        called = (chance <= rate).mean()
        assert called <= rate + 3 * (rate * (1 - rate) / 400) ** 0.5


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"kind": "odd", "measure": "revenue"}, "A rule is one of"),
        ({"kind": UNUSUAL, "measure": "luck"}, "Unusual weeks are told of"),
        ({"kind": UNUSUAL, "measure": "revenue", "rate": 0.9}, "at most 0.2"),
        ({"kind": ABOVE, "measure": "repeat_purchase_rate", "column": "value"}, "Name the limit"),
        ({"kind": ABOVE, "measure": "repeat_purchase_rate", "column": "value", "limit": 1}, "pick one"),
        ({"kind": ABOVE, "measure": "repeat_purchase_rate", "column": "luck", "limit": 1}, "no column 'luck'"),
        ({"kind": ABOVE, "measure": "rfm_scores", "column": "monetary", "limit": 1}, "about single customers"),
        ({"kind": ABOVE, "measure": "no_such", "column": "x", "limit": 1}, "no measure 'no_such'"),
    ],
)
def test_what_cannot_be_watched_is_said(shop: tuple[Workspace, Path], told: dict, words: str) -> None:
    with pytest.raises(LoyaltyError, match=words):
        Alerts(shop[0]).watch(**told, who="Ann")
    assert Alerts(shop[0]).rules() == []


class _Hook(BaseHTTPRequestHandler):
    got: list[dict] = []  # noqa: RUF012 - of the one test that runs it
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _Hook.got.append(json.loads(body))
        self.send_response(_Hook.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class MailServer:
    """The few words of SMTP that a client needs, on a port of this machine."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.messages: list[str] = []
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                self._say(file, "220 here")
                while line := file.readline().decode().strip():
                    if line.upper().startswith("DATA"):
                        self._say(file, "354 go on")
                        text = []
                        while (part := file.readline().decode()) != ".\r\n":
                            text.append(part)
                        self.messages.append("".join(text))
                    elif line.upper().startswith("QUIT"):
                        self._say(file, "221 bye")
                        break
                    self._say(file, "250 ok")

    @staticmethod
    def _say(file, text: str) -> None:
        file.write(f"{text}\r\n".encode())
        file.flush()

    def close(self) -> None:
        self._socket.close()


def test_alerts_are_sent_once_to_where_the_file_says(
    shop: tuple[Workspace, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, folder = shop
    hook, mail = HTTPServer(("127.0.0.1", 0), _Hook), MailServer()
    Thread(target=hook.serve_forever, daemon=True).start()
    settings = folder / "alerts.toml"
    settings.write_text(
        f'[smtp]\nhost = "127.0.0.1"\nport = {mail.port}\nsecurity = "none"\nfrom = "a@example.com"\n'
        f'to = ["b@example.com"]\n[webhook]\nurl = "http://127.0.0.1:{hook.server_port}/x"\n'
    )
    monkeypatch.setenv(SETTING, str(settings))
    try:
        Alerts(workspace).watch(UNUSUAL, "orders", "Ann Secret")
        assert alerting.after_import(workspace) == [] and mail.messages == [] and _Hook.got == []
        bring(workspace, folder / "slump.parquet", weeks([25], first=40))
        _Hook.status = 500
        assert len(alerting.after_import(workspace)) == 1  # not sent, and no import fails for it
        assert not Alerts(workspace).feed()[0].is_sent
        with pytest.raises(LoyaltyError, match="webhook did not take"):
            alerting.send_new(workspace)
        _Hook.status, before = 200, len(mail.messages)
        assert alerting.send_new(workspace) == 1 and alerting.send_new(workspace) == 0
        assert len(mail.messages) == before + 1 and Alerts(workspace).feed()[0].is_sent
        sent, posted = mail.messages[-1], _Hook.got[-1]
        assert "Subject: shop: 1 alert" in sent and "To: b@example.com" in sent
        for text in (sent, json.dumps(posted)):
            assert "Orders" in text and "anna" not in text and "Secret" not in text
        assert posted["alerts"][0]["value"] == 25
    finally:
        hook.shutdown()
        hook.server_close()
        mail.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[smtp", "cannot be read as TOML"),
        ('[smtp]\nhost = "x"\n', "lacks from, to"),
        ('[smtp]\nhost="x"\nfrom="a"\nto="b"\nsecurity="hope"\n', "starttls, ssl or none"),
        ('[webhook]\nurl = "file:///etc/passwd"\n', "begins with https"),
    ],
)
def test_settings_that_are_amiss_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    (tmp_path / "alerts.toml").write_text(text)
    monkeypatch.setenv(SETTING, str(tmp_path / "alerts.toml"))
    with pytest.raises(LoyaltyError, match=words):
        configured()


def test_the_command_line(
    shop: tuple[Workspace, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    workspace, folder = shop
    workspace.close()
    name = str(folder / "shop.duckdb")
    assert main(["alerts", "-w", name, "--rules"]) == 0 and "Nothing is watched" in capsys.readouterr().out
    assert main(["alerts", "-w", name, "--unusual", "orders", "--who", "Ann"]) == 0
    assert main(["alerts", "-w", name, "--rules"]) == 0 and "Orders" in capsys.readouterr().out
    weeks([25], first=40).to_parquet(folder / "slump.parquet")
    assert main(["import", str(folder / "slump.parquet"), "-w", name]) == 0
    assert "alert: Orders in the week from 7 Oct 2024: 25" in capsys.readouterr().err
    assert main(["alerts", "-w", name, "--json"]) == 0 and json.loads(capsys.readouterr().out) == []
    assert main(["alerts", "-w", name, "--send"]) == 1 and SETTING in capsys.readouterr().err
    assert main(["alerts", "-w", name, "--above", "x=1", "--who", "Ann"]) == 1
    assert main(["alerts", "-w", name, "--drop", "1"]) == 0
    assert main(["decisions", "-w", name]) == 0 and "No decision" in capsys.readouterr().out


@pytest.mark.slow
def test_decisions_of_the_sample_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decisions", "-w", "sample", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["verdict"] for one in told} == {"more", "not_shown", "no_comparison", "too_early"}
