/**
 * The script of the pages with forms. It sends the form as JSON, shows what is wrong beside it, and goes on to the page
 * that was asked for. The token of a set-up stays in the address until it is used, so that the page can be loaded again.
 */
export const FORM_SCRIPT = `"use strict";
const form = document.getElementById("form");
const problem = document.getElementById("problem");
const here = new URL(location.href);
// A proxy may put a path in front of this server's own.
const base = new URL(document.baseURI);
const ownPath = here.pathname.slice(base.pathname.length);

function goOn() {
  const isOwn = ownPath === "login" || ownPath === "setup";
  location.replace(isOwn ? new URL("./" + (form.dataset.next || "/").slice(1), base) : here.href);
}

function show(message, field) {
  problem.textContent = message;
  if (field === undefined) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "problem");
  field.focus();
}

/** Says what is wrong in the words of the form. */
function showProblem({ detail, remedy, errors }) {
  const wrong = (errors || []).flatMap(({ pointer, message }) => {
    const field = form.elements.namedItem(pointer.slice(1));
    return field instanceof HTMLInputElement ? [{ field, message: field.dataset.label + " " + message + "." }] : [];
  });
  if (wrong.length > 0) return show(wrong.map(({ message }) => message).join(" "), wrong[0].field);
  show([detail, remedy].filter(Boolean).join(" "), form.elements.namedItem("password") || undefined);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  const inputs = [...form.querySelectorAll("input")];
  for (const input of inputs) input.removeAttribute("aria-invalid");
  const button = form.querySelector("button");
  button.disabled = true;
  const body = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  if (form.dataset.action.endsWith("/api/v1/setup")) body.token = here.searchParams.get("token") || "";
  try {
    const response = await fetch(form.dataset.action, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return goOn();
    showProblem(await response.json());
  } catch {
    show("The server can't be reached. Try again.");
  }
  button.disabled = false;
});
`;
