import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const VALUE = 'p@ss "wörd" \\ & more/1234';
const ASCII = "s3cr3t+token/1234==";

interface Seen {
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

let place: Workplace;
let origin: Bun.Server<{ url: string; protocols: string }>;
let seen: Seen[];

beforeAll(() => {
  origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const { pathname, search } = new URL(request.url);
      const url = pathname + search;
      const protocols = request.headers.get("sec-websocket-protocol") ?? "";
      if (request.headers.get("upgrade") === "websocket") {
        seen.push({ url, headers: Object.fromEntries(request.headers), body: Buffer.alloc(0) });
        const headers = protocols === "" ? {} : { "sec-websocket-protocol": protocols.split(", ").at(-1) ?? "" };
        if (server.upgrade(request, { data: { url, protocols }, headers })) return undefined;
      }
      const body = Buffer.from(await request.arrayBuffer());
      seen.push({ url, headers: Object.fromEntries(request.headers), body });
      if (pathname === "/pieces") return new Response(inPieces(`start ${VALUE} and ${ASCII} end`));
      if (pathname === "/gzip") return new Response(Bun.gzipSync(body), { headers: { "content-encoding": "gzip" } });
      if (pathname === "/status")
        return new Response("", {
          status: 400,
          statusText: ASCII,
          headers: { "x-echo": ASCII, location: `/?k=${encodeURIComponent(VALUE)}`, "set-cookie": `t=${ASCII}` },
        });
      return new Response(body);
    },
    websocket: {
      open(socket) {
        socket.send(`text ${VALUE} ${socket.data.url}`);
        socket.send(Buffer.from(`binary ${ASCII}`));
        socket.send(JSON.stringify({ token: ASCII, own: VALUE }));
      },
      message(socket, message) {
        socket.send(`echo ${message}`);
        socket.close(1000, `bye ${ASCII}`);
      },
    },
  });
});
afterAll(() => origin.stop(true));
beforeEach(async () => {
  place = newWorkplace();
  seen = [];
  place.write("run.yaml", "execution: { network: any }\n");
  await place.ratchet(["secrets", "set", "TOKEN"], { stdin: VALUE });
  await place.ratchet(["secrets", "set", "ASCII"], { stdin: ASCII });
});
afterEach(() => place[Symbol.dispose]());

/** A text in pieces that cut a value apart. */
function inPieces(text: string): ReadableStream {
  const bytes = Buffer.from(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + 5));
      at += 5;
      if (at >= bytes.length) controller.close();
    },
  });
}

async function run(code: string) {
  const hosts = [`127.0.0.1:${origin.port}`];
  place.writeTask("sender", code, { permissions: { secrets: { TOKEN: { hosts }, ASCII: { hosts } } } });
  const {
    code: exit,
    stdout,
    stderr,
  } = await place.ratchet([
    ...["run-once", "--from-fs", "tasks/sender", "--config", "run.yaml"],
    ...["--input-json", JSON.stringify({ host: `127.0.0.1:${origin.port}` } satisfies JsonObject)],
  ]);
  expect([exit, stderr]).toEqual([0, ""]);
  const encoded = [encodeURIComponent(VALUE), btoa(`user:${ASCII}`), JSON.stringify(VALUE).slice(1, -1)];
  for (const form of [VALUE, ASCII, ...encoded]) expect(stdout).not.toContain(form);
  return JSON.parse(stdout);
}

test("a WebSocket has the value in its path, query and subprotocol, and what it sends back has the stand-in", async () => {
  const output = await run(`async ({ host }, { secrets: { TOKEN, ASCII } }) => {
    const socket = new WebSocket("ws://" + host + "/" + TOKEN + "?key=" + ASCII);
    socket.binaryType = "arraybuffer";
    const messages = [];
    const close = await new Promise((resolve, reject) => {
      socket.onerror = reject;
      socket.onclose = resolve;
      socket.onmessage = ({ data }) => {
        messages.push(typeof data === "string" ? data : new TextDecoder().decode(data));
        if (messages.length === 3) socket.send("hello");
      };
    });
    return { TOKEN, ASCII, messages, protocol: socket.protocol, reason: close.reason };
  }`);
  const { TOKEN, ASCII: standIn, messages, reason } = output;
  expect(seen[0]?.url).toBe(`/${encodeURIComponent(VALUE)}?key=${encodeURIComponent(ASCII)}`);
  expect(messages).toEqual([
    `text ${TOKEN} /${TOKEN}?key=${standIn}`,
    `binary ${standIn}`,
    JSON.stringify({ token: standIn, own: TOKEN }),
    "echo hello",
  ]);
  expect(reason).toBe(`bye ${standIn}`);
});

