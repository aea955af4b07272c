import * as changeCase from "change-case";

export default function () {
  return [
    changeCase.camelCase("TEST_VALUE x"),
    changeCase.snakeCase("fooBarBaz"),
    changeCase.kebabCase("XMLHttpRequest"),
    changeCase.capitalCase("a-b c"),
    changeCase.constantCase("some text"),
    changeCase.pascalCase("été à la plage"),
  ];
}
