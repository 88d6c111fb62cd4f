// A webhook receiver that trusts nobody: each request is verified with the Standard Webhooks library of npm.
//
// Environment: SECRET ("whsec_..."), NODE_FOLDER (where node_modules is), RESULTS (file that gets one JSON line for each
//              request), PORT (0 or absent: any), FAIL_FIRST (how many requests are answered 500 before one is taken; 0 if absent).
// Prints "READY <port>" when it listens on 127.0.0.1; ends on SIGTERM.
import { createRequire } from "node:module";
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

const { Webhook } = createRequire(`${process.env.NODE_FOLDER}/`)("standardwebhooks");
const webhook = new Webhook(process.env.SECRET);
let toFail = Number(process.env.FAIL_FIRST ?? 0);

function judge(body, headers) {
  const result = { id: headers["webhook-id"], contentType: headers["content-type"], verified: false };
  try {
    const event = webhook.verify(body, headers);
    Object.assign(result, { verified: true, event });
  } catch (error) {
    result.error = String(error.message);
  }
  return result;
}

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const result = judge(Buffer.concat(parts).toString("utf8"), request.headers);
    result.status = result.verified ? 204 : 401;
    if (result.verified && toFail > 0) {
      toFail--;
      result.status = 500;
    }
    appendFileSync(process.env.RESULTS, `${JSON.stringify(result)}\n`);
    response.writeHead(result.status).end();
  });
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => console.log(`READY ${server.address().port}`));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
