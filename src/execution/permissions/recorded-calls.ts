import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { HttpExchange } from "../../http/record-http.ts";
import { readRecording } from "../recording/read-recording.ts";
import { SESSION_NAME } from "../recording/recorded-session.ts";
import type { ObservedCall } from "./infer-rules.ts";

/** Failures of requests that were never sent. */
const NEVER_SENT: readonly string[] = ["refused", "invalid-request"];

/**
 * Reads the calls of recordings.
 * @param path the folder of a recording, or a folder of recordings, such as the one that `--record` names
 * @throws {RatchetError} RECORDING_INVALID
 */
export async function recordedCalls(path: string): Promise<ObservedCall[]> {
  const folders = await recordingsIn(path);
  const calls: ObservedCall[] = [];
  for (const folder of folders.length === 0 ? [path] : folders) {
    const { exchanges } = await readRecording(folder);
    calls.push(...exchanges.flatMap(sentRequests));
  }
  return calls;
}

/** Returns the requests of an exchange that were sent: its own, and those that redirects led to. */
function sentRequests({ request, redirects = [], result }: HttpExchange): ObservedCall[] {
  const requests: ObservedCall[] = [{ method: request.method, url: request.url }, ...redirects];
  const refused = result !== undefined && "failure" in result && NEVER_SENT.includes(result.failure.kind);
  return refused ? requests.slice(0, -1) : requests;
}

/** A stream has a folder for each line. */
async function recordingsIn(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await names(path)) {
    if (SESSION_NAME.test(name)) found.push(join(path, name));
    else if (/^line-\d+$/.test(name)) found.push(...(await recordingsIn(join(path, name))));
  }
  return found;
}

async function names(path: string): Promise<string[]> {
  // What is wrong with a folder that can't be read is said when its recording is read.
  const found = await readdir(path).catch((): string[] => []);
  return found.sort();
}
