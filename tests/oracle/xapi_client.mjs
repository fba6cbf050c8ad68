// A foreign client at our store: npm `@xapi/xapi`, one call for each line.
// The first argument is the folder whose node_modules hold it, the second {"endpoint": …, "key": …, "secret": …, "version": …}.
// Reads lines {"call": name of its method, "given": its parameters}, `attachments` as texts; writes for each a line
// {"status": …, "data": …, "headers": …}, whether the store agreed or refused.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(path.resolve(process.argv[2]), "package.json"));
const { default: XAPI } = await import(pathToFileURL(require.resolve("@xapi/xapi")).href);
const { endpoint, key, secret, version } = JSON.parse(process.argv[3]);
// Its other adapter, axios, sends attachments as application/octet-stream; this one forgets the status of a refusal.
const client = new XAPI({ endpoint, version, auth: XAPI.toBasicAuth(key, secret), adapter: "fetch" });
const fetchPlainly = globalThis.fetch;
let heard;
globalThis.fetch = async (...request) => (heard = await fetchPlainly(...request));

async function answer({ call, given }) {
  if (given.attachments instanceof Array) {
    given.attachments = given.attachments.map((text) => new TextEncoder().encode(text).buffer);
  }
  try {
    return await client[call](given);
  } catch (error) {
    if (heard.ok) throw error;
    return { status: heard.status, data: error.message, headers: Object.fromEntries(heard.headers) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { status, data, headers } = await answer(JSON.parse(line));
  process.stdout.write(JSON.stringify({ status, data, headers }) + "\n");
}
