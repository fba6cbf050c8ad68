"""The films' colours: the design system's own, and a few for skin, sky and wood that pages do not need."""

from __future__ import annotations

NAMED = {
    # From static/css/tokens.css, the light theme.
    "paper": "#f8f7f5", "surface": "#ffffff", "sunken": "#efedea", "line": "#dedad4", "edge": "#857f76",
    "ink": "#201e1b", "soft": "#4b4740",
    "accent": "#0a5361", "deep": "#063a45", "accent-half": "#93bdc5", "accent-wash": "#e1eff1",
    "warm": "#7a4205", "warm-line": "#d98f2b", "warm-wash": "#fcf0de",
    "good": "#17572f", "good-wash": "#e4f2e8", "bad": "#8c1d28", "bad-wash": "#fbe9e9", "care-wash": "#faf3d4",
    "level-1": "#dfe5f0", "level-2": "#a9b9d9", "level-3": "#3f5790", "level-4": "#1b2f5c",
    "person-0": "#f2c066", "person-1": "#f0a08b", "person-2": "#d3c95f", "person-3": "#e3a1c0",
    "person-4": "#dcb48c", "person-5": "#c9aee2",
    # What pages do not need.
    "white": "#ffffff", "black": "#100f0e",
    "skin-fair": "#f4d3bb", "skin-light": "#edbf9c", "skin-olive": "#d6a071", "skin-tan": "#bd8250",
    "skin-brown": "#94603a", "skin-dark": "#6b432b",
    "wood": "#b98a5a", "wood-dark": "#8a6139", "wood-light": "#dcb88c",
    "brick": "#b4623f", "clay": "#c8714a", "clay-dark": "#a4553a", "slate": "#5f6d78", "steel": "#9aa8ae",
    "leaf": "#5d8a5a", "leaf-dark": "#3f6a48", "grass": "#a9c08a", "bread": "#cf9450", "bread-dark": "#a86c30",
    "night": "#12303f", "teal": "#2f7f8c", "teal-light": "#6fb0b8", "sky": "#cfe6ec", "blue": "#4a6fa5",
    "red": "#c04a3e", "rose": "#d98c8c", "mustard": "#d9a441", "plum": "#7a4f74", "grey": "#8d8a86",
    "hair-black": "#26201e", "hair-brown": "#5b3d28", "hair-auburn": "#9a4e2a", "hair-blond": "#d9b36a",
    "hair-grey": "#a9a5a0", "hair-white": "#e6e2dc",
}  # fmt: skip


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of a named colour or of `#rrggbb`."""
    code = NAMED.get(colour, colour)
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def argb(colour: str, strength: float = 1.0) -> int:
    """The colour as one number, the way the painter wants it; `strength` is how much it covers (0 to 1)."""
    red, green, blue = rgb(colour)
    return (round(max(0.0, min(1.0, strength)) * 255) << 24) | (red << 16) | (green << 8) | blue


def mixed(first: str, second: str, share: float) -> str:
    """The colour on the way from the first to the second; share 0 is the first."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * max(0.0, min(1.0, share))):02x}" for a, b in pairs)


def darker(colour: str, share: float = 0.15) -> str:
    """The same colour in shade."""
    return mixed(colour, "#1d2a33", share)


def lighter(colour: str, share: float = 0.2) -> str:
    """The same colour in light."""
    return mixed(colour, "#ffffff", share)
