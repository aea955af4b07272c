import type { KeyDefinition } from "../key-definition.ts";
import { RULES_OF_NOTIFICATIONS_SCHEMA, readNotificationRules, writeNotificationRules } from "../notification-rules.ts";
import { isMailAddress } from "../notification-targets.ts";

/** Settings of notifications. */
export const NOTIFICATION_KEYS = {
  "notifications.rules": {
    form: {
      type: "structure",
      read: readNotificationRules,
      write: writeNotificationRules,
      schema: RULES_OF_NOTIFICATIONS_SCHEMA,
    },
    example: [
      "",
      "  - name: failures",
      "    when: job.failed",
      '    task: "billing-*"',
      "    throttle: 10m",
      "    to:",
      "      - type: slack",
      "        url: https://hooks.slack.com/services/...",
    ].join("\n"),
    description: "Rules in addition to those that are created with the API. The variable contains JSON.",
    allowedInProject: () => false,
  },
  "notifications.smtp.url": {
    form: { type: "string", check: smtpProblem, show: withoutPassword },
    example: "smtp://USER:PASSWORD@mail.example.org:587",
    description:
      "Server that sends e-mail: smtp://, or smtps:// for TLS from the start. smtp:// uses TLS if the server offers it.",
    allowedInProject: () => false,
  },
  "notifications.smtp.from": {
    form: { type: "string", check: senderProblem },
    default: "ratchet@localhost",
    description: "Sender of e-mail: an address, or a name and an address in angle brackets.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;

function smtpProblem(text: string): string | undefined {
  if (text === "") return undefined;
  return /^smtps?:\/\/[^/]/i.test(text) && URL.canParse(text) ? undefined : "is not an smtp: or smtps: URL";
}

/** Hides the credentials of a URL, also of one that is not valid. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, "$1(hidden)@");
}

function senderProblem(text: string): string | undefined {
  const address = /^[^\p{Cc}<>"]{1,100} <([^<>]+)>$/u.exec(text)?.[1] ?? text;
  return isMailAddress(address) ? undefined : "is not an e-mail address";
}
