import type { HttpSend } from "../../domain/http.ts";
import type { NotificationMessage, NotificationTarget, TryResult } from "../../domain/notification.ts";
import { mailSubject, mailText } from "./mail-text.ts";
import { type PageLink, pageLinks } from "./message-text.ts";
import { sendHttp } from "./send-http.ts";
import { type MailSettings, sendMail } from "./send-mail.ts";
import { slackText } from "./slack-text.ts";
import { teamsMessage } from "./teams-card.ts";
import { signedHeaders, webhookBody } from "./webhook-body.ts";

/** What sends messages. */
export interface Post {
  /** Sends requests to any address. */
  send: HttpSend;
  /** undefined if no server sends e-mail. */
  mail: MailSettings | undefined;
  /** Returns the address at which people reach the server. */
  address: () => string;
}

/** A message and its receiver. */
export interface Letter {
  /** The same for each try. */
  id: string;
  target: NotificationTarget;
  message: NotificationMessage;
}

/** Sends a message once, in the form of its receiver. Never rejects. @param stopped fires when the server stops */
export async function sendMessage(
  post: Post,
  { id, target, message }: Letter,
  stopped: AbortSignal,
): Promise<TryResult> {
  const link = pageLinks(post.address());
  if (target.type === "email") {
    if (post.mail === undefined) return { delivered: false, status: null, response: null, error: NO_MAIL };
    const mail = { id, to: target.to, subject: mailSubject(message), text: mailText(message, link) };
    return sendMail(post.mail, mail, stopped);
  }
  const body = bodyFor(target, message, link);
  const headers = target.type === "webhook" ? signedHeaders(target.secret, id, body, Date.now()) : { "webhook-id": id };
  return sendHttp(post.send, { target, headers, body }, stopped);
}

const NO_MAIL = "no server sends e-mail: set notifications.smtp.url";

function bodyFor({ type }: NotificationTarget, message: NotificationMessage, link: PageLink): string {
  if (type === "webhook") return webhookBody(message, link);
  if (type === "slack") return JSON.stringify({ text: slackText(message, link) });
  return JSON.stringify(teamsMessage(message, link));
}
