import * as chrono from "chrono-node";

export default function () {
  const reference = { instant: new Date("2026-05-06T10:00:00Z"), timezone: "UTC" };
  return [
    "tomorrow at 5pm",
    "last Friday",
    "from 3 to 5 June 2027 at 9:30",
    "in 2 weeks and 3 days",
    "nothing here",
  ].map((text) =>
    chrono.parse(text, reference).map((result) => [result.text, result.start.date(), result.end?.date() ?? null]),
  );
}
