function main(input) {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (input.scope !== undefined) form.set("scope", input.scope);
  // Identifier and secret are form-encoded before they go into the header (RFC 6749, section 2.3.1).
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

  const answer = response.body;
  if (response.status === 400 || response.status === 401) {
    throw new AuthenticationError(answer?.error_description ?? answer?.error ?? "The credentials were refused.");
  }
  if (!response.ok) throw new HttpError(response.status, "The authorisation server gave no token.");
  if (typeof answer?.access_token !== "string") throw new DataError("The answer has no access_token.");

  return {
    access_token: answer.access_token,
    token_type: answer.token_type ?? "Bearer",
    ...(answer.expires_in === undefined ? {} : { expires_in: answer.expires_in }),
  };
}

main;
