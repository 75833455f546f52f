"""Widgets whose value lives in the address bar: one of a list, several, a switch, a number, a span of months.

What the address asks for and the options do not hold is ignored, so no address opens what a list would not offer.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboards import address

ON, OFF = "1", "0"


def pick(
    label: str,
    options: Sequence[str],
    *,
    parameter: str,
    default: str | None = None,
    shown: Callable[[str], str] = str,
) -> str:
    """One of the options (there must be one); `default`, else the first, where the address names none."""
    asked = address.one(parameter)
    key = _key(parameter)
    st.session_state[key] = asked if asked in options else (default if default in options else options[0])
    return str(st.selectbox(label, options, key=key, format_func=shown, on_change=_write, args=(parameter,)))


def pick_several(
    label: str, options: Sequence[str], *, parameter: str, none: str, shown: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Some of the options; `none` is what the empty choice says, such as "all"."""
    key = _key(parameter)
    st.session_state[key] = [value for value in address.several(parameter) if value in options]
    chosen = st.multiselect(
        label,
        options,
        key=key,
        format_func=shown,
        placeholder=none,
        select_all=False,
        on_change=_write,
        args=(parameter,),
    )
    return tuple(chosen)


def switch(label: str, *, parameter: str, default: bool = False, explanation: str | None = None) -> bool:
    """On or off."""
    key = _key(parameter)
    asked = address.one(parameter)
    st.session_state[key] = asked == ON if asked in {ON, OFF} else default
    return st.toggle(label, key=key, help=explanation, on_change=_write, args=(parameter,))


def number(
    label: str, *, parameter: str, default: float, low: float, high: float, step: float, explanation: str | None = None
) -> float:
    """A number from `low` to `high`."""
    key = _key(parameter)
    st.session_state[key] = min(max(_number(address.one(parameter), default), low), high)
    found = st.number_input(label, low, high, step=step, key=key, help=explanation, on_change=_write, args=(parameter,))
    return float(found)


def span(labels: tuple[str, str], options: Sequence[str], *, parameters: tuple[str, str]) -> tuple[str, str]:
    """A first and a last of ordered options (there must be one); all of them where the address names none."""
    left, right = st.columns(2)
    with left:
        first = pick(labels[0], options, parameter=parameters[0])
    later = options[options.index(first) :]
    with right:
        last = pick(labels[1], later, parameter=parameters[1], default=later[-1])
    return first, last


def text(label: str, *, parameter: str, hint: str = "") -> str:
    """A line of text."""
    key = _key(parameter)
    st.session_state[key] = address.one(parameter) or ""
    return str(st.text_input(label, key=key, placeholder=hint, on_change=_write, args=(parameter,)))


def _key(parameter: str) -> str:
    return f"choice-{parameter}"


def _write(parameter: str) -> None:
    value = st.session_state[_key(parameter)]
    if isinstance(value, bool):
        value = ON if value else OFF
    address.put(parameter, value if isinstance(value, list) else str(value))


def _number(asked: str | None, default: float) -> float:
    try:
        return float(asked) if asked is not None else default
    except ValueError:
        return default