test("a subprotocol can be a value, which the task sees as the stand-in", async () => {
  await place.ratchet(["secrets", "set", "ASCII"], { stdin: "s3cr3t.token-1234" });
  const output = await run(`async ({ host }, { secrets: { ASCII } }) => {
    const socket = new WebSocket("ws://" + host + "/", ["json", ASCII]);
    await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
    const { protocol } = socket;
    socket.close();
    return [protocol === ASCII, protocol.length];
  }`);
  expect(seen[0]?.headers["sec-websocket-protocol"]).toBe("json, s3cr3t.token-1234");
  expect(output[0]).toBe(true);
});

test("bodies that are streamed, forms, and texts in bytes get the value, in their own form", async () => {
  await run(`async ({ host }, { secrets: { TOKEN, ASCII } }) => {
    const post = (path, body, headers) => fetch("http://" + host + path, { method: "POST", body, headers, duplex: "half" }).then((r) => r.text());
    const json = JSON.stringify({ a: TOKEN });
    const stream = (text) => new ReadableStream({
      start(controller) {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
        controller.close();
      },
    });
    const form = new FormData();
    form.append("token", TOKEN);
    form.append("file", new Blob(["in a file: " + TOKEN]), "name.txt");
    return [
      await post("/stream", stream("x " + TOKEN + " y " + ASCII)),
      await post("/stream-json", stream(json), { "content-type": "application/json" }),
      await post("/parameters", new URLSearchParams({ token: TOKEN })),
      await post("/form", form),
      await post("/blob", new Blob([json], { type: "application/json" })),
      await post("/buffer", new TextEncoder().encode("token=" + TOKEN).buffer),
      await post("/binary", new Uint8Array([255, 254, ...new TextEncoder().encode(TOKEN)])),
      await post("/basic", null, { authorization: "Basic " + btoa("user:" + TOKEN) }),
      await post("/gzip", TOKEN),
    ];
  }`);
  const bodies = Object.fromEntries(seen.map(({ url, body }) => [url, body.toString("utf8")]));
  expect(bodies["/stream"]).toBe(`x ${VALUE} y ${ASCII}`);
  expect(JSON.parse(bodies["/stream-json"] ?? "")).toEqual({ a: VALUE });
  expect(new URLSearchParams(bodies["/parameters"]).get("token")).toBe(VALUE);
  expect(bodies["/form"]).toContain(`\r\n\r\n${VALUE}\r\n`);
  expect(bodies["/form"]).toContain(`in a file: ${VALUE}`);
  expect(JSON.parse(bodies["/blob"] ?? "")).toEqual({ a: VALUE });
  expect(bodies["/buffer"]).toBe(`token=${VALUE}`);
  // Bytes that are no text stay as they are.
  expect(bodies["/binary"]).toContain("standin_TOKEN_");
  const basic = seen.find(({ url }) => url === "/basic")?.headers.authorization ?? "";
  expect(Buffer.from(basic.slice("Basic ".length), "base64").toString("utf8")).toBe(`user:${VALUE}`);
});

test("responses have stand-ins in status, headers and bodies, also in pieces and compressed", async () => {
  const output = await run(`async ({ host }, { secrets: { TOKEN, ASCII } }) => {
    const pieces = await fetch("http://" + host + "/pieces");
    let text = "";
    const decoder = new TextDecoder();
    for await (const piece of pieces.body) text += decoder.decode(piece, { stream: true });
    const status = await fetch("http://" + host + "/status", { redirect: "manual" });
    const gzip = await (await fetch("http://" + host + "/gzip", { method: "POST", body: TOKEN })).text();
    return { TOKEN, ASCII, text, gzip, echo: status.headers.get("x-echo"), all: [...status.headers].join(), statusText: status.statusText };
  }`);
  const { TOKEN, ASCII: standIn, text, gzip, echo } = output;
  expect(text).toBe(`start ${TOKEN} and ${standIn} end`);
  expect(gzip).toBe(TOKEN);
  expect(echo).toBe(standIn);
});
