// What comes from the server: answers, and the stream of events with its state.

const SILENCE_MS = 16_000;
const RETURN_MS = 2_000;

/** The JSON at `path`. Goes to the login where the session has ended. */
export async function ask(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (answer.status === 401) {
    location.assign("/login");
    throw new Error("the session has ended");
  }
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** The stream of events after the place `after`, for ever: resumed after every interruption. */
export class Stream {
  #source = null;
  #watch = 0;
  #place;
  #handlers;
  #changed;

  constructor(place, handlers, changed) {
    this.#place = place;
    this.#handlers = handlers;
    this.#changed = changed;
    this.#open();
  }

  close() {
    clearTimeout(this.#watch);
    this.#source?.close();
  }

  #open() {
    this.close();
    const source = new EventSource(`/api/stream?after=${encodeURIComponent(this.#place)}`);
    this.#source = source;
    for (const [name, handle] of Object.entries(this.#handlers)) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) this.#place = event.lastEventId;
        this.#heard();
        handle(JSON.parse(event.data));
      });
    }
    source.addEventListener("error", () => {
      this.#changed("lost");
      // A browser gives up on an answer that is no stream, as when the session has ended or a proxy speaks.
      if (source.readyState === EventSource.CLOSED) this.#return();
    });
    this.#wait();
  }

  #heard() {
    this.#changed("live");
    this.#wait();
  }

  /** A connection can die without a word: silence for longer than the server's tick is a loss. */
  #wait() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      this.#changed("lost");
      this.#open();
    }, SILENCE_MS);
  }

  #return() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(async () => {
      await ask("/api/totals").catch(() => null);
      this.#open();
    }, RETURN_MS);
  }
}
