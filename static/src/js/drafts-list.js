// "Unsent drafts": what waits on this device, each with a way to go on.

import { drafts } from "./store.js";
import { clock } from "./words.js";

export async function listDrafts(list, who) {
  const here = location.pathname + location.search;
  const mine = (await drafts.of(who)).filter((draft) => draft.path !== here);
  if (!mine.length) return;
  const template = list.querySelector("template");
  for (const draft of mine) {
    const row = template.content.cloneNode(true);
    const link = row.querySelector("a");
    link.textContent = draft.title;
    link.href = `${draft.path}#draft=${encodeURIComponent(draft.id)}`;
    const day = new Date(draft.saved).toLocaleDateString(document.documentElement.lang);
    row.querySelector("[data-draft-when]").textContent = `${day}, ${clock(draft.saved)}`;
    list.querySelector("ul").append(row);
  }
  list.hidden = false;
}
