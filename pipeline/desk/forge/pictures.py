"""Pictures of the posts in the pull request's comment, drawn here and kept on a branch of the robot's own.

They are not taken from the proposal's own checks: those run the proposal's own program, which could show an approver
anything. A branch is one commit without history, made anew when its posts change and removed with its pull request,
so drafts' pictures do not stay in the repository.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipeline.desk import carding, previewing, wording
from pipeline.flow import Rejected
from pipeline.media import postcards
from pipeline.media.cards import CardError
from pipeline.media.looking import VIDEO_MIME
from pipeline.model.base import JdihError
from pipeline.model.people import Authority
from pipeline.platforms import PLATFORMS, describes, title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipeline.desk.forge.link import Link
    from pipeline.model.forge import Pull
    from pipeline.model.publishing import Post

BRANCH = "pratinjau/"
_MARK = "sidik"
"""File that says what was drawn."""
_AT = f"refs/remotes/origin/{BRANCH}"


def shown(link: Link, pull: Pull, posts: Sequence[Post]) -> Mapping[str, str]:
    """Return post key -> address of its picture; what cannot be drawn or pushed is said and left out.

    A comment without pictures is whole: its text says everything. So nothing here ever stands in a decision's way.
    """
    posts = [post for post in posts if post.platform in PLATFORMS]
    try:
        commit = _kept(link, pull, posts) if posts else None
    except (JdihError, CardError) as error:
        link.say(f"#{pull.number}: gambar pratinjau tidak dibuat: {error}")
        return {}
    if commit is None:
        return {}
    return {post.key: link.forge.picture_url(link.name, commit, _file(number)) for number, post in enumerate(posts, 1)}


def tidy(link: Link, open_pulls: Collection[int]) -> None:
    """Remove the pictures of every pull request that is not open any more."""
    standing = {ref.removeprefix(_AT) for ref in link.repository.refs(_AT)}
    if gone := sorted(standing - {str(number) for number in open_pulls}):
        link.repository.push("origin", *(f":refs/heads/{BRANCH}{number}" for number in gone))


def _kept(link: Link, pull: Pull, posts: Sequence[Post]) -> str:
    """Return the commit that holds the pictures of *posts*, drawn only when they are not there yet."""
    repository, mark = link.repository, _mark(posts)
    standing = repository.resolve(f"{_AT}{pull.number}")
    if standing and repository.read(standing, _MARK) == mark:
        return standing
    fonts = carding.fonts(repository.path)
    files = {_file(number): postcards.draw(_postcard(post), fonts) for number, post in enumerate(posts, 1)}
    files[_MARK] = mark
    commit = repository.commit([], None, files, f"Pratinjau #{pull.number}\n", link.robot(Authority.PENGENDALI))
    repository.push("origin", f"+{commit}:refs/heads/{BRANCH}{pull.number}")
    return commit


def _file(number: int) -> str:
    return f"kiriman-{number}.png"


def _mark(posts: Sequence[Post]) -> bytes:
    """Return what stands for everything that is drawn; a prepared picture is named after its own content."""
    parts = [f"{post.key}|{post.text}|{'|'.join(media.url + media.alt for media in post.media)}" for post in posts]
    return hashlib.sha256("\0".join([postcards.RECIPE, *parts]).encode()).hexdigest().encode()


def _postcard(post: Post) -> postcards.Postcard:
    platform, kept = PLATFORMS[post.platform], previewing.fitting(post)
    return postcards.Postcard(
        head=wording.place(post),
        text=post.text[:kept],
        over=post.text[kept:],
        count=f"{platform.length(post.text)} dari {platform.caption_limit(len(post.media))}",
        title=title(post),
        pieces=tuple(_pieces(post)),
    )


def _pieces(post: Post) -> Iterator[postcards.Piece]:
    for each in post.media:
        try:
            data, said = (b"", f"video {each.name}") if each.mime == VIDEO_MIME else (each.content(), each.name)
        except Rejected as error:
            data, said = b"", str(error)
        yield postcards.Piece(data=data, alt=each.alt, described=describes(each, post.platform), said=said)
