import http, { Agent, METHODS, STATUS_CODES } from "node:http";
import https from "node:https";
import { json, text } from "node:stream/consumers";

type Options = http.RequestOptions;

function send(url: string, options: Options, body?: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, resolve);
    request.on("error", reject);
    if (body !== undefined) request.write(body);
    request.end();
  });
}

export default async function ({ url }: { url: string }) {
  const { hostname, port } = new URL(url);
  const got = await new Promise<http.IncomingMessage>((resolve) => http.get(`${url}/json?a=b%20c`, resolve));
  const posted = await send(
    `${url}/echo`,
    {
      method: "POST",
      headers: { "Content-Type": "text/plain", "X-Client": "corpus", Connection: "keep-alive" },
      auth: "u:p",
    },
    "héllo",
  );
  const byParts = await new Promise<http.IncomingMessage>((resolve) =>
    http
      .request({ hostname, port, path: "/echo?x", method: "PUT", agent: new Agent({ keepAlive: true }) }, resolve)
      .end("body"),
  );
  const missing = await send(`${url}/status/404`, {});
  const refused = await send("http://127.0.0.1:1/", {}).catch((error: { code: string }) => error.code);
  const request = http.request(`${url}/json`);
  request.setHeader("X-A", "1");
  const header = [
    request.getHeader("x-a"),
    request.hasHeader("X-A"),
    request.getHeaderNames().includes("x-a"),
    request.method,
    request.path,
  ];
  const hungUp = new Promise((resolve) => request.on("error", (error: { code?: string }) => resolve(error.code)));
  request.destroy();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    const sent = http.request(`${url}/json`, { headers: { "X-B": "2" } });
    sent.on("socket", (socket) => {
      socket.setKeepAlive(true);
      order.push("socket");
    });
    sent.on("finish", () => order.push("finish"));
    sent.on("response", (response) => {
      order.push("response");
      response.on("data", () => order.push("data"));
      response.on("end", () => {
        order.push("end");
        resolve();
      });
    });
    sent.end();
  });
  return {
    got: [got.statusCode, got.statusMessage, got.headers["content-type"], await json(got), got.httpVersion],
    posted: await json(posted),
    byParts: await json(byParts),
    missing: [missing.statusCode, await text(missing)],
    refused,
    header,
    hungUp: await hungUp,
    order,
    tables: [
      STATUS_CODES[404],
      METHODS.includes("GET"),
      typeof https.request,
      https.globalAgent instanceof https.Agent,
    ],
  };
}
