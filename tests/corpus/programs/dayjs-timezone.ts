import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

export default function () {
  const date = dayjs.tz("2026-07-01 12:00", "America/New_York");
  return [
    date.toISOString(),
    date.tz("Europe/Berlin").format("YYYY-MM-DDTHH:mm:ssZ"),
    dayjs.utc("2026-10-25T01:30:00Z").tz("Europe/Paris").format(),
    dayjs.tz("2026-03-29 02:30", "Europe/Berlin").format(),
  ];
}
