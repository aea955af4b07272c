import { generateKeyPairSync } from "node:crypto";
import { exportJWK, type JWTPayload, SignJWT } from "jose";
import { CLIENT_ID } from "./real-provider.ts";

/** A provider whose metadata and tokens tests can falsify. */
export interface FalseProvider extends AsyncDisposable {
  issuer: string;
  /** Paths that were requested. */
  readonly seen: readonly string[];
}

/** What differs from an honest provider. */
export interface Falsification {
  metadata?: object;
  /** Claims of the ID token. */
  claims?: JWTPayload;
  /** Returns the ID token in place of the signed one. */
  idToken?(signed: string): string;
  /** Sign with a key that is not published. */
  foreignKey?: boolean;
  userInfo?: object;
}

const published = generateKeyPairSync("rsa", { modulusLength: 2048 });
const foreign = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** @param nonceOf reads the nonce of the login, which the provider got from the browser */
export function startFalseProvider(nonceOf: () => string, false_: Falsification): FalseProvider {
  const seen: string[] = [];
  const server: Bun.Server<undefined> = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request): Promise<Response> {
      const { pathname } = new URL(request.url);
      seen.push(pathname);
      if (pathname === "/jwks") {
        return Response.json({ keys: [{ ...(await exportJWK(published.publicKey)), kid: "1", alg: "RS256" }] });
      }
      if (pathname === "/userinfo") return Response.json(false_.userInfo ?? { sub: "ada", role: "viewer" });
      if (pathname === "/token") {
        return Response.json({ access_token: "t", token_type: "Bearer", id_token: await idToken() });
      }
      if (pathname !== "/.well-known/openid-configuration") return new Response("no", { status: 404 });
      return Response.json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/userinfo`,
        id_token_signing_alg_values_supported: ["RS256"],
        ...false_.metadata,
      });
    },
  });
  const issuer: string = server.url.origin;
  async function idToken(): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: CLIENT_ID,
      sub: "ada",
      iat: now,
      exp: now + 60,
      nonce: nonceOf(),
      role: "admin",
    };
    const { privateKey } = false_.foreignKey === true ? foreign : published;
    const signed = await new SignJWT({ ...claims, ...false_.claims })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .sign(privateKey);
    return false_.idToken?.(signed) ?? signed;
  }
  return { issuer, seen, [Symbol.asyncDispose]: () => server.stop(true) };
}
