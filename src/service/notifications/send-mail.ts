import type { TryResult } from "../../domain/notification.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import type { TlsInit } from "../../http/tls-settings.ts";
import { formatDuration } from "../../lib/duration.ts";
import { plainText } from "./plain-text.ts";
import { TRY_LIMIT_MS } from "./retry-pauses.ts";

/** The server that sends e-mail. */
export interface MailSettings {
  /** `smtp://` or `smtps://`, with credentials. */
  url: string;
  /** An address, or a name and an address in angle brackets. */
  from: string;
  /** Returns how the server's certificate is verified. */
  tls: () => Promise<TlsInit>;
}

/** An e-mail. */
export interface Mail {
  /** The same for each try. */
  id: string;
  to: readonly string[];
  subject: string;
  text: string;
}

/** Longest response and reason that are kept, in characters. */
const KEPT_CHARACTERS = 500;

/**
 * Sends an e-mail. Its library is loaded for the first one. Never rejects.
 * @param stopped fires when the server stops
 */
export async function sendMail(settings: MailSettings, mail: Mail, stopped: AbortSignal): Promise<TryResult> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(TRY_LIMIT_MS)]);
  let tls: TlsInit;
  try {
    tls = await settings.tls();
  } catch (error) {
    return { delivered: false, status: null, response: null, error: plainText(messageOf(error), KEPT_CHARACTERS) };
  }
  return deliver(settings, mail, { signal, tls });
}

async function deliver(
  settings: MailSettings,
  mail: Mail,
  { signal, tls }: { signal: AbortSignal; tls: TlsInit },
): Promise<TryResult> {
  const { createTransport } = await import("nodemailer");
  const limits = { connectionTimeout: TRY_LIMIT_MS, greetingTimeout: TRY_LIMIT_MS, socketTimeout: TRY_LIMIT_MS };
  const transport = createTransport({
    url: settings.url,
    ...limits,
    tls,
    dnsTimeout: TRY_LIMIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sender = senderOf(settings.from);
  try {
    const info = await interruptible(
      transport.sendMail({
        from: sender,
        to: mail.to.map((address) => ({ name: "", address })),
        envelope: { from: sender.address, to: [...mail.to] },
        messageId: `<${mail.id}@${sender.address.slice(sender.address.lastIndexOf("@") + 1)}>`,
        // Out-of-office replies go nowhere (RFC 3834, section 5).
        headers: { "Auto-Submitted": "auto-generated" },
        subject: mail.subject,
        text: mail.text,
      }),
      signal,
    );
    return { delivered: true, status: null, response: plainText(info.response, KEPT_CHARACTERS), error: null };
  } catch (error) {
    const reason = signal.aborted
      ? `it did not accept the e-mail within ${formatDuration(TRY_LIMIT_MS)}`
      : messageOf(error);
    const response = (error as { response?: unknown }).response;
    return {
      delivered: false,
      status: null,
      response: typeof response === "string" ? plainText(response, KEPT_CHARACTERS) : null,
      error: plainText(reason, KEPT_CHARACTERS),
    };
  } finally {
    transport.close();
  }
}

/** Reads what configuration has checked. */
function senderOf(from: string): { name: string; address: string } {
  const [, name = "", address = from] = /^(.*?) <([^<>]+)>$/.exec(from) ?? [];
  return { name, address };
}

function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const abort = () => ended.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return Promise.race([work, ended.promise]).finally(() => signal.removeEventListener("abort", abort));
}
