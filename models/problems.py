"""Refusals of the HTTP API as problem details (RFC 9457), each with a stable code and a sentence in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from validation.outcome import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One cause of refusal: HTTP status, and what the reader should know and do."""

    status: int
    title: Text


KINDS: Mapping[str, Kind] = {
    "missing_key": Kind(
        status=401,
        title=Text(
            en="Send your API key as `Authorization: Bearer …`.", zh="请以 `Authorization: Bearer …` 发送 API 密钥。"
        ),
    ),
    "unknown_key": Kind(
        status=401,
        title=Text(en="The API key is unknown, expired or revoked.", zh="API 密钥不存在、已过期或已吊销。"),
    ),
    "not_allowed": Kind(status=403, title=Text(en="This key may not do that.", zh="此密钥无权执行该操作。")),
    "not_found": Kind(
        status=404, title=Text(en="There is nothing under this address for you.", zh="该地址下没有您可查看的内容。")
    ),
    "invalid_request": Kind(
        status=422, title=Text(en="The request does not have the expected form.", zh="请求格式不符合要求。")
    ),
    "protected_field": Kind(
        status=422,
        title=Text(
            en="The request holds a protected attribute; remove it, it never takes part in a score.",
            zh="请求包含受保护属性；请移除，该属性绝不参与评分。",
        ),
    ),
    "too_large": Kind(status=413, title=Text(en="The request is too large.", zh="请求过大。")),
    "idempotency_conflict": Kind(
        status=409,
        title=Text(en="This idempotency key came with another request before.", zh="此幂等键曾用于另一个不同的请求。"),
    ),
    "no_promoted_model": Kind(
        status=503,
        title=Text(
            en="No model is promoted, so nothing is scored; people decide.",
            zh="目前没有已上线的模型，不进行评分；由人工决定。",
        ),
    ),
    "lease_expired": Kind(
        status=409,
        title=Text(
            en="The promoted model's lease has expired; it must be promoted again before it scores.",
            zh="已上线模型的有效期已过；须重新批准上线后才能评分。",
        ),
    ),
    "unavailable": Kind(
        status=503, title=Text(en="The records cannot be reached now; try again.", zh="暂时无法访问数据；请稍后重试。")
    ),
}
"""Every code that the API can answer with."""


class Problem(Exception):
    """A refusal; `detail` holds facts without any personal value."""

    def __init__(self, code: str, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        """`code` is one of `KINDS`; `headers` go with the answer."""
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.headers = headers or {}

    def as_json(self, request_id: str) -> dict[str, object]:
        """The problem document."""
        kind = KINDS[self.code]
        return {
            "type": f"urn:hiregate:problem:{self.code}",
            "code": self.code,
            "status": kind.status,
            "title": kind.title.en,
            "title_zh": kind.title.zh,
            "detail": self.detail,
            "request_id": request_id,
        }
