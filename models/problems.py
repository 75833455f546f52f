"""Refusals of the HTTP API as problem details (RFC 9457), each with a stable code and a sentence in both languages."""

from collections.abc import Mapping, Sequence
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
    "malformed": Kind(status=400, title=Text(en="The body cannot be read as JSON.", zh="请求正文不是有效的 JSON。")),
    "unsupported_media_type": Kind(
        status=415, title=Text(en="Send JSON or a CloudEvent, in UTF-8.", zh="请以 UTF-8 编码发送 JSON 或 CloudEvent。")
    ),
    "method_not_allowed": Kind(
        status=405, title=Text(en="This address does not take that method.", zh="该地址不支持此请求方法。")
    ),
    "bad_signature": Kind(
        status=401,
        title=Text(
            en="The signature does not show that this comes from the source.", zh="签名无法证明该请求来自该数据源。"
        ),
    ),
    "timestamp_outside": Kind(
        status=401,
        title=Text(
            en="The event was signed too long ago, or in the future; sign it again.",
            zh="事件的签名时间过早或在未来；请重新签名。",
        ),
    ),
    "rate_limited": Kind(
        status=429, title=Text(en="Too many events at once; try again later.", zh="发送过于频繁；请稍后重试。")
    ),
    "too_slow": Kind(status=408, title=Text(en="The body did not arrive in time.", zh="未能及时收到完整的请求正文。")),
    "source_closed": Kind(
        status=503,
        title=Text(
            en="The source is not set up completely; its owner finds the cause in the log.",
            zh="该数据源配置不完整；负责人可在日志中查看原因。",
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
    "model_changed": Kind(
        status=503,
        title=Text(
            en="The promoted model is not the approved one, so nothing is scored; `hiregate verify` says what changed.",
            zh="已上线模型与批准时不一致，不进行评分；运行 `hiregate verify` 可查明更改之处。",
        ),
    ),
    "unknown_model": Kind(
        status=404,
        title=Text(
            en="No release bears that model name; leave it out where one model is promoted.",
            zh="没有发布版本使用该模型名称；仅有一个上线模型时可省略。",
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

    def __init__(
        self,
        code: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, object]] = (),
    ) -> None:
        """`code` is one of `KINDS`; `headers` go with the answer, `errors` say where and why, for machines."""
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.headers = headers or {}
        self.errors = errors

    def as_json(self, request_id: str) -> dict[str, object]:
        """The problem document."""
        kind = KINDS[self.code]
        errors = {"errors": [dict(error) for error in self.errors]} if self.errors else {}
        return {
            "type": f"urn:hiregate:problem:{self.code}",
            "code": self.code,
            "status": kind.status,
            "title": kind.title.en,
            "title_zh": kind.title.zh,
            "detail": self.detail,
            "request_id": request_id,
            **errors,
        }
