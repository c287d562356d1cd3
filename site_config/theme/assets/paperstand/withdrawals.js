/* Which papers were withdrawn: a reading list keeps what a card said when it was saved, and that may be long ago. */

import { ROOT } from "./storage.js";

const LONGEST_WAIT = 10_000;

let asked = null;

async function load() {
  const answer = await fetch(new URL("withdrawn.json", ROOT), { signal: AbortSignal.timeout(LONGEST_WAIT) });
  if (!answer.ok) {
    answer.body?.cancel(); // what nobody reads keeps the connection busy
    throw new Error(answer.statusText);
  }
  const { papers } = await answer.json();
  return new Set(Object.keys(papers));
}

/** The identifiers of all withdrawn papers, asked for once; none where the library cannot be asked. Never throws. */
export async function withdrawals() {
  try {
    return await (asked ??= load());
  } catch {
    asked = null;
    return new Set();
  }
}
