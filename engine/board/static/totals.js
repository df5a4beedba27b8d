// The figures on top.

import { byId, element, icon, setText } from "./dom.js";
import { number, percent, wholeNumber, word } from "./words.js";

const FIGURES = [
  { key: "open", word: "open" },
  { key: "accepted", word: "accepted" },
  { key: "closed", word: "closed" },
  { key: "on_time", word: "onTime", value: (totals) => percent(totals.on_time, totals.closed), bar: (totals) => (totals.closed ? totals.on_time / totals.closed : 0) },
  { key: "warnings", word: "warnings", level: "warning" },
  { key: "yellow", word: "yellow", level: "yellow" },
  { key: "red", word: "red", level: "red" },
  { key: "findings", word: "findings" },
];

let shown = null;

export function showTotals(totals) {
  shown = totals;
  const list = byId("figures");
  if (!list.children.length) list.append(...FIGURES.map(made));
  FIGURES.forEach((figure, place) => fill(list.children[place], figure, totals));
}

export function retellTotals() {
  byId("figures").replaceChildren();
  showTotals(shown ?? {});
}

function made(figure) {
  const value = element("span", { class: "value" });
  return element(
    "div", { class: "figure", "data-figure": figure.key, "data-level": figure.level },
    element("dt", {}, figure.level ? icon(figure.level) : null, word(figure.word)),
    element("dd", {}, value, figure.bar ? element("span", { class: "gauge", "aria-hidden": "true" }, element("i")) : null),
  );
}

function fill(made_, figure, totals) {
  const value = made_.querySelector(".value");
  const known = figure.key in totals;
  setText(value, !known ? "—" : figure.value ? figure.value(totals) : number(totals[figure.key]));
  value.classList.toggle("long", value.textContent.length > 7);
  value.title = known && !figure.value ? wholeNumber(totals[figure.key]) : "";
  if (figure.bar && known) made_.querySelector("i").style.width = `${figure.bar(totals) * 100}%`;
}
