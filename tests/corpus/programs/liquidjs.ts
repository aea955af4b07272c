import { Liquid } from "liquidjs";

export default async function () {
  const engine = new Liquid();
  engine.registerFilter("double", (value: number) => value * 2);
  return await engine.parseAndRender(
    "{% assign names = 'a,b,c' | split: ',' %}{% for n in names reversed %}{{ forloop.index }}{{ n | upcase }} {% endfor %}{{ 21 | double }} {{ '2026-03-01T10:00:00Z' | date: '%Y/%m/%d', 0 }}{% case x %}{% when 1 %} one{% else %} other{% endcase %}",
    { x: 1 },
  );
}
