// The film with controls of our own. Without scripts the browser's are used, and the words stand below all the same.
import { typing } from "./page.js";
import { Reporter } from "./film_report.js";
import { transcript } from "./film_words.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const HELD = 10; // so often (in seconds of the film) it is told that the film still plays
const SETTLED = 400; // a seek is over when nothing moved for so long

const root = document.querySelector("[data-film]");
const media = root.querySelector("[data-media]");
const part = (name) => root.querySelector(`[data-${name}]`);
const stage = part("stage");
const length = Number(root.dataset.length) / 1000;
const chosen = remembered();
const report = new Reporter({ url: root.dataset.report, token: root.dataset.token, whose: root.dataset.whose });
const captions = [...media.textTracks].find((each) => each.kind === "captions");

function remembered() {
  try {
    return JSON.parse(localStorage.getItem("film") ?? "{}");
  } catch {
    return {};
  }
}

function remember(name, value) {
  chosen[name] = value;
  try {
    localStorage.setItem("film", JSON.stringify(chosen));
  } catch {
    // It is only a convenience.
  }
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const here = () => Math.min(media.currentTime, length);
const showing = () => ({
  showing: {
    speed: media.playbackRate,
    volume: media.muted ? 0 : Math.round(media.volume * 100) / 100,
    captions: captions?.mode === "showing" ? root.dataset.language : null,
    full_screen: Boolean(document.fullscreenElement),
    screen: `${screen.width}x${screen.height}`,
    shown: `${media.clientWidth}x${media.clientHeight}`,
    track: root.dataset.way,
  },
});

// --- What is reported: in times of the film as such, whichever version is played ---

const knots = (root.dataset.knots ?? "").trim().split(" ").filter(Boolean).map((pair) => pair.split(":").map((ms) => Number(ms) / 1000));

// Where the pictures are told in words, the film as such stands still.
function plain(seconds) {
  let [from, to, ahead] = [0, 0, Infinity];
  for (const [here, there] of knots) {
    if (here <= seconds) [from, to] = [here, there];
    else { ahead = Math.min(ahead, there); break; }
  }
  return knots.length ? Math.min(to + seconds - from, ahead) : seconds;
}

const tell = (kind, seconds, more) => report.add(kind, plain(seconds), more);

let last = 0; // where the film was, before any jump
let held = 0;
let leaping = null;
let settling = 0;

function settle() {
  clearTimeout(settling);
  if (leaping === null) return;
  tell("seeked", here(), { came_from: Math.round(plain(leaping) * 1000) });
  leaping = null;
  last = held = here();
}

media.addEventListener("play", () => {
  settle();
  if (!report.running) {
    report.begin();
    tell("initialized", here(), showing());
  }
  tell("played", here(), showing());
  held = here();
});
media.addEventListener("pause", () => { settle(); tell("paused", here()); });
media.addEventListener("seeking", () => {
  leaping ??= last;
  clearTimeout(settling);
  settling = setTimeout(settle, SETTLED);
});
media.addEventListener("timeupdate", () => {
  if (leaping !== null || media.seeking) return;
  last = here();
  if (!media.paused && last - held >= HELD) {
    held = last;
    tell("held", last);
  }
});
window.addEventListener("pagehide", () => {
  if (!report.running) return;
  settle();
  if (!media.paused) tell("paused", here());
  tell("terminated", here());
  report.end();
});
let changing = 0;
function changed() {
  clearTimeout(changing);
  changing = setTimeout(() => tell("interacted", here(), showing()), 800);
}

// --- What can be done ---

const go = (seconds) => { media.currentTime = Math.max(0, Math.min(seconds, length)); };
const toggle = () => { if (media.paused) media.play(); else media.pause(); };

function speed(rate) {
  media.playbackRate = rate;
  part("speed").value = String(rate);
  remember("speed", rate);
  changed();
}

function faster(step) {
  const place = SPEEDS.indexOf(media.playbackRate) + step;
  if (SPEEDS[place]) speed(SPEEDS[place]);
}

function caption(on) {
  if (!captions) return;
  captions.mode = on ? "showing" : "hidden";
  part("captions").setAttribute("aria-pressed", String(on));
  remember("captions", on);
  changed();
}

function mute(on) {
  media.muted = on;
  part("mute").setAttribute("aria-pressed", String(on));
  changed();
}

function whole() {
  if (document.fullscreenElement) document.exitFullscreen();
  else stage.requestFullscreen();
}

const KEYS = {
  k: toggle, " ": toggle, j: () => go(here() - 10), l: () => go(here() + 10),
  ArrowLeft: () => go(here() - 10), ArrowRight: () => go(here() + 10),
  c: () => caption(captions?.mode !== "showing"),
  m: () => mute(!media.muted), f: () => { if (part("whole")?.hidden === false) whole(); }, "<": () => faster(-1), ">": () => faster(1),
};

root.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  const own = event.target.closest("button, a, summary, input, select") && [" ", "ArrowLeft", "ArrowRight"].includes(event.key);
  if (!act || own || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  event.preventDefault();
  act();
});

