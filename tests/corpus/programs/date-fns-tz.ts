import { formatInTimeZone, fromZonedTime, getTimezoneOffset, toZonedTime } from "date-fns-tz";

export default function () {
  const date = new Date("2026-03-29T00:59:59Z");
  return {
    berlin: formatInTimeZone(date, "Europe/Berlin", "yyyy-MM-dd HH:mm:ss zzz"),
    york: formatInTimeZone(date, "America/New_York", "yyyy-MM-dd'T'HH:mm:ssXXX"),
    offset: getTimezoneOffset("Asia/Kolkata", date),
    instant: fromZonedTime("2026-07-01 12:00", "America/Los_Angeles").toISOString(),
    hour: toZonedTime(date, "Asia/Tokyo").getHours(),
  };
}
