// Counts down the suggested minutes of one part of a talk. Nothing depends on it: it neither ends
// the part nor keeps anybody from going on.

const MINUTE = 60;
const MORE = 5 * MINUTE;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

for (const box of document.querySelectorAll("[data-timer]")) countDown(box);

function countDown(box) {
  const clock = box.querySelector(".timer-clock");
  const bar = box.querySelector("progress");
  const status = box.querySelector("[role=status]");
  const start = box.querySelector("[data-timer-start]");
  const pause = box.querySelector("[data-timer-pause]");
  const more = box.querySelector("[data-timer-more]");
  let whole = Number(box.dataset.timer) * MINUTE;
  let left = whole;
  let ends = 0;
  let ticking;

  const say = (words) => (status.textContent = words.replace("%s", Math.ceil(left / MINUTE)));

  const show = () => {
    // Whole minutes for those who want nothing to move, minutes and seconds for the others.
    const minutes = Math.ceil(left / MINUTE);
    const seconds = String(left % MINUTE).padStart(2, "0");
    const calm = still.matches;
    clock.textContent = calm ? box.dataset.left.replace("%s", minutes) : `${Math.floor(left / MINUTE)}:${seconds}`;
    bar.value = (whole - (calm ? minutes * MINUTE : left)) / whole;
  };

  const tick = () => {
    const before = left;
    left = Math.max(0, Math.round((ends - Date.now()) / 1000));
    if (left === before) return;
    show();
    const passed = (second) => before > second && left <= second;
    if (passed(0)) return over();
    if (passed(MINUTE)) say(box.dataset.last);
    else if (passed(Math.round(whole / 2))) say(box.dataset.left);
  };

  const over = () => {
    halt();
    say(box.dataset.over);
    clock.textContent = box.dataset.over;
    more.hidden = false;
    start.hidden = true;
    pause.hidden = true;
  };

  const halt = () => clearInterval(ticking);

  const run = () => {
    ends = Date.now() + left * 1000;
    halt();
    ticking = setInterval(tick, 250);
    start.hidden = true;
    pause.hidden = false;
    more.hidden = true;
    say(box.dataset.left);
    show();
  };

  start.addEventListener("click", () => {
    run();
    pause.focus();
  });
  pause.addEventListener("click", () => {
    halt();
    say(box.dataset.paused);
    pause.hidden = true;
    start.hidden = false;
    start.focus();
  });
  more.addEventListener("click", () => {
    left = MORE;
    whole = MORE;
    run();
    pause.focus();
  });
  show();
  box.hidden = false;
}
