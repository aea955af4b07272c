const GREETINGS = { de: "Hallo", en: "Hello", es: "Hola", fr: "Bonjour" };

function main(input) {
  const language = input.language ?? "en";
  return { greeting: `${GREETINGS[language]}, ${input.name}!` };
}
