// Two minutes before the sign-in ends, say so and offer to stay.

import { freshToken, post } from "./net.js";

const WARNING = 120;
const LONGEST_TIMER = 2 ** 31 - 1;

export function warnBeforeTheEnd() {
  const box = document.querySelector("[data-session-warning]");
  if (!box || !Number(box.dataset.seconds)) return;
  let timer;
  const ends = (seconds) => {
    clearTimeout(timer);
    const wait = Math.max(seconds - WARNING, 0) * 1000;
    if (wait < LONGEST_TIMER) timer = setTimeout(() => warn(box, Math.min(seconds, WARNING)), wait);
  };
  ends(Number(box.dataset.seconds));
  box.querySelector("[data-session-keep]").addEventListener("click", async () => {
    try {
      const { token, person } = await freshToken();
      if (!person) return ended(box);
      const { seconds } = await (await post(box.dataset.keep, null, token)).json();
      close(box);
      ends(seconds);
    } catch {
      box.querySelector("[data-session-text]").textContent = box.dataset.failed;
    }
  });
}

let before;
let last;

function warn(box, seconds) {
  before = document.activeElement;
  box.hidden = false;
  box.focus();
  last = setTimeout(() => ended(box), seconds * 1000);
}

function close(box) {
  clearTimeout(last);
  box.hidden = true;
  if (before && before.isConnected) before.focus();
}

async function ended(box) {
  box.querySelector("[data-session-text]").textContent = box.dataset.ended;
  box.querySelector("[data-session-keep]").hidden = true;
  box.querySelector("[data-session-sign-in]").hidden = false;
}
