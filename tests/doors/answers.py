"""What the tests of bad input look for in an answer."""

import re
from html import unescape

from werkzeug.test import TestResponse

from tests.walking import Person


def post(person: Person, path: str, token: str, fields: dict[str, bytes]) -> TestResponse:
    """The answer to a form whose values are these very bytes."""
    sent = {"form_token": token.encode(), **fields}
    parts = ("".join(f"%{byte:02x}" for byte in value) for value in sent.values())
    body = "&".join(f"{name}={value}" for name, value in zip(sent, parts, strict=True))
    return person.browser.post(path, data=body, content_type="application/x-www-form-urlencoded")


def calm(answer: TestResponse) -> TestResponse:
    """The answer, which is no fault of ours and shows no inner part."""
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text
    return answer


def beside(page: str, name: str) -> str:
    """The error that stands with the field of this name: the field says that it is wrong and what describes it."""
    field = next(tag for tag in re.findall(r"<(?:textarea|input|select)[^>]*>", page) if f'name="{name}"' in tag)
    named = re.search(r'aria-describedby="([^"]*)"', field)
    fields = [each for each in (named.group(1).split() if named else []) if each.endswith("-fault")]
    found = re.search(rf'id="{fields[0] if fields else "none"}"[^>]*>([^<]+)<', page)
    assert 'aria-invalid="true"' in field
    assert found is not None, f"no error beside {name}"
    return unescape(found.group(1)).strip()
