function main(input) {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (input.scope !== undefined) form.set("scope", input.scope);
  // The header contains the form-encoded identifier and secret (RFC 6749, section 2.3.1).
  const credentials = btoa(`${encodeURIComponent(input.client_id)}:${encodeURIComponent(input.client_secret)}`);

  const response = fetch(
    input.token_url,
    {
      method: "POST",
      headers: {
        authorization: `Basic ${credentials}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
    },
    form.toString(),
  );

  const { body } = response;
  if (response.status === 400 || response.status === 401) {
    throw new AuthenticationError(body?.error_description ?? body?.error ?? "The credentials were rejected.");
  }
  if (!response.ok) throw new HttpError(response.status, "The authorization server did not issue a token.");
  if (typeof body?.access_token !== "string") throw new DataError("The response has no access_token.");

  return {
    access_token: body.access_token,
    token_type: body.token_type ?? "Bearer",
    expires_in: body.expires_in,
  };
}

main;
