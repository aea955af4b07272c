import type { AccessControl } from "../../access/access-control.ts";
import type { SetupToken } from "../../access/setup-token.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { BegunSession, SessionService } from "./session-service.ts";
import type { UserService } from "./user-service.ts";

/**
 * What a token leads to:
 *
 * - `ready`: the first user can be created with it
 * - `wrong-token`: the server waits for its first user, and the token is missing, wrong or expired
 * - `over`: the server needs no set-up, or not any more
 */
export type SetupState = "ready" | "wrong-token" | "over";

/** Creates the first user of a server, with the one-time token that the server printed when it started. */
export interface SetupService {
  state(token: string): Promise<SetupState>;
  /**
   * @param pointer where the members are in the request
   * @throws {RatchetError} UNAUTHENTICATED for a wrong, used or expired token; USAGE; OVERLOADED
   */
  run(request: { token: string; username: string; password: string }, pointer: string): Promise<BegunSession>;
}

/** What {@link createSetupService} needs. */
export interface SetupServiceOptions {
  /** undefined if the server needs no set-up. */
  token: SetupToken | undefined;
  users: UserService;
  sessions: SessionService;
  access: Pick<AccessControl, "state">;
}

/** Creates the service of the set-up. The first user or key ends it, wherever that was created. */
export function createSetupService({ token, users, sessions, access }: SetupServiceOptions): SetupService {
  async function state(sent: string): Promise<SetupState> {
    if (token === undefined || (await access.state()) !== "setup") return "over";
    return token.accepts(sent) ? "ready" : "wrong-token";
  }
  return {
    state,
    async run({ token: sent, username, password }, pointer) {
      if ((await state(sent)) !== "ready") throw wrongToken();
      const user = await users.createFirst({ username, password }, pointer);
      // Somebody else was faster, in the browser or on the command line.
      if (user === undefined) throw wrongToken();
      return sessions.beginFor(user);
    },
  };
}

function wrongToken(): RatchetError {
  return new RatchetError("UNAUTHENTICATED", "The token of the set-up is wrong, used or expired.", {
    remedy:
      "Use the URL that the server printed when it started. It is valid once, for 15 minutes; a restart prints a new one.",
  });
}
