"""What providers write when a call fails: codes and texts, each with its meaning. Data for `classify.py`.

Meanings are the protocol's error kinds. Patterns are matched case-insensitively against the
provider's messages; each names the kind of sentence, not one vendor's exact words.
"""

import re


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


CODES = {
    "context_length_exceeded": "contextOverflow",
    "context_window_exceeded": "contextOverflow",
    "contextwindowexceeded": "contextOverflow",
    "contextwindowexceedederror": "contextOverflow",
    "model_context_window_exceeded": "contextOverflow",
    "model_max_prompt_tokens_exceeded": "contextOverflow",
    "exceed_context_size_error": "contextOverflow",
    "context_overflow": "contextOverflow",
    "request_too_large": "contextOverflow",
    "1261": "contextOverflow",  # Zhipu, z.ai: prompt exceeds max length
    "insufficient_quota": "quotaExceeded",
    "billing_hard_limit_reached": "quotaExceeded",
    "billing_not_active": "quotaExceeded",
    "billing_error": "quotaExceeded",
    "usage_limit_reached": "quotaExceeded",
    "usage_limit_exceeded": "quotaExceeded",
    "usage_not_included": "quotaExceeded",
    "quota_exceeded": "quotaExceeded",
    "insufficient_balance": "quotaExceeded",
    "insufficient_credits": "quotaExceeded",
    "exceeded_current_quota_error": "quotaExceeded",
    "creditserror": "quotaExceeded",
    "arrearage": "quotaExceeded",
    "1113": "quotaExceeded",  # Zhipu, z.ai: no balance
    "1008": "quotaExceeded",  # MiniMax: no balance
    "overloaded_error": "overloaded",
    "overloaded": "overloaded",
    "server_is_overloaded": "overloaded",
    "engine_overloaded": "overloaded",
    "engine_overloaded_error": "overloaded",
    "model_capacity_exhausted": "overloaded",
    "slow_down": "overloaded",
    "no_kv_space": "overloaded",
    "1305": "overloaded",  # Zhipu, z.ai: the model has too much traffic
    "api_key_invalid": "authRequired",
    "invalid_api_key": "authRequired",
    "authentication_error": "authRequired",
    "expired_token": "authRequired",
    "unrecognizedclientexception": "authRequired",
    "expiredtokenexception": "authRequired",
    "tool_use_failed": "providerUnavailable",  # Groq: the model wrote a bad call; sampling again may do
}
"""Codes that decide by themselves, whatever status and text say."""

WEAK_CODES = {
    "rate_limit_exceeded": "rateLimited",
    "rate_limit_error": "rateLimited",
    "rate_limited": "rateLimited",
    "rate_limit": "rateLimited",
    "too_many_requests": "rateLimited",
    "throttlingexception": "rateLimited",
    "resource_exhausted": "rateLimited",
    "1302": "rateLimited",  # Zhipu, z.ai: concurrency
    "1303": "rateLimited",
    "server_error": "providerUnavailable",
    "internal_server_error": "providerUnavailable",
    "internalserverexception": "providerUnavailable",
    "internal_error": "providerUnavailable",
    "internal": "providerUnavailable",
    "api_error": "providerUnavailable",
    "timeout_error": "providerUnavailable",
    "modelstreamerrorexception": "providerUnavailable",
    "modeltimeoutexception": "providerUnavailable",
    "provider_unavailable": "overloaded",
    "unavailable": "overloaded",
    "serviceunavailableexception": "overloaded",
    "modelnotreadyexception": "overloaded",
    "permission_error": "authRequired",
    "permission_denied": "authRequired",
    "unauthenticated": "authRequired",
    "accessdeniedexception": "authRequired",
    "invalid_request_error": "invalidRequest",
    "invalid_prompt": "invalidRequest",
    "invalid_argument": "invalidRequest",
    "validationexception": "invalidRequest",
    "not_found_error": "invalidRequest",
    "model_not_found": "invalidRequest",
    "content_filter": "invalidRequest",
}
"""Codes that count only where text and HTTP status say nothing, such as in a stream."""

