"""`remind --send` against real servers: each person one digest a day, whatever cuts a run off, and nothing to anybody else."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.notify.conftest import Gateway, MailServer, add_date, add_people, gateway_env, mail_env

Run = Callable[..., "CompletedProcess[str]"]
THREE = ["ana@example.com", "jo@example.com", "wei@example.com"]
TUESDAY = "2026-11-24"


def send(
    run: Run, book: Path, env: dict[str, str], *more: str, today: str = TUESDAY, servers: tuple[object, ...] = ()
) -> CompletedProcess[str]:
    return run("remind", str(book), "--send", "--today", today, *more, env=env, servers=servers)


def test_each_person_gets_exactly_one_digest_and_a_second_run_sends_nothing(
    smtp: MailServer, book: Path, run: Run
) -> None:
    done = send(run, book, mail_env(smtp))
    assert done.returncode == 0, done.stderr
    assert smtp.recipients == THREE
    again = send(run, book, mail_env(smtp), "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["sent"] == []
    assert smtp.recipients == THREE


def test_a_digest_names_what_its_reader_has_to_do_and_nothing_else(smtp: MailServer, book: Path, run: Run) -> None:
    send(run, book, mail_env(smtp))
    texts = {}
    for to, content in smtp.mails:
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert [address.addr_spec for address in message["To"].addresses] == to
        texts[to[0]] = message.get_content()
    assert "Ask Ana Silva about 2026-11-24" in texts["ana@example.com"]
    assert "Ask Ana Silva about 2026-11-27" in texts["ana@example.com"]
    assert "Ask Jo about 2026-11-23" in texts["jo@example.com"]
    assert "2027-05-01" not in texts["jo@example.com"]
    assert "Ask somebody" in texts["wei@example.com"]  # the first of People looks after what nobody does
    assert "Ana" not in texts["wei@example.com"]


def test_the_next_day_tells_only_what_is_new(smtp: MailServer, book: Path, run: Run) -> None:
    send(run, book, mail_env(smtp))
    smtp.mails.clear()
    send(run, book, mail_env(smtp), today="2026-11-25")
    # Li Wei's date is today, one of nobody and one of Ana's were missed yesterday; Jo's next word comes on its third day.
    assert smtp.recipients == ["ana@example.com", "wei@example.com"]


def test_what_is_new_after_the_digest_of_the_day_waits_until_tomorrow(smtp: MailServer, book: Path, run: Run) -> None:
    send(run, book, mail_env(smtp))
    add_date(book, "Something new", "2026-11-26", "Jo")
    smtp.mails.clear()
    send(run, book, mail_env(smtp))
    assert smtp.mails == []
    send(run, book, mail_env(smtp), today="2026-11-25")
    assert "jo@example.com" in smtp.recipients


@pytest.mark.parametrize(
    ("step", "nth"), [("MAIL", 1), ("RCPT", 2), ("MAIL", 3), ("DATA", 1), ("DATA", 2), ("DATA", 3)]
)
def test_a_killed_run_loses_and_doubles_nothing(smtp: MailServer, book: Path, run: Run, step: str, nth: int) -> None:
    smtp.kill_at = (step, nth)
    assert send(run, book, mail_env(smtp), servers=(smtp,)).returncode == -9
    assert len(smtp.mails) == (nth if step == "DATA" else nth - 1)
    smtp.kill_at = None
    send(run, book, mail_env(smtp))
    assert smtp.recipients == THREE
    send(run, book, mail_env(smtp))
    assert smtp.recipients == THREE


def test_what_was_cut_off_while_it_was_handed_over_is_told_the_next_day(smtp: MailServer, book: Path, run: Run) -> None:
    smtp.kill_at = ("DATA", 1)
    send(run, book, mail_env(smtp), servers=(smtp,))
    (cut_off,) = smtp.recipients
    smtp.kill_at = None
    said = send(run, book, mail_env(smtp))
    assert said.returncode == 5
    assert "told again tomorrow" in said.stderr
    smtp.mails.clear()
    send(run, book, mail_env(smtp), today="2026-11-25")
    assert cut_off in smtp.recipients


def test_one_refused_address_keeps_nobody_else_from_being_told(smtp: MailServer, book: Path, run: Run) -> None:
    smtp.answers["ana@example.com"] = "550 unknown"
    done = send(run, book, mail_env(smtp))
    assert done.returncode == 5
    assert smtp.recipients == ["jo@example.com", "wei@example.com"]
    smtp.answers.clear()
    assert send(run, book, mail_env(smtp)).returncode == 0
    assert smtp.recipients == THREE


def test_a_server_that_takes_one_mail_a_connection_gets_all_of_them(smtp: MailServer, book: Path, run: Run) -> None:
    smtp.most_a_connection = 1
    done = send(run, book, mail_env(smtp))
    assert done.returncode == 0, done.stderr
    assert smtp.recipients == THREE


def test_a_server_that_is_away_is_tried_again(smtp: MailServer, book: Path, run: Run) -> None:
    done = send(run, book, mail_env(smtp, KAKOSHEET_SMTP_PORT="1"))
    assert done.returncode == 5
    assert "failed" in done.stderr
    send(run, book, mail_env(smtp))
    assert smtp.recipients == THREE


def test_a_server_without_protection_gets_nothing_where_it_is_asked_for(smtp: MailServer, book: Path, run: Run) -> None:
    done = send(
        run,
        book,
        mail_env(
            smtp, KAKOSHEET_SMTP_TLS="starttls", KAKOSHEET_SMTP_USER="me@example.com", KAKOSHEET_SMTP_PASSWORD="CANARY"
        ),
    )
    assert done.returncode == 5
    assert smtp.steps == []
    assert "CANARY" not in done.stdout + done.stderr


def test_contacts_that_carry_headers_are_refused_and_named(smtp: MailServer, book: Path, run: Run) -> None:
    add_people(book, {"Eve": "eve@example.com\nBcc: all@example.com", "Max\r\nBcc: all@example.com": "max@example.com"})
    add_date(book, "One\r\nBcc: all@example.com", TUESDAY, "Eve")
    add_date(book, "Two\r\n\r\n.\r\nMAIL FROM:<x@y.z>", TUESDAY, "Max Bcc: all@example.com")
    done = send(run, book, mail_env(smtp))
    assert done.returncode == 1
    assert "Eve: no address" in done.stderr
    assert smtp.recipients == ["ana@example.com", "jo@example.com", "max@example.com", "wei@example.com"]
    for _, content in smtp.mails:
        assert email.message_from_bytes(content, policy=email.policy.default)["Bcc"] is None


def test_each_gateway_gets_one_message_a_person_too(smtp: MailServer, gateway: Gateway, book: Path, run: Run) -> None:
    env = mail_env(smtp) | gateway_env(gateway)
    assert send(run, book, env).returncode == 0
    assert smtp.recipients == THREE
    assert len(gateway.posts) == 3
    assert any("Ask Ana Silva about 2026-11-24" in post["message"] for post in gateway.posts)
    assert send(run, book, env).returncode == 0
    assert (len(smtp.mails), len(gateway.posts)) == (3, 3)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_run_killed_at_a_gateway_doubles_nothing(gateway: Gateway, book: Path, run: Run, nth: int) -> None:
    gateway.kill_at = nth
    assert send(run, book, gateway_env(gateway), servers=(gateway,)).returncode == -9
    gateway.kill_at = 0
    send(run, book, gateway_env(gateway))
    send(run, book, gateway_env(gateway))
    assert len(gateway.posts) == 3
    assert len({post["message"] for post in gateway.posts}) == 3


def test_a_gateway_of_one_person_gets_that_person_s_alone(gateway: Gateway, book: Path, run: Run) -> None:
    url = f"Ana%20Silva=json://127.0.0.1:{gateway.port}/sms?to={{phone}}"
    done = send(run, book, gateway_env(gateway, KAKOSHEET_NOTIFY_URLS=url))
    assert done.returncode == 1  # the two others have no way to be reached
    (post,) = gateway.posts
    assert "Ana" in post["message"]


def test_a_gateway_that_refuses_is_tried_again(gateway: Gateway, book: Path, run: Run) -> None:
    gateway.status = 503
    assert send(run, book, gateway_env(gateway)).returncode == 5
    gateway.status = 200
    assert send(run, book, gateway_env(gateway)).returncode == 0
    assert len(gateway.posts) == 3


def test_a_redirect_leads_nowhere(gateway: Gateway, book: Path, run: Run) -> None:
    gateway.status, gateway.location = 302, f"http://127.0.0.1:{gateway.port}/secret"
    assert send(run, book, gateway_env(gateway)).returncode == 5
    assert "/secret" not in gateway.paths


def test_private_addresses_and_unknown_schemes_send_nothing_at_all(
    smtp: MailServer, gateway: Gateway, book: Path, run: Run
) -> None:
    for url in (
        f"json://127.0.0.1:{gateway.port}/",
        f"json://localhost:{gateway.port}/",
        "file:///etc/passwd",
        f"http://127.0.0.1:{gateway.port}/",
    ):
        done = send(run, book, mail_env(smtp, KAKOSHEET_NOTIFY_URLS=url))
        assert done.returncode == 2, url
        assert "K802" in done.stderr
    assert gateway.paths == []
    assert smtp.mails == []


def test_a_name_that_turns_to_a_private_address_is_refused_when_it_is_called(gateway: Gateway) -> None:
    from kakosheet.notify import gateways
    from kakosheet.notify.model import Person

    marks: list[str] = []
    one = gateways.Gateway("json-1", "json", f"json://127.0.0.1:{gateway.port}/")
    outcome = gateways.deliver(one, Person("Ana"), "subject", "text", lambda: marks.append("handing"))
    assert outcome.state == "failed"
    assert "own network" in outcome.reason
    assert gateway.paths == []


def test_no_secret_is_shown_or_kept(smtp: MailServer, gateway: Gateway, book: Path, run: Run, tmp_path: Path) -> None:
    gateway.status = 500
    env = mail_env(
        smtp, KAKOSHEET_SMTP_USER="me@example.com", KAKOSHEET_SMTP_PASSWORD="CANARY-1", KAKOSHEET_SMTP_TLS="none"
    )
    env |= gateway_env(gateway, KAKOSHEET_NOTIFY_URLS=f"json://user:CANARY-2@127.0.0.1:{gateway.port}/CANARY-3")
    for more in ((), ("--json",)):
        done = send(run, book, env, *more)
        assert done.returncode == 5
        assert "CANARY" not in done.stdout + done.stderr
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any(file.suffix == ".sqlite" for file in kept)
    assert not [file for file in kept if b"CANARY" in file.read_bytes()]


def test_quiet_hours_send_nothing(smtp: MailServer, book: Path, run: Run) -> None:
    done = send(run, book, mail_env(smtp), today="2026-11-24T22:30")
    assert done.returncode == 0
    assert "quiet hours until 08:00" in done.stderr
    assert smtp.mails == []
    send(run, book, mail_env(smtp), today="2026-11-25T08:00")
    assert smtp.recipients == THREE


def test_a_dry_run_sends_and_keeps_nothing(smtp: MailServer, book: Path, run: Run) -> None:
    done = send(run, book, mail_env(smtp), "--dry-run", "--json")
    assert sorted(one["who"] for one in json.loads(done.stdout)["sent"]) == ["Ana Silva", "Jo", "Li Wei"]
    assert smtp.steps == []
    send(run, book, mail_env(smtp))
    assert smtp.recipients == THREE


def test_only_the_computer_of_the_team_sends(smtp: MailServer, book: Path, run: Run) -> None:
    from kakosheet.app.export import export
    from kakosheet.app.set_cells import set_cells

    row = next(row["_row"] for row in export(book)["settings"] if row["key"] == "refreshing_computer")
    set_cells(book, {f"Settings!D{row}": "somebody-elses-desk"})
    before = book.read_bytes()
    done = send(run, book, mail_env(smtp), "--refresh")
    assert (
        "somebody-elses-desk is the computer that refreshes" in done.stderr
        and "somebody-elses-desk is the computer that sends" in done.stderr
    )
    assert smtp.mails == [] and book.read_bytes() == before


def test_a_book_without_people_tells_its_owner(smtp: MailServer, tmp_path: Path, run: Run) -> None:
    import kakosheet

    alone = tmp_path / "alone.xlsx"
    kakosheet.new(alone, launcher=False)
    add_date(alone, "Ask the seller", TUESDAY)
    assert send(run, alone, mail_env(smtp, KAKOSHEET_SMTP_TO="owner@example.com")).returncode == 0
    assert smtp.recipients == ["owner@example.com"]


def test_two_runs_at_once_send_one_digest_each(smtp: MailServer, book: Path, run: Run) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        codes = [done.returncode for done in pool.map(lambda _: send(run, book, mail_env(smtp)), range(2))]
    assert codes == [0, 0]
    assert smtp.recipients == THREE
