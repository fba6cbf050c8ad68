"""What people do in the demo, in the words of the pages."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from courses.catalogue import Catalogue
from courses.syllabus import Question, Quiz

MODULE, DESK, OFFICE = "Module 1: From broker to facilitator", "Trainer desk", "Certificates desk"


@dataclass
class Visitor:
    """A person with a browser of their own, in the demo LMS."""

    name: str
    context: BrowserContext
    page: Page
    lms: str

    @property
    def tool(self) -> FrameLocator:
        """The tool, in the LMS's frame."""
        return self.page.frame_locator("iframe")

    def open(self, title: str) -> FrameLocator:
        """The link of that title in the LMS's course, launched into its frame."""
        self.page.goto(f"{self.lms}/course")
        self.page.get_by_role("link", name=title).click()
        expect(self.tool.locator("h1")).to_be_visible()
        return self.tool

    def settled(self) -> None:
        """The LMS has given the tool's page its height: what one aims at does not move any more."""
        height = -1.0
        while True:
            box = self.page.locator("iframe").bounding_box() or {"height": 0.0}
            if box["height"] == height:
                return
            height = box["height"]
            self.page.wait_for_timeout(150)

    def press(self, name: str | re.Pattern[str]) -> None:
        """The button of that name in the tool (or the summary that opens a dialog), pressed."""
        button = self.tool.locator("button:visible, summary:visible").filter(has_text=name).first
        expect(button).to_be_visible()
        self.settled()
        button.click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """The link of that name in the tool, followed."""
        link = self.tool.get_by_role("link", name=name).first
        expect(link).to_be_visible()
        self.settled()
        link.click()

    def heading(self, text: str) -> None:
        """The tool shows a page or part with this heading."""
        expect(self.tool.get_by_role("heading", name=text).first).to_be_visible()

    def shoot(self, pictures: Path | None, name: str) -> None:
        """A picture of the whole page, where pictures are wanted."""
        if pictures is None:
            return
        # A frame of another site is only drawn as far as the window reaches.
        self.page.set_viewport_size({"width": 1280, "height": 2400})
        self.settled()
        self.page.screenshot(path=pictures / f"{name}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})


def arrive(browser: Browser, lms: str, name: str, **options: object) -> Visitor:
    """That person of the demo, in a new browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(lms)
    page.get_by_role("button", name=re.compile(name)).click()
    return Visitor(name, context, page, lms)


def read_and_reflect(learner: Visitor) -> None:
    """The reading is read and the case is answered."""
    tool = learner.open(MODULE)
    learner.follow(re.compile("When anyone can find anyone"))
    learner.press("I have read this")
    learner.heading("From broker to facilitator")
    learner.follow(re.compile("Night shift|Home care"))
    tool.get_by_label(re.compile("Where did the adviser stop")).fill("When he asked what breaks first.")
    learner.press(re.compile("^Save"))
    expect(tool.get_by_role("status").get_by_text("Saved")).to_be_visible()
    if tool.get_by_role("button", name="I have seen or read this").count():  # a film that is built is to be seen
        learner.press("I have seen or read this")
        learner.heading("From broker to facilitator")


def play_the_day(learner: Visitor) -> None:
    """The scenario is played to its end, by the first choice each time."""
    tool = learner.open(MODULE)
    learner.follow(re.compile("Eight hours, two calendars"))
    learner.press("Begin the day")
    for _ in range(20):
        expect(tool.locator("#turn")).to_be_visible()
        if tool.get_by_text("The end of the day").count():
            return
        node = tool.locator('input[name="node"]').input_value()
        learner.settled()
        tool.get_by_role("radio").first.check()
        learner.press("Do this")
        expect(tool.locator(f'input[name="node"][value="{node}"]')).to_have_count(0)
    raise AssertionError("the day has no end")


def pass_the_quiz(learner: Visitor, catalogue: Catalogue) -> None:
    """Every question is answered right, as the catalogue keys it."""
    quiz = catalogue.step("oicf", "m1", "4")
    assert isinstance(quiz, Quiz)
    tool = learner.open(MODULE)
    learner.follow(re.compile("Functions and limits"))
    learner.press("Begin the quiz")
    for number in range(1, 11):
        expect(tool.get_by_text(f"Question {number} of 10")).to_be_visible()
        question = quiz.question(tool.locator('input[name="question"]').input_value())
        assert question is not None
        learner.settled()
        answer(tool, question)
        learner.press("Give this answer")
        expect(tool.locator(".notice").get_by_text("Right", exact=True)).to_be_visible()
        if number < 10:
            learner.follow("Next question")
    learner.press("See your result")
    learner.heading("You passed")


def answer(tool: FrameLocator, question: Question) -> None:
    """The right answer is filled in, not yet sent."""
    if question.type == "numeric":
        tool.locator('input[name="response"]').fill(str(question.number))
    elif question.type == "short":
        tool.locator('input[name="response"]').fill(question.accepted[0].strip("*"))
    elif question.type == "match":
        for pairing in question.pairings:
            tool.locator(f'select[name="pair.{pairing.key}"]').select_option(pairing.belongs_to)
    elif question.type == "order":
        for place, option in enumerate(sorted(question.options, key=lambda each: each.value), start=1):
            tool.locator(f'select[name="place.{option.key}"]').select_option(str(place))
    else:
        right = [option.key for option in question.options if option.value == 1]
        for key in right if question.type == "multi" else right[:1]:
            tool.locator(f'input[name="response"][value="{key}"]').check()


def join_team(learner: Visitor) -> FrameLocator:
    """The learner is in the room of their team."""
    tool = learner.open(MODULE)
    learner.follow(re.compile("Home-group charter"))
    learner.heading("Roles")
    if tool.get_by_role("button", name="Join a team").count():
        learner.press("Join a team")
    else:
        learner.follow("Go to the team room")
    expect(tool.get_by_role("heading", name="Thread")).to_be_visible()
    return tool


def say(member: Visitor, text: str) -> None:
    """The message stands in the thread."""
    member.tool.get_by_label("Your message").fill(text)
    member.press("Send")
    expect(member.tool.locator(".thread").get_by_text(text)).to_be_visible()


def write(member: Visitor, line: str) -> None:
    """The line stands at the end of the shared document, and is saved."""
    paper = member.tool.locator("textarea#body")
    paper.press("Control+End")
    paper.press_sequentially(f"\n{line}")
    expect(member.tool.locator("[data-save-state]")).to_contain_text("Saved", timeout=15_000)
    expect(paper).to_have_value(re.compile(re.escape(line)))


def charter(aino: Visitor, bram: Visitor, pictures: Path | None) -> None:
    """Both have a seat, talk, write at the same time, freeze and agree."""
    join_team(aino)
    join_team(bram)
    aino.page.reload()
    for phase in range(3):
        for member in (aino, bram):
            join_team(member)
            say(member, f"{member.name} in phase {phase + 1}")
        join_team(bram)
        bram.press(re.compile("^Move on to"))
        expect(bram.tool.locator('.timeline [aria-current="step"]')).to_contain_text(str(phase + 2))
    join_team(aino)
    write(aino, "Aino: we answer within a day.")
    write(bram, "Bram: nobody is quoted outside this room.")
    aino.shoot(pictures, "team-room")
    join_team(bram)
    expect(bram.tool.locator("textarea#body")).to_have_value(re.compile("within a day(.|\n)*outside this room"))
    bram.press("Freeze the document")
    bram.press("Freeze it")
    for member in (bram, aino):
        join_team(member)
        member.press("I agree to this document")
        expect(member.tool.get_by_text("agrees").first).to_be_visible()


def grade(dana: Visitor, pictures: Path | None) -> None:
    """The trainer gives every level and releases."""
    tool = dana.open(DESK)
    dana.press("Begin grading")
    dana.heading("What the team made")
    dana.settled()
    for member in tool.locator("details.member").all():
        if member.get_attribute("open") is None:
            member.locator("summary").first.click()
    for three in tool.locator('input[type="radio"][value="3"]').all():
        three.press("Space")
    dana.shoot(pictures, "grading")
    dana.press("Release the grade")
    dana.press("Release it")
    expect(tool.get_by_text("Released").first).to_be_visible()


def issue(emil: Visitor, pictures: Path | None) -> None:
    """The officer issues Aino's certificate."""
    tool = emil.open(OFFICE)
    emil.shoot(pictures, "officer")
    emil.press("Issue the certificate")
    expect(tool.get_by_text(re.compile("Issued|issued")).first).to_be_visible()
