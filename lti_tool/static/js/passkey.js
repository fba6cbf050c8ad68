// Passkeys: a button asks the server for a question, the device for its answer, and sends that back.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || "");
  return said;
}

async function make(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const each of options.excludeCredentials || []) each.id = bytes(each.id);
  const made = await navigator.credentials.create({ publicKey: options });
  const response = { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) };
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

async function show(options) {
  options.challenge = bytes(options.challenge);
  delete options.allowCredentials; // whichever of ours the device has
  const shown = await navigator.credentials.get({ publicKey: options });
  const response = {};
  for (const name of ["clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
    if (shown.response[name]) response[name] = text(shown.response[name]);
  }
  return { id: shown.id, rawId: text(shown.rawId), type: shown.type, response };
}

async function use(button, fault) {
  const form = button.closest("form");
  const values = Object.fromEntries(new FormData(form));
  const token = values.form_token;
  for (const secret of ["form_token", "password"]) delete values[secret];
  button.disabled = true;
  fault.hidden = true;
  try {
    const options = await post(button.dataset.ask, token, values);
    const credential = await (button.dataset.passkey === "make" ? make : show)(options);
    const said = await post(button.dataset.send, token, { ...values, credential });
    location.assign(said.to);
  } catch (error) {
    // The device's own words are for engineers: only what the server said is shown.
    fault.textContent = (error instanceof DOMException ? "" : error.message) || fault.dataset.otherwise;
    fault.hidden = false;
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const part = button.closest("[data-passkey-part]");
  for (let each = part; each; each = each.parentElement.closest("[data-passkey-part]")) each.hidden = false;
  button.addEventListener("click", () => use(button, part.querySelector("[data-passkey-fault]")));
}
