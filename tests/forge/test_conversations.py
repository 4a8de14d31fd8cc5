"""Conversations with GitHub, played from lists of answers: above all what goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.flow import Deferred, Rejected, Response, Unknown, retry_after
from pipeline.forges import FORGES, github
from pipeline.model.base import JdihError
from pipeline.model.forge import CommitStatus, Status
from tests.forge.fake.spec import fill
from tests.forge.parts import LOST, MARKER, REPO, converse, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pipeline.flow import Request

HEAD, COMMIT = "a" * 40, "b" * 40
ME = "jdih[bot]"
STATUS = CommitStatus(context="sop/gate", status=Status.PENDING, description="menunggu", url="https://jdih.example/")


def ok(body: Any, status: int = 200, **headers: str) -> Response:  # noqa: ANN401 - JSON
    return Response(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def pull(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    repo = {"full_name": REPO}
    sides = {
        "head": {"ref": "usul/satu", "sha": HEAD, "repo": repo},
        "base": {"ref": "main", "sha": COMMIT, "repo": repo},
    }
    return fill("pull-request", **{"number": 7, "title": "Satu", "body": None, "merged_at": None, **sides, **changes})


MERGED = {"merged_at": "2026-11-21T09:00:00Z", "merge_commit_sha": COMMIT, "state": "closed"}


def comment(body: str, author: str = ME, number: int = 5) -> dict[str, Any]:
    return fill("issue-comment", id=number, body=body, user=fill("simple-user", login=author))


def refused(status: int, message: str = "pesan", **headers: str) -> Response:
    return ok({"message": message}, status, **headers)


READING: list[Callable[[], Generator[Request, Response, Any]]] = [
    lambda: github.pulls(REPO),
    lambda: github.pulls_of(REPO, "usul/satu"),
    lambda: github.pull(REPO, 7),
    lambda: github.reviews(REPO, 7),
    lambda: github.comments(REPO, 7),
    lambda: github.pushes(REPO, "usul/satu"),
    lambda: github.issues(REPO, "disposisi"),
    lambda: github.rulesets(REPO),
    lambda: github.set_status(REPO, HEAD, STATUS, ME),
    lambda: github.set_labels(REPO, 7, "sop:", ["sop: baru"]),
    lambda: github.put_comment(REPO, 7, MARKER, MARKER, ME),
]
REFUSALS = [
    (refused(403, "You have exceeded a secondary rate limit", retry_after="7"), Deferred, "meminta jeda", 7.0),
    (refused(403, "You have exceeded a secondary rate limit"), Deferred, "meminta jeda", 60.0),
    (refused(429), Deferred, "meminta jeda", 60.0),
    (
        refused(
            403,
            "habis",
            x_ratelimit_remaining="0",
            x_ratelimit_reset="1795251900",
            date="Sat, 21 Nov 2026 09:00:00 GMT",
        ),
        Deferred,
        "meminta jeda",
        300.0,
    ),
    (refused(401, "Bad credentials"), Deferred, r"menolak token: .*\(Bad credentials\)", None),
    (
        refused(403, "Resource not accessible by integration", x_ratelimit_remaining="4999", x_ratelimit_reset="1"),
        Rejected,
        "tidak mengizinkan GET /repos/kantor/jdih/.*izin aplikasinya",
        None,
    ),
    (refused(404, "Not Found"), Rejected, "tidak mengenal GET .*periksa nama repositori", None),
    (refused(301, "Moved Permanently"), Rejected, "berganti nama", None),
    (refused(422, "Validation\nFailed"), Rejected, "menolak GET .*: Validation Failed$", None),
    (Response(502), Deferred, "sedang bermasalah", None),
]


@pytest.mark.parametrize(("reply", "fault", "said", "pause"), REFUSALS)
@pytest.mark.parametrize("flow", READING)
def test_every_lookup_that_fails_says_why_and_blocks(
    flow: Callable[[], Generator[Request, Response, Any]],
    reply: Response,
    fault: type[Exception],
    said: str,
    pause: float | None,
) -> None:
    with pytest.raises(fault, match=said) as caught:
        converse(flow(), [reply])
    assert "\n" not in str(caught.value)
    assert getattr(caught.value, "retry_after", None) == pause


def test_the_reset_counts_only_when_nothing_remains() -> None:
    headers = {"x-ratelimit-reset": "1795251900", "date": "Sat, 21 Nov 2026 09:00:00 GMT"}
    assert retry_after(Response(503, None, {**headers, "x-ratelimit-remaining": "12"})) is None
    assert retry_after(Response(503, None, {**headers, "x-ratelimit-remaining": "0"})) == 300.0


def test_pages_are_followed_without_leaving_the_origin() -> None:
    link = (
        '<https://jahat.example/repos/x/y/pulls?page=2&per_page=100>; rel="next", <https://jahat.example/>; rel="last"'
    )
    asked, found = converse(github.pulls(REPO), [ok([pull()], link=link), ok([pull(number=8)])])
    assert [one.number for one in found] == [7, 8]
    assert [request.url for request in asked] == [f"{github.ENDPOINT}/repos/{REPO}/pulls"] * 2
    assert asked[1].params == {**asked[0].params, "page": "2"}
    assert asked[0].headers["X-GitHub-Api-Version"]


def test_a_list_without_end_is_a_fault_not_a_loop() -> None:
    endless = ok([], link='<https://api.github.com/x?page=2>; rel="next"')
    with pytest.raises(JdihError, match="lebih dari 10000 baris"):
        converse(github.comments(REPO, 7), [endless] * 200)


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (pull(head={"ref": 3}), "head.ref"),
        (pull(state=None), "state"),
        ({key: value for key, value in pull().items() if key != "merged_at"}, "merged_at"),
        (pull(number=True), "number"),
        (pull(labels=[{"color": "red"}]), "name"),
        (pull(user={"login": 3}), "user.login"),
        ({}, "merged_at"),
        ([], "merged_at"),
        (None, "merged_at"),
    ],
)
def test_what_is_missing_is_named(broken: Any, named: str) -> None:  # noqa: ANN401 - JSON
    with pytest.raises(JdihError, match=f"jawaban GitHub tidak lengkap: {named} "):
        converse(github.pull(REPO, 7), [ok(broken)])


@pytest.mark.parametrize("listed", [None, {}, "x", {"pulls": 3}])
def test_a_list_that_is_none_blocks(listed: Any) -> None:  # noqa: ANN401 - JSON
    with pytest.raises(JdihError, match="tidak memberi daftar"):
        converse(github.reviews(REPO, 7), [ok(listed)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"state": "MAYBE"}, "putusan yang tidak dikenal"), ({"submitted_at": "kemarin"}, "submitted_at")],
)
def test_a_review_with_an_unknown_verdict_or_time_blocks(changes: dict[str, str], said: str) -> None:
    sound = {"id": 1, "state": "APPROVED", "submitted_at": "2026-11-21T09:00:00Z"}
    with pytest.raises(JdihError, match=said):
        converse(github.reviews(REPO, 7), [ok([fill("pull-request-review", **sound | changes)])])


def test_a_branch_of_a_deleted_fork_is_a_fork() -> None:
    _, seen = converse(github.pull(REPO, 7), [ok(pull(head={"ref": "usul/satu", "sha": HEAD, "repo": None}))])
    assert seen.fork
    other = {"ref": "usul/satu", "sha": HEAD, "repo": {"full_name": "lain/jdih"}}
    assert converse(github.pull(REPO, 7), [ok(pull(head=other))])[1].fork


def test_opening_is_sent_once_and_asked_about_when_the_answer_is_lost() -> None:
    for lost in (LOST, Response(502), Response(500, {"message": "Server Error"})):
        [create, look], seen = converse(github.open_pull(REPO, "usul/satu", "Satu", ""), [lost, ok([pull()])])
        assert (create.method, create.repeatable, look.method) == ("POST", False, "GET")
        assert seen.number == 7
    with pytest.raises(Deferred):
        converse(github.open_pull(REPO, "usul/satu", "Satu", ""), [LOST, ok([pull(state="closed")])])


def test_the_sticky_comment_is_not_made_twice_when_the_answer_is_lost() -> None:
    body = f"{MARKER}\nisi"
    asked, _ = converse(github.put_comment(REPO, 7, MARKER, body, ME), [ok([]), LOST, ok([comment(body)])])
    assert [request.method for request in asked] == ["GET", "POST", "GET"]
    with pytest.raises(Deferred):
        converse(github.put_comment(REPO, 7, MARKER, body, ME), [ok([]), LOST, ok([comment(body, "penulis")])])


def test_a_comment_with_the_line_ends_of_a_form_is_unchanged() -> None:
    body = f"{MARKER}\nsatu\n"
    asked, _ = converse(github.put_comment(REPO, 7, MARKER, body, ME), [ok([comment(f"{MARKER}\r\nsatu")])])
    assert [request.method for request in asked] == ["GET"]


def test_an_issue_and_its_comment_are_looked_for_when_the_answer_is_lost() -> None:
    row = fill("issue", number=3, title="SOP", body=None, state="open")
    assert converse(github.open_issue(REPO, "sop", "SOP", ""), [LOST, ok([row])])[1].number == 3
    assert converse(github.comment_issue(REPO, 3, "isi"), [LOST, ok([comment("isi")])])[1].id == 5
    with pytest.raises(Deferred):
        converse(github.open_issue(REPO, "sop", "SOP", ""), [LOST, ok([{**row, "title": "Lain"}])])


@pytest.mark.parametrize("lost", [LOST, Response(502), Response(405, {"message": "Pull Request is not mergeable"})])
def test_a_merge_is_sent_once_and_asked_about(lost: Response | Unknown) -> None:
    [merge, look], commit = converse(github.merge(REPO, 7, HEAD, "Satu", ""), [lost, ok(pull(**MERGED))])
    assert (merge.method, merge.repeatable, look.method, commit) == ("PUT", False, "GET", COMMIT)
    assert merge.json == {"sha": HEAD, "merge_method": "merge", "commit_title": "Satu", "commit_message": ""}


@pytest.mark.parametrize(
    ("replies", "fault", "said"),
    [
        ([LOST, ok(pull())], Deferred, "sedang bermasalah"),
        ([LOST, ok(pull(**MERGED, head={"ref": "x", "sha": COMMIT, "repo": None}))], Deferred, "sedang bermasalah"),
        ([refused(405, "Merge conflict"), ok(pull())], Deferred, "belum mau menggabungkan: Merge conflict"),
        ([refused(405, "Base branch was modified. Review."), ok(pull())], Deferred, "dinilai lagi"),
        ([refused(409, "Head branch was modified.")], Deferred, "dinilai lagi"),
        ([refused(422, "Validation Failed")], Rejected, "menolak permintaan menggabungkan"),
        ([refused(403, "Resource not accessible")], Rejected, "tidak mengizinkan PUT"),
        ([refused(403, "secondary rate limit")], Deferred, "meminta jeda"),
    ],
)
def test_a_merge_that_did_not_happen_says_so(
    replies: list[Response | Unknown], fault: type[Exception], said: str
) -> None:
    with pytest.raises(fault, match=said):
        converse(github.merge(REPO, 7, HEAD, "Satu", ""), replies)


def test_a_label_that_is_gone_already_is_as_good() -> None:
    labels = [{"name": "sop: lama/1 & 2"}]
    asked, _ = converse(github.set_labels(REPO, 7, "sop:", []), [ok(pull(labels=labels)), refused(404)])
    assert asked[1].url.endswith("/issues/7/labels/sop%3A%20lama%2F1%20%26%202")


def test_a_planted_request_outside_the_description_is_found() -> None:
    request = next(github.open_pull(REPO, "usul/satu", "Satu", ""))
    assert judged(request) == []
    assert request.json is not None
    wrong = type(request)("POST", request.url, json={**request.json, "head": 3})
    assert "head" in judged(wrong)[0]
    assert judged(type(request)("POST", f"{request.url}/tiada", json={}))


def test_every_forge_is_known_by_its_name() -> None:
    assert {name: forge.NAME for name, forge in FORGES.items()} == {"github": "github"}


def edits(*logins: str | None, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    nodes = [{"editor": {"login": login} if login else None} for login in logins]
    return {
        "data": {"repository": {"issue": {"userContentEdits": {"totalCount": len(nodes), "nodes": nodes}}}}
    } | changes


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (edits(), set()),
        (edits("kepala", "kepala", None), {"kepala", ""}),
        ({"data": {"repository": {"issue": {"userContentEdits": None}}}}, set()),
    ],
)
def test_who_changed_an_issue_is_told_by_name(answer: dict[str, Any], found: set[str]) -> None:
    [asked], logins = converse(github.issue_editors(REPO, 7), [ok(answer)])
    assert asked.json is not None
    assert asked.json["variables"] == {"owner": "kantor", "name": "jdih", "number": 7}
    assert logins == found


@pytest.mark.parametrize(
    "answer",
    [
        edits(errors=[{"message": "Could not resolve to an Issue"}]),
        {"data": {"repository": None}},
        {"data": {"repository": {"issue": {"userContentEdits": {"totalCount": 101, "nodes": []}}}}},
    ],
)
def test_an_issue_whose_editors_cannot_be_told_blocks(answer: dict[str, Any]) -> None:
    with pytest.raises(JdihError):
        converse(github.issue_editors(REPO, 7), [ok(answer)])


def test_comments_on_issues_are_nobody_s_words_about_an_item() -> None:
    def said(number: int, where: str) -> dict[str, Any]:
        return fill("issue-comment", id=number, body="/sop 1", html_url=f"https://github.com/{REPO}/{where}#c-{number}")

    rows = [said(1, "issues/7"), said(2, "pull/8"), said(3, "issues/pull/9x")]
    since = datetime(2026, 11, 7, 10, tzinfo=timezone(timedelta(hours=7)))
    [asked], found = converse(github.comments_since(REPO, since), [ok(rows)])
    assert asked.params["since"] == "2026-11-07T03:00:00Z"
    assert [(number, comment.id) for number, comment in found] == [(8, 2)]


@pytest.mark.parametrize(("reply", "opened"), [(ok(pull()), True), (ok({"message": "Validation Failed"}, 422), False)])
def test_a_pull_request_that_cannot_be_opened_again_is_no_fault(reply: Response, opened: bool) -> None:  # noqa: FBT001
    [asked], found = converse(github.reopen_pull(REPO, 7), [reply])
    assert (asked.json, found) == ({"state": "open"}, opened)


def test_a_paper_is_begun_with_its_template_unless_an_address_cannot_hold_it() -> None:
    blank = "https://github.com/kantor/jdih/new/usul/a%20b/content/%C3%A9?filename=nota%20dinas.md"
    path = "content/é/nota dinas.md"
    assert github.new_file_url(REPO, "usul/a b", path, "") == blank
    assert github.new_file_url(REPO, "usul/a b", path, "a: 1\n\n& #é") == f"{blank}&value=a%3A%201%0A%0A%26%20%23%C3%A9"
    assert github.new_file_url(REPO, "usul/a b", path, "kata " * 2000) == blank
    assert github.edit_file_url(REPO, "usul/a b", path) == (
        "https://github.com/kantor/jdih/edit/usul/a%20b/content/%C3%A9/nota%20dinas.md"
    )
