// Calls to the server. An answer is {status, data}; status 0: the server could not be reached.

import { config } from "./page.js";

const PATIENCE = 30000;

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Call an endpoint: with a body it is a POST. `keep`: let it end after the page is closed. */
export async function call(path, body = null, keep = false) {
  const headers = { Accept: "application/json", "X-Person": String(config.person.id) };
  const asked = { headers, credentials: "same-origin", redirect: "manual", keepalive: keep };
  if (body !== null) {
    // Read anew each time: signing in again in another tab changes it.
    headers["X-CSRFToken"] = cookie("csrftoken");
    headers["Content-Type"] = "application/json";
    Object.assign(asked, { method: "POST", body: JSON.stringify(body) });
  }
  if (!keep && AbortSignal.timeout) asked.signal = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(path.startsWith("/") ? path : config.root + path, asked);
    return read(answer);
  } catch {
    return { status: 0, data: {} };
  }
}

async function read(answer) {
  const json = (answer.headers.get("Content-Type") || "").includes("json");
  if (answer.type === "opaqueredirect" || (answer.status === 403 && !json)) return { status: 401, data: {} };
  if (!json) return { status: answer.status >= 400 && answer.status < 500 ? answer.status : 0, data: {} };
  return { status: answer.status, data: await answer.json() };
}
