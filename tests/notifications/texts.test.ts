import { expect, test } from "bun:test";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { isMailAddress, readTarget } from "../../src/config/notification-targets.ts";
import type { NotificationMessage, NotifiedItem } from "../../src/domain/notification.ts";
import { mailSubject, mailText } from "../../src/service/notifications/mail-text.ts";
import { pageLinks } from "../../src/service/notifications/message-text.ts";
import { plainText } from "../../src/service/notifications/plain-text.ts";
import { escapeSlack, slackText } from "../../src/service/notifications/slack-text.ts";
import { teamsMessage } from "../../src/service/notifications/teams-card.ts";
import { signedHeaders, webhookBody } from "../../src/service/notifications/webhook-body.ts";

const link = pageLinks("https://jobs.example.org/ratchet/");

const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom("<!channel>", "<https://evil.example|click>", "a\r\nBcc: evil@example.org", "&amp;", "|>", "‮"),
);
const ITEM: fc.Arbitrary<NotifiedItem> = fc.record({
  text: TEXT,
  time: fc.integer({ min: 0, max: 4e12 }),
  task: TEXT,
  path: fc.constant("/jobs/17?a=1&b=2"),
  error: fc.record({ type: TEXT, message: TEXT }),
});
const MESSAGE: fc.Arbitrary<NotificationMessage> = fc
  .record({ rule: TEXT, items: fc.array(ITEM, { minLength: 1, maxLength: 20 }), more: fc.nat(1_000) })
  .map(({ rule, items, more }) => ({
    type: "job.failed" as const,
    rule,
    time: 0,
    count: items.length === 1 ? 1 : items.length + more,
    items,
  }));

test("Slack's special characters are only in what Ratchet writes", () => {
  fc.assert(
    fc.property(MESSAGE, (message) => {
      const text = slackText(message, link);
      // What is left without Ratchet's own links and quotes.
      const rest = text
        .replaceAll(/<https:\/\/jobs\.example\.org\/ratchet\/[^<>|]*\|[^<>|]*>/g, "")
        .replaceAll(/^> /gm, "");
      expect(rest).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(text.length).toBeLessThan(12_000);
      expect(text.isWellFormed()).toBe(true);
    }),
  );
});

test("escaping for Slack can be undone and is done once", () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      const back = escapeSlack(text).replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      expect(back).toBe(text);
    }),
  );
  expect(escapeSlack("<a> & b")).toBe("&lt;a&gt; &amp; b");
});

test("a subject is one short line, whatever an error says", () => {
  fc.assert(
    fc.property(MESSAGE, (message) => {
      const subject = mailSubject(message);
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(subject.length).toBeLessThanOrEqual(150);
      expect(mailText(message, link).isWellFormed()).toBe(true);
    }),
  );
});

test("a text of one line has no control characters, and is cut between characters", () => {
  fc.assert(
    fc.property(TEXT, fc.integer({ min: 1, max: 50 }), (text, max) => {
      const plain = plainText(text, max);
      expect(plain.length).toBeLessThanOrEqual(max);
      expect(plain).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(plain.isWellFormed()).toBe(true);
    }),
  );
});

test("an address can't have another one, a name or a header", () => {
  for (const address of ["ops@example.org", "a.b+c@mail.example.org", "root@localhost", "x@127.0.0.1"]) {
    expect(isMailAddress(address)).toBe(true);
  }
  const wrong = [
    "a@b, c@d",
    "a@b\r\nBcc: c@d",
    "Ada <a@b>",
    "a b@c",
    '"a b"@c',
    "a@b>",
    "a@",
    "@b",
    "a@b\u0000",
    "a@-b",
  ];
  for (const address of wrong) expect(isMailAddress(address)).toBe(false);
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      if (isMailAddress(text)) expect(text).not.toMatch(/[\s,;:<>"()[\]\\]/);
    }),
  );
});

test("the reference library verifies what is signed", () => {
  fc.assert(
    fc.property(MESSAGE, fc.uint8Array({ minLength: 1, maxLength: 64 }), (message, key) => {
      const secret = `whsec_${Buffer.from(key).toString("base64")}`;
      const body = webhookBody(message, link);
      const headers = signedHeaders(secret, "msg_1", body, Date.now());
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(readTarget({ type: "webhook", url: "http://127.0.0.1/", secret })).toHaveProperty("value");
    }),
  );
});

test("a secret has to be whsec_ and base64", () => {
  for (const secret of ["", "whsec_", "whsec_!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_abc=def", undefined]) {
    expect(readTarget({ type: "webhook", url: "http://127.0.0.1/", secret })).toHaveProperty("problems");
  }
});

test("Teams gets one adaptive card in whose texts Markdown has no meaning, below its limit", () => {
  fc.assert(
    fc.property(MESSAGE, (message) => {
      const body = teamsMessage(message, link);
      expect(JSON.stringify(body).length).toBeLessThan(28_000);
      const [{ contentType, content }] = body.attachments as [
        { contentType: string; content: { body: { type: string }[] } },
      ];
      expect(contentType).toBe("application/vnd.microsoft.card.adaptive");
      expect(new Set(content.body.map(({ type }) => type))).toEqual(new Set(["RichTextBlock"]));
    }),
  );
});
