(function (input) {
  // Without await, the task waits for the response when it first reads something of it.
  const response = fetch(input.url, { headers: { accept: "application/json" } });
  return { status: response.status, ok: response.ok, body: response.body };
});
