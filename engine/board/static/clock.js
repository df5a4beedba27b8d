// The server's clock, carried on between its ticks; it may run faster than real time in a simulation.

let origin = Date.now() * 1000;
let heard = performance.now();
let pace = 1;

export function setClock({ now, rate }) {
  origin = now;
  heard = performance.now();
  pace = rate;
}

/** Now, in microseconds. */
export const now = () => origin + (performance.now() - heard) * 1000 * pace;
export const rate = () => pace;
