// How many characters are left. Said after a pause in typing, so that it does not chatter.

const PAUSE = 1000;

export function countCharacters(root) {
  for (const counter of root.querySelectorAll("[data-counter]")) {
    const control = document.getElementById(counter.dataset.counter);
    if (!control) continue;
    counter.setAttribute("aria-live", "polite");
    let timer;
    const show = () => {
      // The server counts line ends as two characters, as browsers send them.
      const length = control.value.replace(/\n/g, "\r\n").length;
      const left = Number(control.dataset.limit) - length;
      const words = left < 0 ? counter.dataset.over : counter.dataset.left;
      counter.textContent = words.replace("%s", Math.abs(left));
      counter.classList.toggle("over", left < 0);
    };
    control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
    if (control.value) show();
  }
}
