// A long form on one page, shown one section at a time. Without scripts it is just long.

export function oneStepAtATime() {
  const form = document.querySelector("form[data-steps]");
  if (form) new Steps(form);
}

class Steps {
  constructor(form) {
    this.form = form;
    this.steps = [...form.querySelectorAll("[data-step]")];
    this.last = this.steps.length - 1;
    this.progress = form.querySelector("[data-progress]");
    this.moves = form.querySelector("[data-moves]");
    this.send = form.querySelector("button:not([type=button])");
    this.row = form.querySelector("[data-summary] li");
    this.row.remove();
    form.querySelector("[data-next]").addEventListener("click", () => this.go(this.at + 1));
    for (const back of form.querySelectorAll("[data-back]")) back.addEventListener("click", () => history.back());
    window.addEventListener("popstate", (event) => this.show(event.state?.step || 0));
    this.followErrors();
    const faulty = this.steps.findIndex((step) => step.querySelector("[aria-invalid=true], .field-error"));
    const before = history.state?.step || 0;
    this.show(faulty >= 0 ? faulty : before, { quietly: true });
  }

  // Every step is a place in the history, so that the phone's own Back works.
  go(step) {
    history.pushState({ step }, "");
    this.show(step);
  }

  show(step, { quietly = false } = {}) {
    this.at = Math.max(0, Math.min(step, this.last));
    this.steps.forEach((part, number) => (part.hidden = number !== this.at));
    this.moves.hidden = this.at === this.last;
    this.send.disabled = this.at !== this.last; // the Enter key must not send half of it
    for (const back of this.form.querySelectorAll("[data-back]")) back.hidden = this.at === 0;
    this.tellProgress();
    if (this.at === this.last) this.sum();
    if (quietly) return;
    const heading = this.steps[this.at].querySelector("h2");
    heading.focus({ preventScroll: true });
    (this.progress.hidden ? heading : this.progress).scrollIntoView();
  }

  tellProgress() {
    this.progress.hidden = this.at === this.last;
    const words = [this.at + 1, this.last];
    this.progress.querySelector("p").textContent = this.form.dataset.howFar.replace(/%s/g, () => words.shift());
    this.progress.querySelector("progress").value = this.at + 1;
  }

  sum() {
    const list = this.form.querySelector("[data-summary]");
    list.hidden = false;
    this.form.querySelector("[data-halves]").hidden = ![...this.form.querySelectorAll(".topic")].some(isHalf);
    list.replaceChildren(...this.steps.slice(0, this.last).map((step, number) => this.line(step, number)));
  }

  line(step, number) {
    const row = this.row.cloneNode(true);
    const link = row.querySelector("a");
    link.textContent = step.querySelector("h2").textContent;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.go(number);
    });
    const topics = [...step.querySelectorAll(".topic")];
    const words = [topics.filter(isAnswered).length, topics.length];
    const hint = row.querySelector("[data-words]");
    hint.textContent = hint.dataset.words.replace(/%s/g, () => words.shift());
    return row;
  }

  // Before the error summary takes the focus to a control, its section must be there.
  followErrors() {
    document.querySelector("[data-error-summary]")?.addEventListener(
      "click",
      (event) => {
        const link = event.target.closest("a[href^='#']");
        const control = link && document.getElementById(link.hash.slice(1));
        const step = this.steps.findIndex((part) => part.contains(control));
        if (step >= 0) this.show(step, { quietly: true });
      },
      { capture: true },
    );
  }
}

function isAnswered(topic) {
  return isFilled(topic) && !isHalf(topic);
}

// One of the two ratings of a topic, which cannot be counted alone.
function isHalf(topic) {
  const ratings = [...topic.querySelectorAll(".scale")];
  const given = ratings.filter(isFilled).length;
  return given > 0 && given < ratings.length && !topic.querySelector(".not-mine input:checked");
}

function isFilled(part) {
  return [...part.querySelectorAll("input, select, textarea")].some((control) =>
    ["radio", "checkbox"].includes(control.type) ? control.checked : control.value.trim(),
  );
}
