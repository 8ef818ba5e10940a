// "Print" on a page made for paper; without JavaScript the browser's own menu prints.

export function offerPrinting(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
