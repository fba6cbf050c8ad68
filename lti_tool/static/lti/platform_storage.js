// A platform's storage for tools in its frames (LTI Client Side postMessages 1.0, LTI postMessage Storage 0.1).
// `place` says where: `platform` is the origin of its authorization endpoint, `target` the frame it named, if any.
const PATIENCE = 1500;
const PATIENCE_FOR_CAPABILITIES = 500;

const host = window.parent === window ? window.opener : window.parent;

export async function put(place, key, value) {
  const answer = await firstOf(place, { subject: "lti.put_data", key, value });
  return answer?.key === key && answer.value === value;
}

export async function get(place, key) {
  const answer = await firstOf(place, { subject: "lti.get_data", key });
  return answer?.key === key && typeof answer.value === "string" ? answer.value : undefined;
}

// Some platforms name the frame in the login, some only when they are asked what they can do, some both and differently.
function firstOf(place, message) {
  if (!host) return Promise.resolve(undefined);
  const asked = (name) => ask(frame(name), message, { origin: place.platform, patience: PATIENCE });
  const told = offered(message.subject).then((name) => (name && name !== place.target ? asked(name) : undefined));
  return firstGood(place.target ? [asked(place.target), told] : [told]);
}

async function offered(subject) {
  const answer = await ask(host, { subject: "lti.capabilities" }, { patience: PATIENCE_FOR_CAPABILITIES });
  const messages = Array.isArray(answer?.supported_messages) ? answer.supported_messages : [];
  const found = messages.find((each) => each?.subject === subject);
  return found && (typeof found.frame === "string" ? found.frame : "_parent");
}

function frame(name) {
  try {
    return (name !== "_parent" && host.frames[name]) || host;
  } catch {
    return host;
  }
}

// The answer to a message, or undefined. With an origin nobody else is asked, and nobody else is heard.
function ask(target, message, { origin, patience }) {
  const id = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join("-");
  return new Promise((resolve) => {
    const end = (answer) => {
      window.removeEventListener("message", hear);
      clearTimeout(clock);
      resolve(answer);
    };
    const hear = (event) => {
      const said = event.data;
      const ours = said?.message_id === id && said.subject === `${message.subject}.response`;
      if (ours && (origin ? event.origin === origin : event.source === target)) end(said.error ? undefined : said);
    };
    const clock = setTimeout(end, patience);
    window.addEventListener("message", hear);
    target.postMessage({ ...message, message_id: id }, origin ?? "*");
  });
}

function firstGood(answers) {
  return new Promise((resolve) => {
    for (const each of answers) each.then((answer) => answer && resolve(answer));
    Promise.all(answers).then(() => resolve(undefined));
  });
}
