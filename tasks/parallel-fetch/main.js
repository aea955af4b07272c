export default async function (input) {
  // All calls are under way at once; the results come in the order of the URLs.
  return { results: await Promise.all(input.urls.map(look)) };
}

async function look(url) {
  try {
    const response = await fetch(url);
    const text = await response.text();
    return { url, status: response.status, ok: response.ok, characters: text.length };
  } catch (error) {
    // One address that does not answer is no reason to lose the others.
    return { url, ok: false, error: error.name };
  }
}
