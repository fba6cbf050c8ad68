// Another implementation's word on our credentials: npm `jose` verifies a VC-JWT against one public JWK.
// Reads {"token": …, "jwk": …} from standard input, writes {"verified": true, "payload": …} or {"verified": false, "code": …}.
// The first argument is the folder whose node_modules hold jose.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(path.resolve(process.argv[2]), "package.json"));
const { importJWK, compactVerify } = await import(pathToFileURL(require.resolve("jose")).href);

let text = "";
for await (const chunk of process.stdin) text += chunk;
const { token, jwk } = JSON.parse(text);
let answer;
try {
  const key = await importJWK(jwk, jwk.alg);
  const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ["ES256", "RS256"] });
  answer = { verified: true, header: protectedHeader, payload: JSON.parse(new TextDecoder().decode(payload)) };
} catch (error) {
  answer = { verified: false, code: error.code ?? error.name };
}
process.stdout.write(JSON.stringify(answer));
