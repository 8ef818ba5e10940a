// The page the device keeps: it knows only what is stored here.

import { OFFLINE, SENT, replay } from "./replay.js";
import { drafts, outlines, person } from "./store.js";
import { clock, newId, newKey } from "./words.js";

export async function writeOffline(place) {
  const who = await person.known();
  if (!who) return;
  const here = location.pathname;
  const mine = await drafts.of(who);
  const blank = (await outlines.of(who)).filter(({ form }) => form.endsWith(`|${here}`));
  const written = new Set(mine.map((draft) => draft.form));
  const shown = [...mine, ...blank.filter(({ form }) => !written.has(form)).map(fromOutline)];
  shown.sort((a, b) => b.form.endsWith(here) - a.form.endsWith(here));
  if (!shown.length) return;
  place.querySelector("[data-offline-none]").remove();
  shown.forEach((draft) => place.append(editor(place, draft)));
}

function fromOutline(outline) {
  return { ...outline, id: newId(outline.form), key: newKey(), state: "kept", revision: 0 };
}

function editor(place, draft) {
  const section = place.querySelector("template").content.cloneNode(true).firstElementChild;
  section.querySelector("h2").textContent = draft.title;
  const status = section.querySelector("[role=status]");
  const say = (word) => (status.textContent = place.dataset[word].replace("%s", clock(draft.saved)));
  const fields = section.querySelector("[data-offline-fields]");
  for (const text of draft.texts) fields.append(field(draft, text, say));
  if (draft.saved) say(draft.state === "queued" ? "queued" : "kept");
  const queue = async () => {
    draft.state = "queued";
    await drafts.put(draft);
    const outcome = await replay(draft);
    say(outcome === SENT ? "sent" : outcome === OFFLINE ? "queued" : "refused");
    if (outcome === SENT) fields.remove();
  };
  section.querySelector("button").addEventListener("click", queue);
  window.addEventListener("online", () => draft.state === "queued" && queue());
  return section;
}

function field(draft, text, say) {
  const wrap = document.createElement("div");
  wrap.className = "field";
  const label = document.createElement("label");
  label.className = "label";
  const control = document.createElement(text.long ? "textarea" : "input");
  control.className = "input";
  control.id = `${draft.id}|${text.name}`;
  control.value = draft.values[text.name]?.[0] || "";
  label.htmlFor = control.id;
  label.textContent = text.label;
  let timer;
  control.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      draft.values[text.name] = [control.value];
      draft.state = "kept";
      if (await drafts.put(draft)) say("kept");
    }, 300);
  });
  wrap.append(label, control);
  return wrap;
}
