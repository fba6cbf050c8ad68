"""The text tracks of a film as WebVTT: captions, chapters and descriptions."""

from __future__ import annotations

from courses.films.scripts import Script, sentences_of
from courses.films.timing import Timing


def captions(timing: Timing) -> str:
    """One cue for each sentence, exactly as it is spoken; it stays until 0.4 s after, but never into the next."""
    cues = timing.cues
    follows = [cue.start for cue in cues[1:]] + [timing.end]
    rows = [
        (cue.sentence.id, cue.start, min(cue.end + 0.4, after - 0.05), cue.sentence.text)
        for cue, after in zip(cues, follows, strict=True)
    ]
    return _vtt(rows)


def chapters(script: Script, timing: Timing) -> str:
    """One chapter for each scene, by the words on its screen, or by its first sentence."""
    titles = chapter_titles(script)
    rows = [
        (f"scene-{number}", scene.start, scene.end, title)
        for number, (scene, title) in enumerate(zip(timing.scenes, titles, strict=True), start=1)
    ]
    return _vtt(rows)


def chapter_titles(script: Script) -> list[str]:
    """What each scene is called in the list of chapters."""
    return [scene.words or sentences_of(scene.spoken)[0] for scene in script.scenes]


def descriptions(script: Script, timing: Timing) -> str:
    """What is seen, one cue for each scene, for players that read it out in a pause of the film."""
    rows = [
        (f"seen-{number}", time.start, time.cues[0].start, scene.seen)
        for number, (scene, time) in enumerate(zip(script.scenes, timing.scenes, strict=True), start=1)
    ]
    return _vtt(rows)


def described_captions(script: Script, timing: Timing) -> str:
    """Captions of the described version: the descriptions stand in brackets where the describing voice speaks."""
    rows = []
    for number, (scene, time) in enumerate(zip(script.scenes, timing.scenes, strict=True), start=1):
        if time.described:
            rows.append((f"seen-{number}", *time.described, f"[{scene.seen}]"))
        rows += [(cue.sentence.id, cue.start, cue.end, cue.sentence.text) for cue in time.cues]
    return _vtt(rows)


def _vtt(rows: list[tuple[str, float, float, str]]) -> str:
    blocks = [f"{name}\n{clock(start)} --> {clock(end)}\n{_escaped(text)}\n" for name, start, end, text in rows]
    return "WEBVTT\n\n" + "\n".join(blocks)


def clock(seconds: float) -> str:
    """Seconds as WebVTT writes them: 00:01:02.345."""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
