import { base64url, errors, importJWK, jwtVerify, SignJWT } from "jose";

export default async function () {
  const secret = new TextEncoder().encode("a secret of at least thirty-two bytes");
  const token = await new SignJWT({ scope: "read" })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuedAt(1_700_000_000)
    .setSubject("ada")
    .setExpirationTime(1_700_007_200)
    .sign(secret);
  const { payload } = await jwtVerify(token, secret, { currentDate: new Date(1_700_000_100_000) });
  const expired = await jwtVerify(token, secret).catch((error) => error instanceof errors.JWTExpired && error.code);
  const key = await importJWK({ kty: "oct", k: base64url.encode(secret) }, "HS256");
  return {
    parts: token.split(".").length,
    sub: payload.sub,
    scope: payload.scope,
    iat: payload.iat,
    expired,
    again: (await jwtVerify(token, key, { currentDate: new Date(1_700_000_100_000) })).protectedHeader,
  };
}
