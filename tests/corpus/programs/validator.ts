import validator from "validator";

export default function () {
  return {
    emails: ["foo@bar.com", "foo@bar", '"a b"@x.org'].map((text) => validator.isEmail(text)),
    cards: ["4111 1111 1111 1111", "4111 1111 1111 1112"].map((text) => validator.isCreditCard(text)),
    iban: validator.isIBAN("DE89370400440532013000"),
    ips: ["::1", "256.0.0.1", "10.0.0.1"].map((text) => validator.isIP(text)),
    date: validator.isISO8601("2026-02-30", { strict: true }),
    escaped: validator.escape("<a href='x'>&</a>"),
    normalized: validator.normalizeEmail("Some.Name+tag@GMail.com"),
    url: validator.isURL("https://example.com:8080/a?b=c#d", { protocols: ["https"], require_protocol: true }),
  };
}
