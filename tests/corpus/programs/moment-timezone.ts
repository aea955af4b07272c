import moment from "moment-timezone";

export default function () {
  const date = moment.tz("2026-06-01 09:00", "America/Sao_Paulo");
  return [
    date.utc().format(),
    date.tz("Australia/Sydney").format("llll z"),
    moment.tz.names().length > 400,
    moment.tz.zone("Europe/London")?.abbr(Date.UTC(2026, 6, 1)),
  ];
}
