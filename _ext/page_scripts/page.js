// What the theme leaves out for those who use the keyboard or listen: focus stays where it was, buttons tell their state,
// and what happened is said.

const said = Object.assign(document.createElement("div"), { className: "visually-hidden" });
said.setAttribute("role", "status");
document.body.append(said);

// Figures that wait come when the rest is there, scrolled to or not: the page may be printed, or go offline.
addEventListener("load", () => {
  document.querySelectorAll('img[loading="lazy"]').forEach((figure) => (figure.loading = "eager"));
});

// Copy: named after what is copied
function nameCopyButtons() {
  for (const button of document.querySelectorAll(".copybtn")) {
    const block = button.closest("[aria-label^='Code ']");
    button.type = "button";
    button.setAttribute("aria-label", `Copy ${block ? block.getAttribute("aria-label").toLowerCase() : "this code"}`);
  }
}
nameCopyButtons();
new MutationObserver(nameCopyButtons).observe(document.querySelector("main"), { childList: true, subtree: true });

document.addEventListener("click", (event) => {
  const button = event.target.closest(".copybtn, .theme-switch-button, .search-button, .sidebar-toggle");
  if (!button) return;
  setTimeout(() => {
    if (!document.querySelector("dialog[open]")) button.focus({ preventScroll: true });
    if (button.matches(".copybtn")) {
      said.textContent = "";
      setTimeout(() => (said.textContent = button.dataset.tooltip === "Copied!" ? "Copied" : "Not copied"), 50);
    }
    tellStates();
  });
}, true); // before the theme, which stops the event
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// The buttons' states
const root = document.documentElement;
const menus = [
  [".primary-toggle", "#pst-primary-sidebar", "#pst-primary-sidebar-modal"],
  [".secondary-toggle", "#pst-secondary-sidebar", "#pst-secondary-sidebar-modal"],
].map((selectors) => selectors.map((selector) => document.querySelector(selector)));

/** A narrow page keeps its menu beside the screen until it is asked for. */
const hangsOver = (sidebar) => sidebar.getBoundingClientRect().right <= 0 || sidebar.getBoundingClientRect().left >= innerWidth;

function tellStates() {
  for (const button of document.querySelectorAll(".theme-switch-button")) {
    button.setAttribute("aria-label", `Colour mode: ${root.dataset.mode === "auto" ? "as the system" : root.dataset.mode}`);
  }
  for (const [button, sidebar, dialog] of menus) {
    if (!button || !sidebar) continue;
    const stands = getComputedStyle(sidebar).display !== "none" && !sidebar.classList.contains("pst-sidebar-hidden");
    button.setAttribute("aria-expanded", String(dialog.open || (stands && sidebar.childElementCount > 0 && !hangsOver(sidebar))));
  }
}
tellStates();
addEventListener("resize", tellStates);
new MutationObserver(tellStates).observe(root, { attributes: true, attributeFilter: ["data-mode"] });

// A menu over the page has a button that closes it; closed, the focus goes back to the button that opened it.
for (const [button, , dialog] of menus) {
  if (!button || !dialog) continue;
  const close = Object.assign(document.createElement("button"), { type: "button", className: "close-menu", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  button.addEventListener("click", () => {
    if (dialog.open) dialog.prepend(close);
  });
  dialog.addEventListener("close", () => {
    close.remove();
    button.focus({ preventScroll: true });
    tellStates();
  });
}
