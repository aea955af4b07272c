import type { Workplace } from "../../support/serve-process.ts";

const INVOICE_README = `# Send an invoice

Checks an invoice, adds it up and hands it to the mail service.

| member | meaning |
| --- | --- |
| \`customer\` | the name on the invoice |
| \`lines\` | what is charged, at least one |
| \`payment\` | by transfer or by card |

An invoice without an address fails: the post office returns it.
`;

const INVOICE_PROGRAM = `// Checks an invoice and adds it up.
export default async function sendInvoice({ customer, address, lines, payment }, context) {
  console.log("checking the invoice of", customer);
  if (!address) {
    console.warn("the customer has no address");
    throw new ValidationError(\`The invoice of \${customer} has no address.\`);
  }
  const total = lines.reduce((sum, { price, quantity = 1 }) => sum + price * quantity, 0);
  context.progress({ step: "added up", total });
  console.info("total:", total, payment?.kind ?? "no payment yet");
  return { total, currency: "EUR" };
}
`;

const INVOICE_INPUT = {
  type: "object",
  properties: {
    customer: { type: "string", title: "Customer", minLength: 1 },
    address: { type: "string", title: "Address", description: "Street and town." },
    due: { type: "string", format: "date", title: "Due on" },
    language: { enum: ["en", "de", "fr"], title: "Language", default: "en" },
    lines: {
      type: "array",
      title: "Lines",
      minItems: 1,
      items: {
        type: "object",
        title: "Line",
        properties: {
          text: { type: "string", title: "Text" },
          price: { type: "number", title: "Price", minimum: 0 },
          quantity: { type: "integer", title: "Quantity", minimum: 1, default: 1 },
        },
        required: ["text", "price"],
      },
    },
    payment: {
      title: "Payment",
      oneOf: [
        {
          title: "Transfer",
          type: "object",
          properties: { kind: { const: "transfer" }, iban: { type: "string", title: "IBAN" } },
          required: ["kind", "iban"],
        },
        {
          title: "Card",
          type: "object",
          properties: {
            kind: { const: "card" },
            last4: { type: "string", title: "Last 4 digits", pattern: "^\\d{4}$" },
          },
          required: ["kind", "last4"],
        },
      ],
    },
  },
  required: ["customer", "lines"],
};

const INVOICE_OUTPUT = {
  type: "object",
  properties: { total: { type: "number" }, currency: { type: "string" } },
  required: ["total"],
};

const RATES_PROGRAM = `// Asks for the rates of three currencies at once.
export default async function exchangeRates({ origin, currencies = ["CHF", "GBP", "USD"] }) {
  const responses = await Promise.all(currencies.map((one) => fetch(\`\${origin}/rates/\${one}\`)));
  const rates = {};
  for (const [index, response] of responses.entries()) {
    if (!response.ok) throw new HttpError(response.status, \`no rate of \${currencies[index]}\`);
    rates[currencies[index]] = (await response.json()).rate;
    console.log(currencies[index], rates[currencies[index]]);
  }
  return rates;
}
`;

const REPORT_PROGRAM = `// Adds up what the day has brought.
export default function dailyReport({ day = "today", sales = [120, 80, 310] }) {
  console.log("report of", day);
  return { day, sales: sales.length, sum: sales.reduce((sum, sale) => sum + sale, 0) };
}
`;

const IMPORT_PROGRAM = `// Imports a file line by line, which takes a while.
export default async function importCustomers({ file, ms = 290000 }) {
  console.log("importing", file);
  await new Promise((done) => setTimeout(done, ms));
}
`;

const SUBSCRIPTION_PROGRAM = `// Waits until a customer ends a subscription, and asks for the reason.
export default async function subscription({ customer }, context) {
  await context.step("welcome", () => ({ customer }));
  try {
    await context.waitFor("ended-by-customer", { timeout: "30d" });
  } finally {
    await context.waitFor("reason", { timeout: "2d" });
  }
}
`;

/** Writes tasks that look like those that people have. */
export function writeSampleTasks(place: Workplace): void {
  writeModule(place, "send-invoice", "Checks an invoice and sends it.", INVOICE_PROGRAM, {
    permissions: { secrets: ["MAIL_TOKEN"] },
  });
  place.write("tasks/send-invoice/README.md", INVOICE_README);
  place.write("tasks/send-invoice/input.schema.json", JSON.stringify(INVOICE_INPUT));
  place.write("tasks/send-invoice/output.schema.json", JSON.stringify(INVOICE_OUTPUT));
  writeModule(place, "exchange-rates", "Asks a bank for exchange rates.", RATES_PROGRAM);
  writeModule(place, "daily-report", "Adds up the sales of a day.", REPORT_PROGRAM);
  writeModule(place, "subscription", "Waits for the end of a subscription.", SUBSCRIPTION_PROGRAM);
  writeModule(place, "import-customers", "Imports customers from a file.", IMPORT_PROGRAM, {
    limits: { time: 300_000 },
  });
}

function writeModule(place: Workplace, label: string, description: string, code: string, more: object = {}): void {
  place.writeTask(label, code, { description, ...more });
}
