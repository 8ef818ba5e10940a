// What somebody needs most, from answers that carry no name: only the device knows it.

import { own } from "./store.js";

const MOST = 3;
const who = document.body.dataset.person;

export function rememberOwnNeeds() {
  const form = document.querySelector("form[data-own]");
  if (!form || !who) return;
  form.addEventListener("submit", () => own.put(`needs|${who}|${form.dataset.own}`, biggest(form)).catch(() => {}), {
    capture: true,
  });
}

function biggest(form) {
  const rated = [...form.querySelectorAll(".topic")].map(rating).filter(Boolean);
  return rated.sort((a, b) => b.need - a.need).slice(0, MOST);
}

function rating(topic) {
  const step = (name) => Number(topic.querySelector(`[name$="-${name}"]:checked`)?.value || 0);
  const [confidence, priority] = [step("confidence"), step("priority")];
  if (!confidence || !priority || topic.querySelector('[name$="-not_my_role"]:checked')) return null;
  return { topic: topic.querySelector("legend").textContent, confidence, priority, need: (5 - confidence) * priority };
}

export async function showOwnNeeds() {
  const place = document.querySelector("[data-own-needs]");
  if (!place || !who || !window.indexedDB) return;
  const key = `${who}|${place.dataset.ownNeeds}`;
  const needs = (await own.get(`needs|${key}`)) || [];
  if (!needs.length) return;
  const kept = new Set(await own.get(`goals|${key}`));
  const row = place.querySelector("[data-own-row]");
  const keep = async (need) => {
    kept.add(need.topic);
    await own.put(`goals|${key}`, [...kept]);
  };
  row.replaceWith(...needs.map((need) => drawn(row, need, kept.has(need.topic), keep)));
  place.querySelector("[data-own-none]").hidden = true;
  place.querySelector("[data-own-some]").hidden = false;
}

function drawn(row, need, isKept, keep) {
  const item = row.cloneNode(true);
  const words = item.querySelector("[data-own-words]");
  item.querySelector("[data-own-topic]").textContent = need.topic;
  item.querySelector("[data-own-about]").textContent = `: ${need.topic}`;
  words.textContent = words.dataset.ownWords
    .replace("%c", need.confidence)
    .replace("%p", need.priority)
    .replace("%n", need.need);
  const done = item.querySelector("[data-own-kept]");
  const button = item.querySelector("[data-own-keep]");
  const settle = () => {
    done.hidden = false;
    button.parentElement.hidden = true;
  };
  if (isKept) settle();
  button.addEventListener("click", async () => {
    await keep(need);
    settle();
    done.tabIndex = -1;
    done.focus();
  });
  return item;
}
