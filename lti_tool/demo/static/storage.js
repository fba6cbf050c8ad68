"use strict";
// LTI Client Side postMessages 1.0 and postMessage Storage 0.1: a tool keeps a little text in the page around its frame,
// where its own cookies do not reach. Each origin sees only its own; all of it is gone with the page.
const LONGEST_KEY = 250, LONGEST_VALUE = 4096, MOST_KEYS = 50;
const holder = document.querySelector("[data-storage]");
const mode = holder.dataset.storage;
const allowed = holder.dataset.origins.split(" ");
const resizes = "resizes" in holder.dataset;
// Where a frame of its own keeps things, the page around the tool only says so.
const elsewhere = holder.tagName === "IFRAME" && holder.dataset.target !== "_parent";
const kept = new Map();

const own = (origin) => {
  if (!kept.has(origin)) kept.set(origin, new Map());
  return kept.get(origin);
};

const refused = (code, message) => ({ error: { code, message } });

const capabilities = () => ({
  supported_messages: [
    { subject: "lti.capabilities" },
    ...["lti.put_data", "lti.get_data"].map((subject) => ({ subject, frame: holder.dataset.target })),
    ...(resizes ? [{ subject: "lti.frameResize" }] : []),
  ],
});

const put = (said, origin) => {
  const { key, value } = said, mine = own(origin);
  if (typeof key !== "string" || key === "" || key.length > LONGEST_KEY) return refused("bad_request", "key is a short text");
  if (value === null || value === undefined) {
    mine.delete(key);
    return { key };
  }
  if (typeof value !== "string") return refused("bad_request", "value is a text");
  if (value.length > LONGEST_VALUE || (!mine.has(key) && mine.size >= MOST_KEYS)) {
    return refused("storage_exhaustion", "there is no room for this");
  }
  mine.set(key, value);
  return { key, value };
};

const get = (said, origin) => {
  if (typeof said.key !== "string") return refused("bad_request", "key is a short text");
  const found = mode === "forgetful" ? undefined : own(origin).get(said.key);
  return { key: said.key, ...(found === undefined ? {} : { value: found }) };
};

const answers = { "lti.capabilities": capabilities, "lti.put_data": put, "lti.get_data": get };

window.addEventListener("message", (event) => {
  const said = event.data;
  if (mode === "off" || mode === "silent" || typeof said !== "object" || said === null) return;
  if (elsewhere && said.subject !== "lti.capabilities") return;
  if (!Object.hasOwn(answers, said.subject) || event.source === null || event.source === window) return;
  const name = { subject: `${said.subject}.response`, message_id: said.message_id };
  const answer = (body) => event.source.postMessage({ ...name, ...body }, event.origin);
  if (!allowed.includes(event.origin)) answer(refused("wrong_origin", "this origin is no tool of this page"));
  else if (typeof said.message_id !== "string" || said.message_id === "") answer(refused("bad_request", "message_id is missing"));
  else answer(answers[said.subject](said, event.origin));
});
