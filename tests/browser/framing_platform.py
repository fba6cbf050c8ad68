"""A small platform that shows the tool in a frame, on another site than the tool's, and may hold storage for it."""

import html
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from lti_tool.lti.id_token import LTI
from tests.signing_platform import Heard, SigningPlatform

# The platform's side of LTI postMessage Storage 0.1, for every frame of its page; heights are applied as well.
PAGE = """<!doctype html><title>A platform</title><body><h1>A course</h1><p id="heights"></p>
<iframe name="tool" title="The tool" src="/start" width="100%" height="300"></iframe><script>
const storage = STORAGE, frame = document.querySelector("iframe"), kept = {}, heights = [];
addEventListener("message", (event) => {
  const said = event.data, origin = event.origin;
  if (said.subject === "lti.frameResize" && event.source === frame.contentWindow) {
    heights.push(said.height);
    frame.style.height = `${said.height}px`;
    document.querySelector("#heights").textContent = heights.join(" ");
  }
  if (!storage || typeof said !== "object") return;
  const { message_id, key, value } = said, of = (kept[origin] ??= {});
  const subjects = [{ subject: "lti.put_data" }, { subject: "lti.get_data" }];
  const answer = {
    "lti.capabilities": () => ({ supported_messages: subjects }),
    "lti.put_data": () => ({ key, value: (of[key] = value) }),
    "lti.get_data": () => ({ key, value: of[key] }),
  }[said.subject]?.();
  if (answer) event.source.postMessage({ subject: `${said.subject}.response`, message_id, ...answer }, origin);
});
</script>"""
POST = """<!doctype html><title>A platform</title><body><form method="post" action="{action}">{fields}</form>
<script>document.forms[0].submit()</script>"""


@dataclass
class FramingPlatform(SigningPlatform):
    """A platform at 127.0.0.1 whose only course opens the tool at `tool`; it answers a login once, as Moodle does."""

    tool: str = ""
    storage: bool = False
    told: bool = True  # whether a login names the storage; some platforms tell of it only when they are asked
    hints: set[str] = field(default_factory=set)

    def answer(self, heard: Heard) -> tuple[int, bytes]:
        """What the platform says."""
        asked = {name: value for name, [value] in heard.query.items()}
        if heard.path == "/course":
            return 200, PAGE.replace("STORAGE", "true" if self.storage else "false").encode()
        if heard.path == "/start":
            return 302, self.begin().encode()
        if heard.path == "/auth":
            return 200, self.say(asked).encode()
        return super().answer(heard)

    def begin(self) -> str:
        """The address at which the tool is told that somebody is coming."""
        hint = secrets.token_hex(4)
        self.hints.add(hint)
        asked = {"iss": self.address, "client_id": self.client_id, "login_hint": "5", "lti_message_hint": hint}
        asked["target_link_uri"] = f"{self.tool}/learn/oicf/m1"
        if self.storage and self.told:
            asked["lti_storage_target"] = "_parent"
        return f"{self.tool}/lti/login?{urlencode(asked)}"

    def say(self, asked: dict[str, str]) -> str:
        """A page that posts the platform's word to the tool."""
        if asked["lti_message_hint"] not in self.hints:
            return "<!doctype html><title>A platform</title><h1>This login was answered before</h1>"
        self.hints.discard(asked["lti_message_hint"])
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.address, "aud": self.client_id, "sub": "5", "iat": now, "exp": now + 60, "name": "Ada Example",
            "nonce": asked["nonce"], f"{LTI}deployment_id": "1", f"{LTI}version": "1.3.0",
            f"{LTI}message_type": "LtiResourceLinkRequest", f"{LTI}target_link_uri": f"{self.tool}/learn/oicf/m1",
            f"{LTI}roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            f"{LTI}context": {"id": "2"}, f"{LTI}resource_link": {"id": "1"},
        }  # fmt: skip
        sent = {"state": asked["state"], "id_token": self.sign(claims)}
        fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in sent.items())
        return POST.format(action=html.escape(asked["redirect_uri"]), fields=fields)
