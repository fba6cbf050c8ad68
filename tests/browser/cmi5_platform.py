"""A cmi5 platform of a few lines, to see what a package tells one (it is nobody's and checks nothing itself)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

REGISTRATION = "11111111-1111-4111-8111-111111111111"


class Cmi5Platform:
    """A cmi5 platform of a few lines: it hands out a token and launch data, and writes down what it is told."""

    def __init__(self, home: Path, mode: str = "Normal") -> None:
        self.home, self.mode = home, mode
        self.statements: list[dict[str, Any]] = []
        self.kept: dict[str, Any] = {}
        self.app = Flask("platform", static_folder=str(home), static_url_path="/content")
        self.app.add_url_rule("/fetch", view_func=lambda: {"auth-token": "dG9rZW4="}, methods=["POST"])
        self.app.add_url_rule("/xapi/statements", view_func=self.told, methods=["POST"], endpoint="told")
        self.app.add_url_rule("/xapi/activities/state", view_func=self.state, methods=["GET", "PUT"], endpoint="state")
        self.app.add_url_rule("/xapi/agents/profile", view_func=lambda: ("", 404), endpoint="profile")
        self.app.add_url_rule("/left", view_func=lambda: "left", endpoint="left")

    def told(self) -> Any:
        """Statements that came in are written down."""
        assert request.headers["Authorization"] == "Basic dG9rZW4="
        self.statements += request.get_json()
        return [each["id"] for each in request.get_json()]

    def state(self) -> Any:
        """The launch data, or what a unit kept."""
        name = request.args["stateId"]
        if request.method == "PUT":
            self.kept[name] = request.get_json()
            return "", 204
        if name == "LMS.LaunchData":
            context = {
                "contextActivities": {"grouping": [{"id": "https://p.example/course"}]},
                "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/sessionid": "s"},
            }
            return {"launchMode": self.mode, "masteryScore": 0.7, "contextTemplate": context, "returnURL": "/left"}
        return self.kept.get(name) or Response(status=404)

    def launch(self, port: int, place: str) -> str:
        """The address with which the platform launches a unit."""
        base = f"http://127.0.0.1:{port}"
        actor = json.dumps({"account": {"homePage": "https://p.example", "name": "u-1"}})
        asked = {
            "endpoint": f"{base}/xapi",
            "fetch": f"{base}/fetch",
            "actor": actor,
            "activityId": "https://p.example/au",
            "registration": REGISTRATION,
        }
        return f"{base}/content/{place}?{urlencode(asked)}"

    def verbs(self) -> list[str]:
        """What was told, in a word each."""
        return [each["verb"]["id"].rsplit("/", 1)[1] for each in self.statements]
