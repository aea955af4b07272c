/** Applies the reader's choice of colours before anything is painted. Every page of the server loads it in its head. */
function applyTheme(): void {
  try {
    const choice = localStorage.getItem("ratchet-theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch {
    // Without storage, the colours are those of the system.
  }
}

applyTheme();