OVERFLOW = _any_of(
    r"context[ _-]?(?:length|window|size|limit)\b.{0,60}\b(?:exceed|overflow|too (?:small|large|long)|of only)",
    r"(?:exceed|overflow|larger|longer|greater|more|beyond|over|outside|fit)\w*\b.{0,80}\bcontext",
    r"maximum context length",
    r"max(?:imum)?[ _]model[ _]len",
    r"n_ctx",
    r"context the overflows|context shift is disabled|context is full|out of context",
    r"\b(?:prompt|input|inputs|conversation|message|messages|history)\b.{0,40}\b(?:is|are|was) too (?:long|large|big)",
    r"\bconversation too long|reduce the input token count",
    r"total tokens.{0,20}\bexceed",
    r"\bprompt (?:too (?:long|large)|exceeds|tokens? (?:count|limit) )",
    r"prompt token count of \d+ exceeds",
    r"\btoo (?:long|large|many (?:input |prompt )?tokens)\b.{0,60}\b(?:model|context|maximum|limit)",
    r"too many (?:input |prompt )?tokens",
    r"(?:input|prompt|request(?:ed)?|message)s?[ _]?(?:tokens?|length|size)\b.{0,60}\bexceed",
    r"exceed\w*\b.{0,40}\b(?:model(?:'s)?|max(?:imum)?|allowed|configured|input|prompt|total) "
    r".{0,30}\b(?:tokens?|prompt length|input length)\b",
    r"token (?:count|length|limit)s?\b.{0,40}\bexceed",
    r"exceed\w* .{0,20}token limit",
    r"maximum (?:prompt|input|sequence) length",
    r"range of input length",
    r"input length .{0,20}max_tokens.{0,20} exceed",
    r"(?:inputs|input|prompt)`?.{0,30}must (?:be <=?|have less than|have at most|be (?:less|shorter))",
    r"number of (?:input )?tokens .{0,60}(?:exceed|larger|greater|context)",
    r"longer than the (?:maximum|model)",
    r"max_tokens must be at least 1, got -",
    r"reduce the (?:length|size) of (?:the |your )?(?:messages|prompt|input|either)",
    r"(?:input|string|messages?).{0,30}too long.{0,30}maximum length \d{6}",
    r"expected maxlength: \d{4}",
    r"(?:上下文|输入|提示|prompt|tokens?).{0,12}(?:超过|超出|过长|太长|超限)",
    r"(?:超过|超出).{0,16}(?:上下文|最大长度|最大输入|token)",
)

OVERFLOW_BY_OUTPUT = _any_of(
    r"max_tokens must be at least 1, got -",
    r"input length .{0,20}max_tokens.{0,20} exceed",
    r"\b\d{5,} in the (?:output|completion)",
    r"\d{4,} `?max_new_tokens",
)
"""Overflows that our own limit on the output may have caused."""

NOT_OVERFLOW = _any_of(
    r"per (?:minute|min|day|hour|second)\b",
    r"\b(?:tpm|rpm|tpd|rpd)\b",
    r"image|tool(?:s|_calls?)?\[|function\.name|'tools'|\btool (?:names?|ids?)\b",
    r"peak load|usage size",
    r"max(?:imum)?_?(?:completion_|output_|new_)?tokens?:? .{0,40}"
    r"(?:maximum allowed number of output|completion tokens|output tokens)",
    r"at most \d+ (?:completion|output) tokens",
)
"""Sentences that sound like an overflow and are about something else: rates, images, names, the output alone."""

QUOTA = _any_of(
    r"insufficient[ _](?:quota|balance|credits?|funds)",
    r"exceeded your current quota|quota (?:has been )?(?:exceeded|exhausted)|exceeded .{0,30}\bquota",
    r"credit balance|out of credits?|(?:more|enough|any|no|purchase|add \d*) ?credits?\b",
    r"credits? .{0,20}(?:exhausted|depleted|expired)",
    r"payment required|billing (?:hard|soft) limit|check your .{0,20}billing",
    r"billing .{0,20}(?:not active|inactive|disabled)",
    r"spend(?:ing)?[ -](?:limit|cap)|usage limit|monthly .{0,20}(?:limit|cap|quota)",
    r"-per-day|requests? per day|daily .{0,20}(?:limit|quota)",
    r"extra usage is required|account is .{0,10}(?:overdue|in arrears|not in good standing)|in good standing",
    r"suspended .{0,40}(?:balance|billing|recharge)|please recharge|top up",
    r"余额不足|欠费|额度(?:已)?(?:不足|用尽|耗尽)|配额|充值|资源包",
)

OVERLOADED = _any_of(
    r"overload|too many connections|at capacity",
    r"capacity (?:is )?(?:exceeded|available|exhausted|reached)|no capacity|insufficient capacity",
    r"high (?:demand|load|traffic)|peak load|heavy load|heavily loaded|too busy|\bbusy\b|no_kv_space|slow_down",
    r"(?:request|concurrency|queue) (?:total )?.{0,10}(?:limit reached|is full)",
    r"no (?:available|healthy) (?:workers?|instances?|upstream)",
    r"访问量过大|负载|繁忙|拥挤",
)

AUTH = _any_of(
    r"(?:api[ _-]?key|x-api-key|credentials?|token|bearer|authorization header)\b.{0,40}"
    r"\b(?:not valid|invalid|incorrect|expired|missing|revoked|not found|required|not provided|is wrong|malformed)",
    r"(?:invalid|incorrect|missing|expired|wrong|no|malformed|provide (?:an|your|a valid))"
    r" (?:api[ _-]?key|x-api-key|credentials|authentication|authorization|auth|bearer|security token)",
    r"unauthorized|unauthenticated|authentication (?:fail|error|required)|not authori[sz]ed|could not authenticate",
    r"令牌|身份验证|鉴权|认证失败|密钥",
)

RATE = _any_of(
    r"rate[ _-]?limit|too many (?:requests|concurrent)|throttl",
    r"requests? per (?:minute|second)|tokens? per (?:minute|min)|\b(?:tpm|rpm)\b",
    r"concurren\w+ .{0,20}(?:limit|exceed)|速率|频率|并发|请求过多",
)

LASTING_SERVER_ERROR = _any_of(
    r"failed to parse (?:tool call|input)", r"(?:jinja|chat) ?template", r"unsupported|not supported"
)
"""A status 5xx that the same request will meet again (llama.cpp)."""
