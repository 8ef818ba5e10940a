// One polite region says what changed on the page.

export function announce(text) {
  const region = document.getElementById("live");
  if (!region || !text) return;
  region.textContent = "";
  // A fresh text node a moment later is read even when the words are the same.
  setTimeout(() => (region.textContent = text), 50);
}

export function announceSwaps() {
  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.elt;
    const said = swapped.matches("[data-announce]") ? swapped : swapped.querySelector("[data-announce]");
    if (said) announce(said.dataset.announce || said.textContent.trim());
  });
}
