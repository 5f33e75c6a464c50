"""Refusals on the wire: one table from error to status, and RFC 9457 problem documents.

The stable code is the interface; ``type`` is ``urn:mingzhang:problem:<code>``, ``title`` and
``detail`` are in the reader's language. Facts never hold personal text (``ledger.errors``), so
they may travel. Which page a browser is shown instead: ``api.pages``.
"""

import logging
from collections.abc import Mapping

import msgspec
from starlette.responses import Response

from ledger.errors import (
    ConflictError,
    IntegrityFault,
    LedgerError,
    MalformedError,
    NotAuthorised,
    NotFound,
    RuleViolation,
    StorageError,
    VerificationError,
)
from ledger.service.attachments.taking import YourShareWaits

_log = logging.getLogger("mingzhang")
PROBLEM = "application/problem+json"
RETRY_SECONDS, BUSY_SECONDS = 1, 5


class BadRequest(MalformedError):
    """A parameter or the body is not as the interface says."""

    code = "request.invalid"
    zh = "请求中的 {where} 不合要求（{why}）。请更正后重试。"
    en = "{where} of the request is not as required ({why}). Correct it and try again."


class AddressTooLong(MalformedError):
    """The address asks more than any page of ours has to be asked."""

    code = "request.address_too_long"
    zh = "网址中的查询部分超过 {most} 个字符。请从页面上的链接或表单进入。"
    en = "The address asks in more than {most} characters. Use the links and forms of the pages."


class BodyTooLarge(MalformedError):
    """The body is larger than the interface takes."""

    code = "request.too_large"
    zh = "提交内容超过 {limit} 字节。请拆分后提交。"
    en = "The body exceeds {limit} bytes. Submit it in parts."


class BodyTooSlow(MalformedError):
    """The body did not arrive in time."""

    code = "request.too_slow"
    zh = "提交内容未在限定时间内传完，未予办理。请检查网络后重新提交。"
    en = "The body did not arrive in time; nothing was done. Look at the line and send it again."


class NoSuchPage(NotFound):
    """No route has this path."""

    code = "request.no_such_page"
    zh = "没有这个地址。请从首页进入。"
    en = "There is nothing at this address. Start from the first page."


class MethodNotAllowed(MalformedError):
    """The route takes other methods."""

    code = "request.method"
    zh = "该地址不支持此操作方式（{method}）。"
    en = "This address does not take this method ({method})."


class SignInRequired(NotAuthorised):
    """Nobody is signed in, and the route is not public."""

    code = "request.sign_in"
    zh = "请先登录。"
    en = "Sign in first."


class NotYourRight(NotAuthorised):
    """The posts held today do not give this right."""

    code = "request.not_your_right"
    zh = "此内容须以 {roles} 岗位查看；当前岗位：{held}。"
    en = "This is for those in post as {roles}; the posts held today: {held}."


class TooManyTries(NotAuthorised):
    """Too many attempts at something that is limited, from one place within a minute."""

    code = "request.too_many_tries"
    zh = "尝试次数过多。请在 {seconds} 秒后再试。"
    en = "Too many attempts. Try again in {seconds} seconds."


class TooManyUnfinished(NotAuthorised):
    """One place has begun to send more bodies than are waited for at once."""

    code = "request.too_many_unfinished"
    zh = "同一来源有 {most} 项提交尚未传完。请待其传完后再试。"
    en = "{most} bodies from one place have not arrived whole. Let them end, then try again."


class Busy(StorageError):
    """What was asked for is made for one at a time, and somebody else has asked."""

    code = "request.busy"
    zh = "服务器正在为他人生成同类内容，一次只做一份。请稍候几秒再试。"
    en = "The server is making one of these for somebody else. Try again in a few seconds."


class Unexpected(LedgerError):
    """A bug of this program."""

    code = "request.unexpected"
    zh = "程序内部错误，内容未写入。请把编号 {request} 报告给管理员。"
    en = "Internal error; nothing was written. Report number {request} to the operator."


STATUS: Mapping[type[LedgerError], int] = {
    MalformedError: 400,
    SignInRequired: 401,
    NotAuthorised: 403,
    NotFound: 404,
    MethodNotAllowed: 405,
    BodyTooSlow: 408,
    ConflictError: 409,
    BodyTooLarge: 413,
    AddressTooLong: 414,
    RuleViolation: 422,
    VerificationError: 422,
    TooManyTries: 429,
    TooManyUnfinished: 429,
    YourShareWaits: 429,
    IntegrityFault: 500,
    LedgerError: 500,
    StorageError: 503,
}
"""The status of each class of error; a leaf has that of its nearest ancestor here."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem; ``code`` is stable, ``facts`` are what the words were made of."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, str] = {}


def status_of(error: LedgerError) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)


def passes(status: int) -> bool:
    """Tell whether the same, asked for again a little later, may succeed."""
    return status in {429, 503}


def problem_of(error: LedgerError, lang: str) -> Problem:
    """Return an error as a problem document in ``zh`` or ``en``."""
    status, error = status_of(error), for_outsiders(error, lang)
    return Problem(
        type=f"urn:mingzhang:problem:{error.code}",
        title=_TITLES[status][lang != "zh"],
        status=status,
        code=error.code,
        detail=error.text(lang),
        facts={name: str(value)[:200] for name, value in error.facts.items()},
    )


def for_outsiders(error: LedgerError, lang: str) -> LedgerError:
    """Return the error without what only the operator should read: hosts, users, files."""
    if not isinstance(error, StorageError | IntegrityFault) or "why" not in error.facts:
        return error
    _log.warning("%s: %s", error.code, error.facts["why"])
    return type(error)(**error.facts | {"why": _ELSEWHERE[lang != "zh"]})


_ELSEWHERE = ("原因见服务器日志", "the server's log says why")
_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("内容不合格式", "Not well formed"),
    401: ("需要登录", "Sign in required"),
    403: ("没有权限", "Not authorised"),
    404: ("未找到", "Not found"),
    405: ("不支持的操作", "Method not allowed"),
    408: ("传输超时", "Too slow"),
    409: ("内容已变化", "Conflict"),
    413: ("内容过大", "Too large"),
    414: ("网址过长", "Address too long"),
    422: ("规则不允许", "Refused by a rule"),
    429: ("尝试过多", "Too many attempts"),
    500: ("程序错误", "Internal error"),
    503: ("暂不可用", "Not available now"),
}


def headers_of(error: LedgerError) -> dict[str, str]:
    """Return the headers an error's answer needs."""
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(error.facts["seconds"])}
    if isinstance(error, BodyTooSlow):
        return {"Connection": "close"}  # else what comes late keeps the connection open
    if isinstance(error, TooManyUnfinished):
        return {"Connection": "close", "Retry-After": str(BUSY_SECONDS)}
    if isinstance(error, Busy):
        return {"Retry-After": str(BUSY_SECONDS)}
    if isinstance(error, StorageError):
        return {"Retry-After": str(RETRY_SECONDS)}
    return {}


def problem_response(error: LedgerError, lang: str) -> Response:
    """Return the answer to a refused request."""
    found = problem_of(error, lang)
    return Response(
        msgspec.json.encode(found),
        status_code=found.status,
        media_type=PROBLEM,
        headers={"Content-Language": "zh-CN" if lang == "zh" else "en", **headers_of(error)},
    )
