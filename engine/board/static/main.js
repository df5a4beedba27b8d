// The page: loads what is there, then follows the stream.

import { chosenUnit, loadCards, retellCards, startCards, takeAlert } from "./cards.js";
import { now, rate, setClock } from "./clock.js";
import { countDown, retellDeadlines, showDeadlines } from "./deadlines.js";
import { followAddress, followAlert, startDetail } from "./detail.js";
import { byId, element, setText } from "./dom.js";
import { ask, Stream } from "./live.js";
import { retellTotals, showTotals } from "./totals.js";
import { retellUnits, showUnits } from "./units.js";
import { currentLanguage, dateTime, learnNames, longDate, number, switchLanguage, timeOfDay, word } from "./words.js";

const AGAIN_MS = 3_000;
const VIEWS = ["stream", "nearest", "units"];

let stream = null;
let state = "connecting";
let lastHeard = null;
let waiting = 0;

const connectionChanged = (changed) => {
  if (changed === "live") lastHeard = now();
  if (changed === state) return;
  state = changed;
  tellConnection();
};

function tellConnection() {
  document.body.dataset.connection = state;
  setText(byId("connection-text"), word(state === "failed" ? "lost" : state));
  const notice = byId("notice");
  notice.hidden = state !== "lost" && state !== "failed";
  if (notice.hidden) return;
  setText(notice, state === "failed" || lastHeard === null ? word("failed") : word("lostNotice")(dateTime(lastHeard)));
}

async function load() {
  clearTimeout(waiting);
  try {
    const [names, totals, units, nearest, place] = await Promise.all([
      ask("/api/names"), ask("/api/totals"), ask("/api/units"), ask("/api/cases/nearest"), loadCards(),
    ]);
    learnNames(names);
    setClock(totals);
    document.body.dataset.state = "ready";
    showTotals(totals);
    showUnits(units.units);
    showDeadlines(nearest.cases);
    retell();
    stream?.close();
    stream = new Stream(place, handlers, connectionChanged);
    await followAddress();
  } catch {
    // Whatever it was, it is told in the notice and tried again.
    connectionChanged("failed");
    clearTimeout(waiting);
    waiting = setTimeout(load, AGAIN_MS);
  }
}

const handlers = {
  tick: (told) => {
    setClock(told);
    tellTime();
  },
  totals: showTotals,
  units: showUnits,
  nearest: showDeadlines,
  alert: (alert) => {
    takeAlert(alert);
    followAlert(alert);
  },
  reset: () => load(),
};

/** Say everything again, in the language that is chosen now. */
function retell() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  for (const each of document.querySelectorAll("[data-word]")) setText(each, word(each.dataset.word));
  for (const each of document.querySelectorAll("[data-word-label]")) each.setAttribute("aria-label", word(each.dataset.wordLabel));
  byId("language").textContent = word("language");
  byId("language").lang = currentLanguage() === "zh" ? "en" : "zh-CN";
  byId("views").replaceChildren(...VIEWS.map(viewButton));
  tellConnection();
  retellTotals();
  retellCards();
  retellDeadlines();
  retellUnits();
  tellTime();
}

const viewButton = (view) =>
  element("button", { type: "button", "aria-pressed": String(document.body.dataset.view === view), onclick: () => choose(view) }, word(`${view}Tab`));

function choose(view) {
  document.body.dataset.view = view;
  byId("views").replaceChildren(...VIEWS.map(viewButton));
  byId("views").children[VIEWS.indexOf(view)].focus();
}

function tellTime() {
  const present = now();
  setText(byId("date"), longDate(present));
  setText(byId("time"), timeOfDay(present));
  const simulated = byId("simulated");
  simulated.hidden = rate() === 1;
  setText(simulated, word("simulated")(number(rate())));
}

function everySecond() {
  if (document.body.dataset.state === "ready") {
    tellTime();
    countDown();
  }
  // Aligned to the second, so that all that counts moves together.
  setTimeout(everySecond, 1000 - (Date.now() % 1000));
}

const wide = matchMedia("(min-width: 1080px)");
const measure = () => (document.body.dataset.wide = String(wide.matches));
wide.addEventListener("change", measure);
measure();

startCards();
startDetail();
byId("language").addEventListener("click", () => {
  switchLanguage();
  retell();
  followAddress();
});
document.addEventListener("unit-chosen", () => {
  retellUnits();
  if (chosenUnit() !== null && !wide.matches) choose("stream");
});
document.addEventListener("failed", () => connectionChanged("failed"));
retell();
everySecond();
load();
