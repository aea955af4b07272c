export default async function (input) {
  // All requests are sent at once. The results are in the order of the URLs.
  return { results: await Promise.all(input.urls.map(check)) };
}

async function check(url) {
  try {
    const response = await fetch(url);
    const text = await response.text();
    return { url, status: response.status, ok: response.ok, characters: text.length };
  } catch (error) {
    // A failed request must not discard the responses of the others.
    return { url, ok: false, error: error.name };
  }
}
