import type { UseCase } from "./use-case.ts";

/** What concerns users, keys and who the caller is. */
export const ACCESS_USE_CASES: readonly UseCase[] = [
  { what: "log in", service: "sessions.login", rest: ["POST /login"] },
  { what: "log out", service: "sessions.logout", rest: ["POST /logout"] },
  { what: "create the first admin", service: "setup.run", rest: ["POST /setup"] },
  { what: "read who the caller is", rest: ["GET /me"], graphql: ["me"] },
  { what: "list users", service: "users.list", rest: ["GET /users"], graphql: ["users"], cli: ["user list"] },
  { what: "read a user", service: "users.get", rest: ["GET /users/{name}"] },
  {
    what: "create a user",
    service: "users.create",
    rest: ["POST /users"],
    graphql: ["createUser"],
    cli: ["user create"],
  },
  {
    what: "change a user",
    service: "users.change",
    rest: ["PATCH /users/{name}"],
    graphql: ["updateUser"],
    cli: ["user passwd"],
  },
  {
    what: "delete a user",
    service: "users.delete",
    rest: ["DELETE /users/{name}"],
    graphql: ["deleteUser"],
    cli: ["user rm"],
  },
  { what: "list API keys", service: "keys.list", rest: ["GET /keys"], graphql: ["keys"], cli: ["key list"] },
  {
    what: "create an API key",
    service: "keys.create",
    rest: ["POST /keys"],
    graphql: ["createKey"],
    cli: ["key create"],
  },
  {
    what: "revoke an API key",
    service: "keys.revoke",
    rest: ["DELETE /keys/{name}"],
    graphql: ["revokeKey"],
    cli: ["key revoke"],
  },
  {
    what: "rotate an API key",
    service: "keys.rotate",
    rest: ["POST /keys/{name}/rotate"],
    graphql: ["rotateKey"],
    cli: ["key rotate"],
  },
];
