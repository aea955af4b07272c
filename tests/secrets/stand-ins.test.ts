import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const VALUE = 'p@ss "wörd" & more/1234';
const ASCII = "s3cr3t+token/1234==";

let place: Workplace;
let origin: Bun.Server<undefined>;
let other: Bun.Server<undefined>;
const seen: { port: number; url: string; headers: Record<string, string>; body: string }[] = [];

function serveEcho(): Bun.Server<undefined> {
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const { pathname, search } = new URL(request.url);
      const body = await request.text();
      seen.push({ port: server.port ?? 0, url: pathname + search, headers: Object.fromEntries(request.headers), body });
      if (pathname === "/leave") {
        return new Response(null, {
          status: 302,
          headers: { location: `http://127.0.0.1:${other.port}/there${search}` },
        });
      }
      const echo = { url: request.url, headers: Object.fromEntries(request.headers), body };
      return new Response(JSON.stringify(echo), { headers: { "x-echo": request.headers.get("x-token") ?? "" } });
    },
  });
}

beforeAll(() => {
  origin = serveEcho();
  other = serveEcho();
});
afterAll(async () => {
  await origin.stop(true);
  await other.stop(true);
});
beforeEach(async () => {
  place = newWorkplace();
  seen.length = 0;
  place.write("run.yaml", "execution: { network: any }\n");
  await place.ratchet(["secrets", "set", "TOKEN"], { stdin: VALUE });
  await place.ratchet(["secrets", "set", "ASCII"], { stdin: ASCII });
});
afterEach(() => place[Symbol.dispose]());

function writeTask(code: string): void {
  const hosts = [`127.0.0.1:${origin.port}`];
  place.writeTask("sender", code, { permissions: { secrets: { TOKEN: { hosts }, ASCII: { hosts } } } });
}

const run = async (input: JsonObject = {}) => {
  const { code, stdout, stderr } = await place.ratchet([
    ...["run-once", "--from-fs", "tasks/sender", "--config", "run.yaml"],
    ...["--input-json", JSON.stringify({ base: `http://127.0.0.1:${origin.port}`, ...input })],
  ]);
  expect([code, stderr]).toEqual([0, ""]);
  return { output: JSON.parse(stdout), stdout };
};

test("the value goes to its host, in the form of each place, and the task never sees it", async () => {
  writeTask(`async ({ base }, { secrets: { TOKEN, ASCII } }) => {
    const call = async (path, init) => (await fetch(base + path, init)).text();
    const echo = await fetch(base + "/" + TOKEN + "/x?key=" + encodeURIComponent(TOKEN), { headers: { "X-Token": ASCII } });
    const texts = [await echo.text(), echo.url, [...echo.headers].join()];
    texts.push(await call("/json", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ a: TOKEN, b: JSON.stringify({ c: TOKEN }) }) }));
    texts.push(await call("/form", { method: "POST", body: new URLSearchParams({ a: TOKEN }) }));
    texts.push(await call("/text", { method: "POST", body: "token=" + TOKEN }));
    texts.push(await call("/basic", { headers: { authorization: "Basic " + btoa("user:" + ASCII) } }));
    return { TOKEN, texts };
  }`);
  const { output, stdout } = await run();
  const [get, json, form, text, basic] = seen;
  expect(get?.url).toBe(`/${encodeURIComponent(VALUE)}/x?key=${encodeURIComponent(VALUE)}`);
  expect(get?.headers["x-token"]).toBe(ASCII);
  expect(JSON.parse(json?.body ?? "")).toEqual({ a: VALUE, b: JSON.stringify({ c: VALUE }) });
  expect(new URLSearchParams(form?.body).get("a")).toBe(VALUE);
  expect(text?.body).toBe(`token=${VALUE}`);
  expect(basic?.headers.authorization).toBe(`Basic ${btoa(`user:${ASCII}`)}`);
  expect(output.TOKEN).toMatch(/^standin_TOKEN_[\da-f]{40}$/);
  // The server sends everything back, and the task gets stand-ins.
  for (const form of [
    VALUE,
    JSON.stringify(VALUE).slice(1, -1),
    encodeURIComponent(VALUE),
    ASCII,
    btoa(`user:${ASCII}`),
  ]) {
    expect(stdout).not.toContain(form);
  }
  expect(stdout).toContain(output.TOKEN);
});

test("other hosts get the stand-in, also after a redirect that repeats the query", async () => {
  writeTask(`async ({ base, elsewhere }, { secrets: { TOKEN } }) => {
    await (await fetch(elsewhere + "/direct", { headers: { "x-token": TOKEN } })).text();
    await (await fetch(base + "/leave?key=" + TOKEN, { headers: { "x-token": TOKEN } })).text();
    return TOKEN;
  }`);
  const { output } = await run({ elsewhere: `http://127.0.0.1:${other.port}` });
  const there = seen.filter(({ port }) => port === other.port);
  expect(there.map(({ url }) => url)).toEqual(["/direct", `/there?key=${output}`]);
  expect(there.map(({ headers }) => headers["x-token"])).toEqual([output, output]);
  expect(seen.find(({ url }) => url.startsWith("/leave"))?.url).toBe(`/leave?key=${encodeURIComponent(VALUE)}`);
});

test("each execution has stand-ins of its own, and a failure does not show the value", async () => {
  const closed = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = closed;
  await closed.stop(true);
  const hosts = [`127.0.0.1:${port}`];
  const metadata = { permissions: { secrets: { ASCII: { hosts } } } };
  const code = `async ({ closed }, { secrets: { ASCII } }) => {
    try { await fetch(closed + "/" + ASCII + "?k=" + ASCII); } catch (error) { return [ASCII, String(error), String(error.cause?.message)]; }
  }`;
  place.writeTask("sender", code, metadata);
  const first = await run({ closed: `http://127.0.0.1:${port}` });
  const second = await run({ closed: `http://127.0.0.1:${port}` });
  expect(first.output[0]).not.toBe(second.output[0]);
  for (const { stdout } of [first, second]) {
    expect(stdout).not.toContain(ASCII);
    expect(stdout).not.toContain(encodeURIComponent(ASCII));
  }
});

