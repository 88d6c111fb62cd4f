// A portal written with the CloudEvents SDK of npm, over HTTP.
//
// Environment: HTTP (http://host:port), TOKEN, NODE_FOLDER (where node_modules is).
// Argument:    NAME, of which the ids are made, so that two runs do not meet.
// Prints one JSON line for each check; ends with 1 if one was not as it must be.
import { createRequire } from "node:module";

const { CloudEvent, HTTP } = createRequire(`${process.env.NODE_FOLDER}/`)("cloudevents");
const name = process.argv[2];
const base = process.env.HTTP;
let wrong = 0;

function check(what, expected, found, more = {}) {
  if (JSON.stringify(expected) !== JSON.stringify(found)) wrong++;
  console.log(JSON.stringify({ check: what, expected, found, ...more }));
}

function event(number, type, subject, data, more = {}) {
  return new CloudEvent({
    id: `${name}-${number}`, source: "urn:portal:sdk", type: `org.endorse.${type}.v1`, subject, data, ...more,
  });
}

async function post(message, token = process.env.TOKEN) {
  const answer = await fetch(`${base}/v1/events`, {
    method: "POST", body: message.body, headers: { ...message.headers, authorization: `Bearer ${token}` },
  });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type") ?? "", body: text ? JSON.parse(text) : null };
}

async function get(path) {
  const answer = await fetch(base + path, { headers: { authorization: `Bearer ${process.env.TOKEN}` } });
  return { status: answer.status, body: await answer.json() };
}

const application = `application/${name}-A`;
const person = `person/${name}-P`;
const named = event(1, "person.name.changed", person, { displayName: "Zo\u00eb Example" });
const registered = event(2, "application.registered", application, {
  association: "MassAIMH", personId: `${name}-P`, category: "FS", ageLine: "IMH", registeredOn: "2026-01-05",
}, { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });
const fee = event(3, "application.fee.paid", application, {
  paymentId: `${name}-F`, kind: "FEE_REGISTRATION", amountMinor: "2500", currency: "USD", paidOn: "2026-01-06",
});

check("a structured event is accepted", 202, (await post(HTTP.structured(named))).status);
check("a binary event is accepted", 202, (await post(HTTP.binary(registered))).status);
const first = await post(HTTP.structured(fee));
check("64 bit numbers travel as text", 202, first.status, { body: first.body });
const again = await post(HTTP.binary(fee));
check("the same event in the other mode is a duplicate", 200, again.status);
check("with the same receipt", first.body.receipt, again.body.receipt);
const changed = await post(HTTP.structured(fee.cloneWith({ data: { ...fee.data, amountMinor: "1" } })));
check("the same id with another content is a conflict", 422, changed.status);

const late = await post(HTTP.structured(event(4, "application.submitted", application, { submittedOn: "2026-02-31" })));
check("an absurd date is invalid and named", [400, "data.submittedOn"], [late.status, late.body.field]);
check("as a problem document", true, late.type.startsWith("application/problem+json"));
const unknown = await post(HTTP.structured(event(4, "application.submitted", application,
  { submittedOn: "2026-02-01", mood: "good" })));
check("an unknown member is invalid and named", [400, "data.mood"], [unknown.status, unknown.body.field]);
const nul = await post(HTTP.structured(event(4, "person.name.changed", person, { displayName: "Zo\0" })));
check("NUL is invalid", 400, nul.status);
check("a wrong token is denied", 401, (await post(HTTP.structured(named), "sdk.wrong")).status);
const batch = { headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify([named]) };
check("a batch is not taken", 415, (await post(batch)).status);

const held = await get("/v1/events?source=urn:portal:sdk&limit=500");
check("the door can say what it holds", [`${name}-1`, `${name}-2`, `${name}-3`],
  held.body.events.map((row) => row.id).filter((id) => id.startsWith(`${name}-`)).sort());
const outcomes = await get("/v1/outcomes?after=0&limit=500");
check("outcomes can be read", 200, outcomes.status);
const parsed = outcomes.body.outcomes.map((outcome) => new CloudEvent(outcome)); // throws on what is no CloudEvent
check("each outcome is a CloudEvent and they are numbered without a gap", parsed.map((_, index) => index + 1),
  parsed.map((outcome) => Number(outcome.sequence)));
process.exit(wrong ? 1 : 0);
