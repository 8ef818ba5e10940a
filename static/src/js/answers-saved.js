// A section is saved as it is filled in. The server saves only what was changed on this page.

import { clock } from "./words.js";

const PAUSE = 800;

export function saveAsYouGo() {
  const form = document.querySelector("form[data-autosave]");
  if (form) new Saver(form);
}

class Saver {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-save-line]");
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    window.addEventListener("online", () => this.waiting && this.save());
    window.addEventListener("pagehide", () => this.timer && this.post(true));
  }

  soon() {
    this.waiting = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  // What is sent by a button must not overtake what saves itself.
  async submit(event) {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await this.busy;
    this.form.requestSubmit(event.submitter);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.busy) return this.soon();
    this.waiting = false;
    this.say("saving");
    this.busy = this.post().then(
      (response) => this.answered(response),
      () => {
        this.waiting = true;
        this.say("offline");
      },
    );
    await this.busy;
    this.busy = null;
  }

  post(keepalive = false) {
    const body = new FormData(this.form);
    body.set("then", "autosave");
    return fetch(location.pathname, { method: "POST", body, keepalive });
  }

  async answered(response) {
    const told = (response.headers.get("Content-Type") || "").startsWith("application/json");
    if (response.redirected || !told) return this.say(response.status >= 500 ? "offline" : "signedOut");
    const { seen, theirs, refused } = await response.json();
    if (refused) return (this.line.textContent = refused);
    if (seen) this.remember(seen);
    if (theirs && Object.keys(theirs).length) return this.show(theirs);
    this.say(response.ok ? "saved" : "faulty");
  }

  remember(marks) {
    const known = { ...JSON.parse(this.form.elements.seen.value || "{}"), ...marks };
    this.form.elements.seen.value = JSON.stringify(known);
  }

  // Somebody changed the same text elsewhere: both stand on the page, and neither is lost.
  show(theirs) {
    for (const [question, text] of Object.entries(theirs)) {
      const place = document.getElementById(`q${question}`);
      const box = place.querySelector(".theirs") || document.createElement("div");
      box.className = "theirs panel";
      box.replaceChildren(paragraph(this.form.dataset.theirs, "small"), paragraph(text, "text-kept"));
      place.append(box);
    }
    this.line.textContent = this.form.dataset.theirs;
  }

  say(word) {
    const line = this.form.dataset[word].replace("%s", clock(Date.now()));
    if (word !== "saving" && this.line.textContent !== line) this.line.textContent = line;
  }
}

function paragraph(text, style) {
  const element = document.createElement("p");
  element.className = style;
  element.textContent = text;
  return element;
}
