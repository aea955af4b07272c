const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

function isIPv6(text: unknown): boolean {
  const address = String(text).replace(/%[\w.:-]+$/, "");
  if (!address.includes(":") || /[^\da-f:.]/i.test(address)) return false;
  try {
    new URL(`http://[${address}]/`);
    return true;
  } catch {
    return false;
  }
}

const isIPv4 = (text: unknown) => V4.test(String(text));

/** What needs no network. */
export default { isIPv4, isIPv6, isIP: (text: unknown) => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0) };
