(function (input) {
  // Called without await: the call blocks when the answer is looked at.
  const response = fetch(input.url, { headers: { accept: "application/json" } });
  return { status: response.status, ok: response.ok, body: response.body };
});