// --- What is shown ---

function tellTime() {
  const slider = part("position");
  const text = `${clock(here())} / ${clock(length)}`;
  part("time").textContent = text;
  slider.value = String(here());
  slider.setAttribute("aria-valuetext", text);
}

function tellPlaying() {
  const button = part("play");
  button.querySelector("span").textContent = media.paused ? button.dataset.playWord : button.dataset.pauseWord;
  button.classList.toggle("playing", !media.paused);
}

media.addEventListener("timeupdate", tellTime);
for (const kind of ["play", "pause", "ended"]) media.addEventListener(kind, tellPlaying);
document.addEventListener("fullscreenchange", () => {
  part("whole")?.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
  changed();
});

part("play").addEventListener("click", toggle);
part("back").addEventListener("click", () => go(here() - 10));
part("on").addEventListener("click", () => go(here() + 10));
part("position").addEventListener("input", (event) => go(Number(event.target.value)));
part("speed").addEventListener("change", (event) => speed(Number(event.target.value)));
part("captions")?.addEventListener("click", () => caption(captions?.mode !== "showing"));
part("mute").addEventListener("click", () => mute(!media.muted));
part("volume").addEventListener("input", (event) => { media.volume = Number(event.target.value); remember("volume", media.volume); mute(false); });
part("whole")?.addEventListener("click", whole);
if (media.tagName === "VIDEO") media.addEventListener("click", toggle);

// --- The question at its place in the film ---

const prompt = document.querySelector("[data-prompt]");
const stop = root.dataset.pause ? Number(root.dataset.pause) / 1000 : null;
let asked = !prompt || prompt.hasAttribute("data-answered");
let before = 0;
const standsHere = document.createComment("");

function ask() {
  asked = true;
  media.pause();
  go(stop);
  if (document.fullscreenElement) document.exitFullscreen();
  prompt.before(standsHere);
  root.querySelector(".film-words").before(prompt); // beside the film, in place of its words
  root.classList.add("asking");
  prompt.classList.add("asked");
  prompt.querySelector("[data-asked]").hidden = false;
  prompt.querySelector("h2").focus();
}

function goOn() {
  root.classList.remove("asking");
  standsHere.replaceWith(prompt);
  prompt.classList.remove("asked");
  prompt.querySelector("[data-asked]").hidden = true;
  part("play").focus();
  media.play();
}

if (stop !== null && prompt) {
  media.addEventListener("timeupdate", () => {
    if (!asked && !media.paused && !media.seeking && before < stop && media.currentTime >= stop && media.currentTime - stop < 2) ask();
    before = media.currentTime;
  });
  media.addEventListener("seeking", () => { before = media.currentTime; }); // who goes past it by themselves is not held up
  prompt.querySelector("[data-skip]").addEventListener("click", goOn);
  prompt.addEventListener("answered", () => { asked = true; if (prompt.classList.contains("asked")) goOn(); });
}

// --- The beginning ---

media.removeAttribute("controls");
part("controls").hidden = false;
if (part("whole")) part("whole").hidden = !document.fullscreenEnabled;
transcript(root, media, (seconds) => { go(seconds); if (media.paused) media.play(); });
if (chosen.captions === false) caption(false);
else if (captions) captions.mode = "showing";
if (chosen.speed && SPEEDS.includes(chosen.speed)) { media.defaultPlaybackRate = chosen.speed; speed(chosen.speed); }
if (typeof chosen.volume === "number") { media.volume = chosen.volume; part("volume").value = String(chosen.volume); }
const start = Number(root.dataset.start) / 1000;
before = last = start;
// The address of the media names the time too, for who has no scripts; browsers differ on whether they keep to it.
if (start) media.addEventListener("loadedmetadata", () => { if (Math.abs(media.currentTime - start) > 0.5) go(start); leaping = null; clearTimeout(settling); tellTime(); }, { once: true });
clearTimeout(changing);
tellTime();
