import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export const CLIENT_ID = "ratchet";
export const CLIENT_SECRET = "a-client-secret-of-the-tests";

/** A real OpenID provider on loopback, with accounts of any name. */
export interface RealProvider extends AsyncDisposable {
  issuer: string;
}

/** Options of {@link startProvider}. */
export interface RealProviderOptions {
  /** URLs that the client may come back to. */
  redirectUris: readonly string[];
  /** The claims of an account besides its subject. */
  claims(account: string): object;
  /** Scope that contains the claim `role`. @default "profile" */
  roleScope?: string;
  /** Members of the client's registration. */
  client?: object;
  /** Members of the provider's configuration. */
  configuration?: object;
}

/** Starts a provider. Whoever gives a name is logged in under it, with any password. */
export async function startProvider(options: RealProviderOptions): Promise<RealProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: options.redirectUris,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        ...options.client,
      },
    ],
    claims: { openid: ["sub"], [options.roleScope ?? "profile"]: ["role", "realm"] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...options.claims(id) }) }),
    cookies: { keys: ["a key of the tests"] },
    ...options.configuration,
  });
  server.on("request", provider.callback());
  return {
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
