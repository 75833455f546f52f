"""How long a message waits between attempts: the example ladder of the Standard Webhooks specification 1.0.0.

Ten attempts over about three days and a half; what fails the tenth time is dead. Jitter only ever adds, so that many
messages which failed together do not come back together.
"""

LADDER_S = (0.0, 5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds before each attempt: at once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""

MOST_ATTEMPTS = len(LADDER_S)

JITTER = 0.2
"""The largest share that chance adds to a wait."""


def wait_s(attempts: int, chance: float, asked_s: float | None = None) -> float | None:
    """Seconds until the next attempt after `attempts` failed ones; None when there is none any more.

    `chance` is between 0 and 1. A longer wait that the target asked for is kept, up to a day.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = LADDER_S[attempts] * (1 + JITTER * chance)
    return max(wait, min(asked_s or 0.0, LADDER_S[-1]))
