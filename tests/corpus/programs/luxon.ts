import { DateTime, Duration, Interval } from "luxon";

export default function () {
  const start = DateTime.fromISO("2026-03-28T12:00:00", { zone: "Europe/Berlin" });
  const end = start.plus({ days: 1 });
  return {
    end: end.toISO(),
    hours: end.diff(start, "hours").hours,
    tokyo: start.setZone("Asia/Tokyo").toFormat("yyyy LLL dd, HH:mm ZZZZ"),
    german: start.setLocale("de").toLocaleString(DateTime.DATE_FULL),
    parsed: DateTime.fromFormat("12 März 2026", "d LLLL yyyy", { locale: "de", zone: "utc" }).toISODate(),
    interval: Interval.fromDateTimes(start, end).splitBy({ hours: 8 }).length,
    duration: Duration.fromISO("P1Y2M3DT4H").toHuman(),
    invalid: DateTime.fromISO("2026-02-30").invalidReason,
  };
}
