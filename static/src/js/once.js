// A second press within two seconds is a slip. The server would know it too, by its key.

const PAUSE = 2000;
const sent = new WeakMap();

export function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (Date.now() - (sent.get(form) || 0) < PAUSE) event.preventDefault();
    else sent.set(form, Date.now());
  });
}
