import { RRule, rrulestr } from "rrule";

export default function () {
  const rule = new RRule({
    freq: RRule.WEEKLY,
    interval: 2,
    byweekday: [RRule.MO, RRule.FR],
    dtstart: new Date(Date.UTC(2026, 1, 1, 10, 30)),
    count: 6,
  });
  const other = rrulestr("DTSTART:20260101T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260601T000000Z");
  return {
    dates: rule.all(),
    text: rule.toText(),
    rule: rule.toString(),
    last: other.all(),
    between: other.between(new Date(Date.UTC(2026, 1, 1)), new Date(Date.UTC(2026, 3, 1))),
  };
}
