import ejs from "ejs";

export default async function () {
  const template = "<% for (const u of users) { %><%= u.name %>|<% } -%>\n<%- raw %>";
  return [
    ejs.render(template, { users: [{ name: "<A>" }, { name: "B" }], raw: "<b>" }),
    await ejs.render("<%= await f() %>", { f: async () => 42 }, { async: true }),
  ];
}
