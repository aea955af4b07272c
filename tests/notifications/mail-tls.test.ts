import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { TEST_AUTHORITY_FILE } from "../support/http-server.ts";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, startWithTasks } from "./receiver.ts";

const TLS = join(import.meta.dir, "../support/tls");
const pem = (name: string) => readFileSync(join(TLS, name));

/** A mail server with a certificate, which notes who logged in and how. */
async function startMailServer(certificate: string, options: { secure?: boolean; offersTls?: boolean } = {}) {
  const { secure = false, offersTls = true } = options;
  const seen: string[] = [];
  const server = new SMTPServer({
    secure,
    key: pem(`${certificate}.key.pem`),
    cert: pem(`${certificate}.crt.pem`),
    allowInsecureAuth: true,
    disabledCommands: offersTls ? [] : ["STARTTLS"],
    onAuth({ username = "", password }, { secure: isSecure }, callback) {
      seen.push(`${username}:${password} ${isSecure ? "encrypted" : "in the clear"}`);
      callback(null, { user: username });
    },
    onData(stream, _session, callback) {
      stream.resume();
      stream.on("end", () => callback());
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, seen, [Symbol.dispose]: () => server.close() };
}

/** Sends a test message. @param url with PORT in place of the port */
async function sendTest(url: string, mail: { port: number }, env: Record<string, string> = {}) {
  using place = newWorkplace();
  const server = await startWithTasks(place, {
    RATCHET_NOTIFICATIONS_SMTP_URL: url.replace("PORT", String(mail.port)),
    RATCHET_NOTIFICATIONS_SMTP_FROM: "ratchet@example.org",
    ...env,
  });
  const to = [{ type: "email", to: ["ops@example.org"] }];
  const rule = await createRule(server, { name: "mail", when: "job.failed", to });
  const { body } = await server.call("POST", `/api/v1/notifications/rules/${rule.id}/test`);
  return (body.items as { delivered: boolean; error: string }[])[0];
}

const TRUST = { RATCHET_HTTP_CA_FILE: TEST_AUTHORITY_FILE };

describe("e-mail over TLS", () => {
  test("is sent by smtps:// and by STARTTLS to a server whose authority http.ca_file has", async () => {
    using implicit = await startMailServer("service", { secure: true });
    expect(await sendTest("smtps://user:pass@127.0.0.1:PORT", implicit, TRUST)).toMatchObject({ delivered: true });
    using upgraded = await startMailServer("service");
    expect(await sendTest("smtp://user:pass@localhost:PORT", upgraded, TRUST)).toMatchObject({ delivered: true });
    expect([...implicit.seen, ...upgraded.seen]).toEqual(["user:pass encrypted", "user:pass encrypted"]);
  });

  test("is not sent to a server that is not trusted, and neither is the password", async () => {
    using implicit = await startMailServer("service", { secure: true });
    using upgraded = await startMailServer("service");
    using expired = await startMailServer("expired");
    const results = [
      await sendTest("smtps://user:pass@127.0.0.1:PORT", implicit),
      await sendTest("smtp://user:pass@127.0.0.1:PORT", upgraded),
      await sendTest("smtp://user:pass@127.0.0.1:PORT", expired, TRUST),
    ];
    for (const result of results) {
      expect(result).toMatchObject({ delivered: false, error: expect.stringContaining("certificate") });
      expect(JSON.stringify(result)).not.toContain("user:pass");
    }
    expect([...implicit.seen, ...upgraded.seen, ...expired.seen]).toEqual([]);
  });

  test("can demand TLS, so that nobody on the way can remove it", async () => {
    using stripped = await startMailServer("service", { offersTls: false });
    const result = await sendTest("smtp://user:pass@127.0.0.1:PORT?requireTLS=true", stripped, TRUST);
    expect(result).toMatchObject({ delivered: false });
    expect(stripped.seen).toEqual([]);
  });

  test("follows http.verify_ssl as webhooks do", async () => {
    using unknown = await startMailServer("service", { secure: true });
    const env = { RATCHET_HTTP_VERIFY_SSL: "false" };
    expect(await sendTest("smtps://user:pass@127.0.0.1:PORT", unknown, env)).toMatchObject({ delivered: true });
  });
});
