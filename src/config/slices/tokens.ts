import type { KeyDefinition } from "../key-definition.ts";

/** Access by tokens and logins of other issuers. A file of the current folder must not decide who may come in. */
export const TOKEN_KEYS = {
  "auth.jwt.secret_file": {
    form: { type: "string", check: notEmpty },
    example: "/etc/ratchet/jwt-secret",
    description:
      "File with the secret that the issuer of bearer tokens signs with (HS256, HS384, HS512): at least 32 bytes. One line feed at its end does not count.",
    allowedInProject: () => false,
  },
  "auth.jwt.jwks_url": {
    form: { type: "string", check: webAddress },
    example: "https://login.example.org/.well-known/jwks.json",
    description:
      "URL of the issuer's public keys (a JSON Web Key Set), in place of auth.jwt.secret_file. http is only accepted for addresses of this machine.",
    allowedInProject: () => false,
  },
  "auth.jwt.issuer": {
    form: { type: "string", check: notEmpty },
    example: "https://login.example.org",
    description: "The issuer (iss) that bearer tokens must have. Required with auth.jwt.jwks_url.",
    allowedInProject: () => false,
  },
  "auth.jwt.audience": {
    form: { type: "string", check: notEmpty },
    example: "ratchet",
    description: "The audience (aud) that bearer tokens must have. Required for bearer tokens.",
    allowedInProject: () => false,
  },
  "auth.jwt.role_claim": {
    form: { type: "string", check: notEmpty },
    default: "role",
    description:
      "The claim of a bearer token that contains viewer, operator or admin, or a list with one of them. A dot leads into an object: realm_access.roles.",
    allowedInProject: () => false,
  },
  "auth.oidc.issuer": {
    form: { type: "string", check: webAddress },
    example: "https://login.example.org",
    description:
      "URL of an OpenID provider with which people can log in at /auth/oidc/login. http is only accepted for addresses of this machine.",
    allowedInProject: () => false,
  },
  "auth.oidc.client_id": {
    form: { type: "string", check: notEmpty },
    example: "ratchet",
    description: "The id under which this server is registered with the OpenID provider.",
    allowedInProject: () => false,
  },
  "auth.oidc.client_secret_file": {
    form: { type: "string", check: notEmpty },
    example: "/etc/ratchet/oidc-secret",
    description: "File with the client secret. Without it, the server is registered as a public client.",
    allowedInProject: () => false,
  },
  "auth.oidc.role_claim": {
    form: { type: "string", check: notEmpty },
    default: "role",
    description:
      "The claim of the ID token or of the user info that contains viewer, operator or admin, or a list with one of them. Nobody without a role can log in.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;

function notEmpty(text: string): string | undefined {
  return text.trim() === "" ? "is empty" : undefined;
}

function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return "is not the URL of a web server";
  return url.username === "" && url.password === "" ? undefined : "contains a user name or a password";
}
