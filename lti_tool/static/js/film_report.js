// What happens in the player goes to the server in small batches. On a lost connection it waits here, also past the end
// of the page, and is sent later; the server passes over what it has already.
const PAUSE = 2000; // milliseconds between an event and its sending
const LATER = 15000;
const AT_ONCE = 100;
const LEFT_BEHIND = 60000; // a queue that nobody touched for so long belongs to a page that is gone
const FINAL = new Set([400, 404, 409, 413, 422]); // the server will never take these

const began = Date.now() - performance.now();
export const now = () => Math.round(began + performance.now()); // never goes back, whatever is done to the clock

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export class Reporter {
  #queue = [];
  #session = null;
  #number = 0;
  #timer = 0;
  #sending = false;

  // `url` takes the events; `token` is the page's; `whose` keeps apart the people who use this browser.
  constructor({ url, token, whose }) {
    Object.assign(this, { url, token, prefix: `film:${whose}:${url}:` });
    window.addEventListener("online", () => this.#soon(0));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.send(); });
    this.#sendLeftBehind();
  }

  get running() { return this.#session !== null; }

  begin() {
    this.#session = crypto.randomUUID();
    this.#number = 0;
  }

  add(kind, time, more = {}) {
    if (!this.#session || !this.token) return;
    this.#number += 1;
    this.#queue.push({ session: this.#session, number: this.#number, kind, at: now(), time: Math.round(time * 1000), ...more });
    this.#keep();
    this.#soon(PAUSE);
  }

  end() {
    this.send();
    this.#session = null;
  }

  async send() {
    clearTimeout(this.#timer);
    if (this.#sending || !this.#queue.length) return;
    const session = this.#queue[0].session;
    const batch = this.#queue.filter((each) => each.session === session).slice(0, AT_ONCE);
    this.#sending = true;
    const taken = await post(this.url, this.token, session, batch.map(({ session: _, ...event }) => event));
    this.#sending = false;
    if (taken) this.#queue = this.#queue.filter((each) => !batch.includes(each));
    this.#keep();
    if (this.#queue.length) this.#soon(taken ? 0 : LATER);
  }

  #soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), wait);
  }

  #keep() {
    const place = this.prefix + (this.#queue[0]?.session ?? this.#session ?? "");
    try {
      if (this.#queue.length) storage()?.setItem(place, JSON.stringify({ touched: Date.now(), events: this.#queue }));
      else storage()?.removeItem(place);
    } catch {
      // No room: what is in memory is still sent while the page is open.
    }
  }

  async #sendLeftBehind() {
    const places = Object.keys(storage() ?? {}).filter((each) => each.startsWith(this.prefix));
    for (const place of places) {
      const { touched, events } = JSON.parse(storage().getItem(place));
      if (Date.now() - touched < LEFT_BEHIND) continue;
      let all = true;
      for (const session of new Set(events.map((each) => each.session))) {
        const own = events.filter((each) => each.session === session).map(({ session: _, ...event }) => event);
        for (let first = 0; first < own.length && all; first += AT_ONCE) {
          all = await post(this.url, this.token, session, own.slice(first, first + AT_ONCE));
        }
      }
      if (all) storage().removeItem(place);
    }
  }
}

// Whether the server has these events, or never will.
async function post(url, token, session, events) {
  try {
    const headers = { "Content-Type": "application/json", "X-Form-Token": token, Accept: "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ session, events }), keepalive: true });
    return answer.ok || FINAL.has(answer.status);
  } catch {
    return false;
  }
}
