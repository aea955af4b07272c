import i18next from "i18next";

export default async function () {
  const instance = i18next.createInstance();
  await instance.init({
    lng: "pl",
    fallbackLng: "en",
    showSupportNotice: false,
    interpolation: { escapeValue: false },
    resources: {
      en: { translation: { hello: "Hello {{name}}", only: "English" } },
      pl: {
        translation: {
          hello: "Cześć {{name}}",
          file_one: "{{count}} plik",
          file_few: "{{count}} pliki",
          file_many: "{{count}} plików",
        },
      },
    },
  });
  return [
    instance.t("hello", { name: "Ada" }),
    ...[1, 2, 5, 22].map((count) => instance.t("file", { count })),
    instance.t("only"),
    instance.t("missing.key"),
  ];
}
