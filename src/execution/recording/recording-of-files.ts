import type { JsonValue } from "../../domain/json.ts";
import { fromHar } from "./har-exchanges.ts";
import { type Recording, SESSION_FILES, type SessionEnvironment, type SessionError } from "./recorded-session.ts";

/** The files of a session folder by name, as `sessionFiles` returns them. */
export type SessionTexts = Readonly<Record<string, string>>;

/** Returns the recording that files describe which this process or an earlier one wrote. */
export function recordingOfFiles(files: SessionTexts): Recording {
  const read = <T = JsonValue>(name: string): T => JSON.parse(files[name] ?? "null") as T;
  const failed = files[SESSION_FILES.error] !== undefined;
  const har = read<{ log: { entries: Parameters<typeof fromHar>[0] } }>(SESSION_FILES.har);
  return {
    folder: "the recording",
    environment: read<SessionEnvironment>(SESSION_FILES.environment),
    input: read(SESSION_FILES.input),
    outcome: failed
      ? { status: "failed", error: read<SessionError>(SESSION_FILES.error) }
      : { status: "completed", output: read(SESSION_FILES.output) },
    exchanges: fromHar(har.log.entries),
  };
}
