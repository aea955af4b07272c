import { describe, expect, test } from "bun:test";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, deliveriesOf, runJob, startWithTasks } from "./receiver.ts";

interface Mail {
  from: string;
  to: string[];
  text: string;
}

/** A mail server, which accepts everything as long as it is told to. */
async function startMailServer(onMail: (mail: Mail) => Error | undefined) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onAuth: ({ username = "" }, _session, callback) => callback(null, { user: username }),
    onData(stream, session, callback) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => void pieces.push(piece));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        const text = Buffer.concat(pieces).toString();
        callback(onMail({ from, to: rcptTo.map(({ address }) => address), text }) ?? null);
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    env: {
      RATCHET_NOTIFICATIONS_SMTP_URL: `smtp://user:s3cret-password@127.0.0.1:${port}`,
      RATCHET_NOTIFICATIONS_SMTP_FROM: "Ratchet <ratchet@example.org>",
    },
    [Symbol.dispose]: () => server.close(),
  };
}

const TO = ["ops@example.org", "ada@example.org"];
const EVIL = "boom\\r\\nBcc: evil@example.org\\r\\n\\r\\nbody, <evil@example.org>";

describe("e-mail", () => {
  test("has a text part with a link, and no error can add a header or a recipient", async () => {
    const mails: Mail[] = [];
    using mail = await startMailServer((one) => void mails.push(one));
    using place = newWorkplace();
    place.writeTask("evil", `export default () => { throw new Error("${EVIL}"); };`);
    const server = await startWithTasks(place, mail.env);
    await createRule(server, { name: "a\u2028rule: x", when: "job.failed", to: [{ type: "email", to: TO }] });
    const id = await runJob(server, "evil");
    await server.until(
      "/api/v1/notifications/deliveries?state=delivered",
      ({ items }) => (items as unknown[]).length === 1,
    );
    const [{ from, to, text } = { from: "", to: [], text: "" }] = mails;
    expect([from, to]).toEqual(["ratchet@example.org", TO]);
    const [head = "", ...rest] = text.split("\r\n\r\n");
    expect(head).toContain("Content-Type: text/plain");
    expect(head).toContain(`Subject: [Ratchet] Job ${id} of evil has failed.`);
    expect(head).toMatch(/^Message-ID: <msg_[0-9a-f]{32}@example\.org>$/m);
    expect(head).not.toMatch(/^bcc/im);
    expect(head.match(/evil@example/g)).toBeNull();
    expect(rest.join("\r\n\r\n").replaceAll(/=\r\n/g, "")).toContain(`${server.url}/jobs/${id}`);
    const shown = await place.ratchet(["config", "show"], { env: mail.env });
    expect(shown.stdout).toContain("smtp://(hidden)@127.0.0.1");
    expect(shown.stdout).not.toContain("s3cret-password");
  });

  test("is tried again after a refusal, and its response is shown", async () => {
    let refusals = 1;
    const ids: (string | undefined)[] = [];
    using mail = await startMailServer(({ text }) => {
      ids.push(/^Message-ID: (.*)$/m.exec(text)?.[1]);
      return refusals-- > 0 ? Object.assign(new Error("mailbox busy"), { responseCode: 450 }) : undefined;
    });
    using place = newWorkplace();
    const server = await startWithTasks(place, mail.env);
    await createRule(server, { name: "mail", when: "job.failed", to: [{ type: "email", to: TO }] });
    await runJob(server, "flaky");
    const refused = await server.until("/api/v1/notifications/deliveries", ({ items }) => {
      const [first] = items as { tries: number }[];
      return first !== undefined && first.tries > 0;
    });
    expect(refused.items).toMatchObject([{ response: expect.stringContaining("mailbox busy") }]);
    await server.until(
      "/api/v1/notifications/deliveries?state=delivered",
      ({ items }) => (items as unknown[]).length === 1,
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(await deliveriesOf(server)).toMatchObject([{ tries: 2, error: null, target: { type: "email", to: TO } }]);
  });

  test("needs a server that sends it", async () => {
    using place = newWorkplace();
    const server = await startWithTasks(place);
    const rule = { name: "mail", when: "job.failed", to: [{ type: "email", to: TO }] };
    const refused = await server.call("POST", "/api/v1/notifications/rules", rule);
    expect(refused).toMatchObject({ status: 400, body: { remedy: expect.stringContaining("notifications.smtp.url") } });
  });
});
