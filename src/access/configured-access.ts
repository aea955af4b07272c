import type { ConfigValues } from "../config/keys.ts";
import type { HttpSend } from "../domain/http.ts";
import type { Clock } from "../lib/clock.ts";
import { type AccessControl, OPEN_ACCESS } from "./access-control.ts";
import { createIssuedAccess } from "./issued-access.ts";

/** Everybody has to identify themselves as soon as there is a way to. @throws {RatchetError} CONFIG_INVALID */
export function configuredAccess(config: ConfigValues, deps: { send: HttpSend; clock: Clock }): AccessControl {
  const issued = createIssuedAccess(config, deps);
  return issued === undefined ? OPEN_ACCESS : { state: () => "required", authenticators: issued.authenticators };
}
