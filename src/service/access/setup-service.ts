import type { SetupToken } from "../../access/setup-token.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { BegunSession, SessionService } from "./session-service.ts";
import type { UserService } from "./user-service.ts";

/** Creates the first user of a server, with the one-time token that the server printed when it started. */
export interface SetupService {
  /**
   * @param pointer where the members are in the request
   * @throws {RatchetError} UNAUTHENTICATED for a wrong, used or expired token; USAGE; OVERLOADED
   */
  run(request: { token: string; username: string; password: string }, pointer: string): Promise<BegunSession>;
}

/** @param token undefined if the server needs no set-up */
export function createSetupService(
  token: SetupToken | undefined,
  { users, sessions }: { users: UserService; sessions: SessionService },
): SetupService {
  return {
    async run({ token: sent, username, password }, pointer) {
      if (token?.accepts(sent) !== true) throw wrongToken();
      const user = await users.createFirst({ name: username, password }, pointer);
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
