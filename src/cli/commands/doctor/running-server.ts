import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { tlsFiles } from "../../../api/configured-settings.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import type { HttpResponse } from "../../../domain/http.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import { isLoopback } from "../../../lib/address-blocks.ts";
import { buildInfo } from "../../../lib/build-info.ts";
import { formatDuration } from "../../../lib/duration.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defaultAddress, isNotRunning, type ServerClient, withServer } from "../../framework/server-client.ts";
import type { Check } from "./check.ts";

/** Asks the server at the configured address, if one is running. Never throws. */
export async function runningServerChecks(config: ConfigValues): Promise<Check[]> {
  const name = "server";
  try {
    return await withServer(undefined, config, async (client) => {
      const response = await client.ask("/version");
      const isWaiting = codeOf(response) === "SETUP_REQUIRED";
      return [
        ...(isWaiting ? [waitingCheck()] : [await versionCheck(client), await readyCheck(client)]),
        clockCheck(response),
        ...(isWaiting ? [] : await openCheck(client, config)),
        ...(await certificateCheck(config)),
      ];
    });
  } catch (error) {
    if (isNotRunning(error)) return [{ name, state: "note", text: "not running; `ratchet serve` starts it" }];
    const { message, remedy } = toRatchetError(error);
    return [
      { name, state: "failed", text: message, remedy: remedy ?? "Check what listens at the configured address." },
    ];
  }
}

/** Everything but /health has the code SETUP_REQUIRED before there is a user. */
function waitingCheck(): Check {
  const remedy =
    "Open the URL that the server printed when it started, or run `ratchet user create NAME --role admin`.";
  return { name: "server", state: "warning", text: "the server waits for its first user", remedy };
}

async function versionCheck(client: ServerClient): Promise<Check> {
  const { version } = await client.call("GET", "/version");
  const own = buildInfo().version;
  if (version === own) return { name: "server", state: "ok", text: `version ${own} is running` };
  const text = `version ${String(version)} is running, and this is ${own}`;
  return { name: "server", state: "warning", text, remedy: "Use the same version for the server and its commands." };
}

async function readyCheck(client: ServerClient): Promise<Check> {
  const name = "ready";
  const response = await client.ask("/ready");
  if (response.status === 200) return { name, state: "ok", text: "the server accepts and runs jobs" };
  const body = jsonOf(response);
  const text = `the server is not ready: ${isObject(body) ? notReady(body) : `status ${response.status}`}`;
  return { name, state: "failed", text, remedy: "See the server's log." };
}

/** Names the parts that do not work, from the response of /ready. */
function notReady(body: Readonly<Record<string, unknown>>): string {
  const checks = Array.isArray(body.checks) ? body.checks.filter(isObject) : [];
  const broken = checks.filter(({ ok }) => ok === false).map(({ name, message }) => `${name}: ${message ?? "broken"}`);
  return broken.length === 0 ? String(body.detail ?? body.status ?? "no reason") : broken.join("; ");
}

/** So far the clocks may differ: a `Date` has whole seconds, and the response takes a moment. */
const LARGEST_DIFFERENCE_MS = 5_000;

function clockCheck({ headers }: HttpResponse): Check {
  const name = "server clock";
  const date = headers.find(([header]) => header.toLowerCase() === "date")?.[1];
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return { name, state: "note", text: "the server does not say its time" };
  const difference = Math.abs(Date.now() - theirs);
  if (difference < LARGEST_DIFFERENCE_MS) return { name, state: "ok", text: "the same time as here" };
  const text = `the server's clock differs by ${formatDuration(difference)}`;
  return {
    name,
    state: "warning",
    text,
    remedy: "Set both clocks, for example with NTP: tokens and signatures expire by them.",
  };
}

/** A server that was started open, and is reached from elsewhere. */
async function openCheck(client: ServerClient, config: ConfigValues): Promise<Check[]> {
  const host = config["server.host"].replace(/^\[|\]$/g, "");
  const behindProxy = (config["server.trusted_proxies"] ?? []).length > 0;
  if ((host === "localhost" || isLoopback(host)) && !behindProxy) return [];
  const response = await client.ask("/api/v1/me", { anonymous: true });
  if (response.status !== 200) return [{ name: "open", state: "ok", text: "the server requires credentials" }];
  const text = "the server needs no credentials, although others reach it: everyone may do everything";
  const remedy = "Create a user with `ratchet user create NAME --role admin`, and remove auth.enabled: false.";
  return [{ name: "open", state: "failed", text, remedy }];
}

function codeOf(response: HttpResponse): unknown {
  const body = jsonOf(response);
  return isObject(body) ? body.code : undefined;
}

function jsonOf({ body }: HttpResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The server reloads a certificate that was replaced; one that it can't use is only in its log. */
async function certificateCheck(config: ConfigValues): Promise<Check[]> {
  const files = tlsFiles(config);
  if (files === undefined) return [];
  const name = "certificate";
  const served = await servedFingerprint(new URL(defaultAddress(config)));
  const wanted = new X509Certificate(readFileSync(files.certFile)).fingerprint256;
  if (served === wanted) return [{ name, state: "ok", text: `the server uses ${files.certFile}` }];
  const text = `the server uses another certificate than that in ${files.certFile}`;
  const remedy = "See the server's log: it says why it can't use new files. Otherwise, restart it.";
  return [{ name, state: "warning", text, remedy }];
}

/** Time limit for the handshake, ms. */
const HANDSHAKE_TIMEOUT_MS = 5_000;

function servedFingerprint({ hostname, port }: URL): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  // It is only looked at: nothing is sent.
  const options = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), rejectUnauthorized: false };
  const socket = connect(options, () => {
    resolve(socket.getPeerCertificate().fingerprint256);
    socket.destroy();
  });
  socket.once("error", reject);
  socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => {
    reject(new Error("no handshake in time"));
    socket.destroy();
  });
  return promise;
}
