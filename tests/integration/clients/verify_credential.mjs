// Verifies a credential as a stranger would: the signature with npm's jose and the published key, the status with
// Digital Bazaar's status list library.  Nothing here is ours but the addresses.
//
// Environment: NODE_FOLDER (where node_modules is), HTTP (base address), CREDENTIAL (file with the JWT), NOW (instant to
//              judge at, in milliseconds), AT_ISSUE (not empty: the credential itself is judged as of its first day).  Prints one JSON line: what was found, and which alterations were refused.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.env.NODE_FOLDER}/`);
const jose = require("jose");
const statusLists = await import(pathToFileURL(require.resolve("@digitalbazaar/vc-bitstring-status-list")).href);
const base = process.env.HTTP;
const token = readFileSync(process.env.CREDENTIAL, "utf8").trim();
const keys = jose.createRemoteJWKSet(new URL(`${base}/.well-known/jwks.json`));
const currentDate = new Date(Number(process.env.NOW));

async function verify(text, at = currentDate) {
  return jose.jwtVerify(text, keys, { algorithms: ["EdDSA"], typ: "JWT", currentDate: at });
}

async function text(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

const altered = (part, change) => {
  const parts = token.split(".");
  const members = JSON.parse(Buffer.from(parts[part], "base64url").toString());
  change(members);
  parts[part] = Buffer.from(JSON.stringify(members)).toString("base64url");
  return parts.join(".");
};

async function isRefused(text) {
  try {
    await verify(text);
    return false;
  } catch {
    return true;
  }
}

async function main() {
  const issued = new Date(JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString()).validFrom);
  // A lapsed credential has expired too: its signature is judged at a time at which it was valid.
  const at = process.env.AT_ISSUE ? new Date(issued.getTime() + 1000) : currentDate;
  const { payload, protectedHeader } = await verify(token, at);
  // The key by its own address, and not only from the set.
  const key = await jose.importJWK(JSON.parse(await text(protectedHeader.kid)), "EdDSA");
  await jose.compactVerify(token, key);
  const issuer = JSON.parse(await text(payload.issuer.id));
  const lists = new Map();
  const documentLoader = async (url) => {
    if (!lists.has(url)) lists.set(url, (await verify(await text(url))).payload);
    return { documentUrl: url, document: lists.get(url) };
  };
  const checked = await statusLists.checkStatus({
    credential: payload, documentLoader, verifyBitstringStatusListCredential: false, verifyMatchingIssuers: true });
  if (checked.error) throw checked.error;
  const stranger = await jose.generateKeyPair("EdDSA");
  const refused = {
    name: await isRefused(altered(1, (claims) => { claims.credentialSubject.identifier[0].identityHash = "Blake Sample"; })),
    until: await isRefused(altered(1, (claims) => { claims.exp += 86400; })),
    algorithm: await isRefused(altered(0, (header) => { header.alg = "none"; })),
    signature: await isRefused(token.slice(0, -4) + (token.endsWith("AAAA") ? "BBBB" : "AAAA")),
    stranger: await isRefused(await new jose.SignJWT(payload).setProtectedHeader(protectedHeader).sign(stranger.privateKey)),
  };
  console.log(JSON.stringify({
    header: protectedHeader, claims: payload, issuer, suspended: checked.results[0].status, refused,
    untouchedIsTaken: !(await isRefused(token)) }));
}

await main();
