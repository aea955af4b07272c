import Handlebars from "handlebars";

Handlebars.registerHelper("money", (value: number) => `${value.toFixed(2)} EUR`);
Handlebars.registerPartial("row", "<li>{{name}}: {{money price}}</li>");

export default function () {
  const template = Handlebars.compile(
    "<ul>{{#each items}}{{> row}}{{else}}none{{/each}}</ul>{{#if (lookup flags 'x')}}X{{/if}}{{{raw}}}{{escaped}}",
  );
  return [
    template({ items: [{ name: "A&B", price: 1.5 }], flags: { x: true }, raw: "<b>", escaped: "<i>" }),
    template({ items: [] }),
  ];
}
