/** The set-up of a server on an address that other machines reach. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { setupPlace } from "../../src/access/setup-place.ts";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const token = { token: "T", expiresAt: 1 };
const external = { address: "192.0.2.7", family: "IPv4", internal: false };
const addresses = [
  { address: "127.0.0.1", family: "IPv4", internal: true },
  { address: "fe80::1", family: "IPv6", internal: false },
  { address: "2001:db8::7", family: "IPv6", internal: false },
];

describe("the URLs of the set-up", () => {
  test("name the machine where the server listens on all addresses", () => {
    const urls = (url: string, names: string[] = [], more = [external]) =>
      setupPlace(url, token, { names, addresses: [...addresses, ...more] }).urls;
    expect(urls("http://0.0.0.0:8080")).toEqual([
      "http://192.0.2.7:8080/setup?token=T",
      "http://127.0.0.1:8080/setup?token=T",
    ]);
    expect(urls("https://[::]:8080", ["ratchet.example"])).toEqual([
      "https://ratchet.example:8080/setup?token=T",
      "https://192.0.2.7:8080/setup?token=T",
      "https://[::1]:8080/setup?token=T",
    ]);
    expect(urls("http://[::]:80", [], [])).toEqual([
      "http://[2001:db8::7]/setup?token=T",
      "http://[::1]/setup?token=T",
    ]);
  });

  test("name the address that it listens on, if that is one", () => {
    const place = setupPlace("http://192.0.2.9:8080", token, { names: ["ratchet.example"], addresses });
    expect(place).toEqual({ urls: ["http://192.0.2.9:8080/setup?token=T"], expiresAt: 1 });
  });
});

describe("a server that waits for its first user", () => {
  let place: Workplace;
  let server: ServeProcess;
  beforeAll(async () => {
    place = newWorkplace();
    server = await place.serve(["--host", "0.0.0.0"]);
  });
  afterAll(() => place[Symbol.dispose]());

  test("says where and until when, for people and for machines", () => {
    const { setupUrl, setupUrls, expiresAt, message, time } = server.ready;
    expect(setupUrls).toContain(setupUrl as never);
    const { pathname, hostname } = new URL(String(setupUrl));
    expect(pathname).toBe("/setup");
    expect(hostname).not.toBe("0.0.0.0");
    expect((setupUrls as string[]).at(-1)).toStartWith("http://127.0.0.1:");
    expect(Date.parse(String(expiresAt)) - Date.parse(String(time))).toBeWithin(14 * 60_000, 15 * 60_000 + 1);
    expect(message).toContain(String(setupUrl));
    expect(message).toContain(String(expiresAt));
    expect(message).toContain("ratchet user create");
  });

  test("refuses everything before it looks at a body", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json"]) {
      const headers = { "content-type": type };
      const response = await fetch(`${server.url}/api/v1/jobs`, { method: "POST", headers, body: "{}" });
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: "SETUP_REQUIRED" });
    }
  });

  test("takes no second admin after a key was created", async () => {
    const created = await place.ratchet(["key", "create", "k", "--role", "admin"]);
    expect(created.code).toBe(0);
    // At once, although the server itself may not have noticed yet.
    const setup = {
      token: new URL(String(server.ready.setupUrl)).searchParams.get("token"),
      username: "eve",
      password: "correct horse battery",
    };
    expect((await server.call("POST", "/api/v1/setup", setup)).status).toBe(401);
    const asKey = { headers: { authorization: `Bearer ${created.stdout.trim()}` } };
    const users = () => fetch(`${server.url}/api/v1/users`, asKey);
    await eventually(async () => (await users()).status === 200);
    expect(await (await users()).json()).toMatchObject({ items: [] });
    expect((await server.call("POST", "/api/v1/setup", setup)).status).toBe(401);
    // Commands say by their exit code that the server let nobody in.
    const viewer = await place.ratchet(["key", "create", "v", "--role", "viewer"]);
    const command = (args: string[], key?: string) =>
      place.ratchet([...args, "--server", server.url], { env: key === undefined ? {} : { RATCHET_API_KEY: key } });
    expect((await command(["jobs", "list"])).code).toBe(6);
    expect((await command(["queue", "pause"], viewer.stdout.trim())).code).toBe(6);
    expect((await command(["jobs", "show", "1"], viewer.stdout.trim())).code).toBe(3);
  });
});