test("a value that no header can have is an error that names the secret", async () => {
  writeTask(`async ({ base }, { secrets: { TOKEN } }) => {
    try { await fetch(base, { headers: { "x-token": TOKEN } }); return "sent"; } catch (error) { return String(error); }
  }`);
  await place.ratchet(["secrets", "set", "TOKEN"], { stdin: "two\nlines and more" });
  const { output } = await run();
  expect(output).toContain("the secret TOKEN can't be sent in the header x-token");
  expect(output).not.toContain("lines");
});

const NAME_LIKE = "Name-Like-Secret-1234";

test("nothing of a value comes back by a WebSocket, a header's name, another case or an unknown coding", async () => {
  const closing = Promise.withResolvers<void>();
  await using echo = Bun.serve<string>({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, server) {
      const { pathname, searchParams } = new URL(request.url);
      const token = searchParams.get("token") ?? "none";
      if (server.upgrade(request, { data: token, headers: { "sec-websocket-protocol": token } })) return undefined;
      await request.text();
      const headers: Record<string, string> = {
        [token]: "name",
        location: `http://${token}.example.com/`,
        "x-asked": request.headers.get("accept-encoding") ?? "",
      };
      if (pathname === "/coding") headers["content-encoding"] = "x-own";
      return new Response(JSON.stringify([token, token.toUpperCase()]), { headers });
    },
    websocket: {
      open(socket) {
        const { data } = socket;
        socket.send(`text ${data} and ${JSON.stringify(JSON.stringify(data))}`);
        socket.send(Buffer.from(`bytes ${data}`));
        socket.send(Buffer.from(data, "utf16le"));
        for (let count = 0; count < 2_000; count++) socket.send(`${data} ${"x".repeat(1_000)}`);
        socket.close(4_000, data);
      },
      message: () => {},
      close: () => closing.resolve(),
    },
  });
  const hosts = [`127.0.0.1:${echo.port}`];
  await place.ratchet(["secrets", "set", "NAMED"], { stdin: NAME_LIKE });
  const code = `async ({ echo }, { secrets: { NAMED } }) => {
    const socket = new WebSocket("ws://" + echo + "/?token=" + NAMED, [NAMED]);
    socket.binaryType = "arraybuffer";
    const got = [];
    let texts = 0;
    await new Promise((resolve, reject) => {
      socket.onopen = () => got.push(socket.protocol);
      socket.onerror = reject;
      socket.onmessage = ({ data }) => {
        texts += 1;
        if (got.length < 6) got.push(typeof data === "string" ? data : String.fromCharCode(...new Uint8Array(data)));
        else if (!data.startsWith(NAMED)) got.push(data);
      };
      socket.onclose = ({ code, reason }) => resolve(got.push([code, reason]));
    });
    const response = await fetch("http://" + echo + "/?token=" + NAMED, { redirect: "manual", headers: { "accept-encoding": "x-own, gzip" } });
    got.push([...response.headers], await response.text());
    const refused = await fetch("http://" + echo + "/coding?token=" + NAMED).catch((error) => [error.name, error.message, error.code ?? null]);
    const many = await fetch("http://" + echo + "/", { method: "POST", body: NAMED.repeat(1001) }).catch((error) => [error.name, error.message, error.code ?? null]);
    const pieces = new ReadableStream({ start(controller) { for (let at = 0; at < 1001; at++) controller.enqueue(new TextEncoder().encode(NAMED)); controller.close(); } });
    const stream = await fetch("http://" + echo + "/", { method: "POST", body: pieces, duplex: "half" }).catch((error) => [error.name, error.message, error.code ?? null]);
    return { NAMED, texts, got, refused, many, stream };
  }`;
  place.writeTask("sender", code, { permissions: { secrets: { NAMED: { hosts } } }, limits: { time: "60s" } });
  const { output, stdout } = await run({ echo: `127.0.0.1:${echo.port}` });
  await closing.promise;
  expect(stdout.replaceAll("\\u0000", "").toLowerCase()).not.toContain(NAME_LIKE.toLowerCase());
  expect(output.texts).toBe(2_003);
  expect(output.got[0]).toBe(output.NAMED);
  expect(output.got.at(-3)).toEqual([4_000, output.NAMED]);
  expect(Object.fromEntries(output.got.at(-2))).toMatchObject({
    "x-asked": "gzip, deflate, br, zstd",
    location: `http://${output.NAMED}.example.com/`,
  });
  expect(output.refused).toEqual([expect.any(String), expect.stringContaining('Content-Encoding "x-own"'), null]);
  expect(output.many).toEqual([expect.any(String), expect.stringContaining("at most 1000 stand-ins"), null]);
  expect(output.stream).toEqual([expect.any(String), expect.stringContaining("at most 1000 stand-ins"), null]);
});

test("a short value is sent as well, and hidden only where it is a whole string", async () => {
  writeTask(`async ({ base }, { secrets: { ASCII } }) => {
    const json = await (await fetch(base + "/", { method: "POST", body: JSON.stringify([ASCII]) })).json();
    return { same: json.body === JSON.stringify([ASCII]), ASCII };
  }`);
  await place.ratchet(["secrets", "set", "ASCII"], { stdin: "1234567" });
  await run();
  expect(seen.at(-1)?.body).toBe('["1234567"]');
});
