import { IntlMessageFormat } from "intl-messageformat";

export default function () {
  const message = new IntlMessageFormat(
    "{n, plural, =0 {no files} one {# file} other {# files}} for {who}, {when, date, medium}: {sum, number, ::currency/EUR}",
    "en-GB",
  );
  return [0, 1, 1234].map((n) =>
    message.format({ n, who: "Ada", when: new Date(Date.UTC(2026, 0, 2, 12)), sum: 1234.5 }),
  );
}
