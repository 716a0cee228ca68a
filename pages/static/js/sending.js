/**
 * One file on its way to the service, by tus: it goes on after a loss of network and after a reload.
 * What happens to it is told by `onChange(sending)`.
 */
import { forget, keep, recall } from "./keeping.js";

const CHUNK = 8 * 1024 * 1024;
const ENDPOINT = "/v1/uploads";
const AGAIN_IN = 3_000;
const PASSING = new Set([0, 409, 423, 425, 429, 500, 502, 503, 504]);

/** What a file is known by, so that it goes on where it was: for the same person and deal. */
export function mark(owner, dealId, file) {
  return ["t2h", owner, dealId, file.name, file.size, file.lastModified].join("|");
}

/** Uploads of a person that have begun in this browser and not ended; `file` if it is kept here. */
export async function unfinished(owner) {
  const all = await tus.defaultOptions.urlStorage.findAllUploads();
  const own = all.filter((each) => each.metadata.owner === owner);
  return Promise.all(own.map(async (each) => ({ ...each, file: await recall(each.metadata.mark) })));
}

export class Sending {
  /** `about` has `owner`, `dealId` and `call`, the fields of the call as they are sent. */
  constructor(file, about, onChange) {
    Object.assign(this, { file, about, onChange, sent: 0, state: "ready", problem: "", callId: null });
    this.mark = mark(about.owner, about.dealId, file);
    this.again = () => this.state === "waiting" && this.start();
    addEventListener("online", this.again);
  }

  get total() {
    return this.file.size;
  }

  /** Seconds that the rest takes at the pace so far; none before there is a pace. */
  get secondsLeft() {
    const taken = (performance.now() - this.began) / 1000;
    const pace = (this.sent - this.sentBefore) / taken;
    return this.state === "sending" && taken > 2 && pace > 0 ? (this.total - this.sent) / pace : null;
  }

  async start() {
    if (this.state === "sending" || this.state === "done") return;
    clearTimeout(this.timer);
    this.become("sending");
    // Another tab may send the same file already: two would cut each other off.
    alone(this.mark, (isAlone) => (isAlone ? this.attempt() : this.wait("It is being sent in another tab.")));
  }

  /** Try until it ends in one way or another; the promise is kept then. */
  async attempt() {
    await keep(this.mark, this.file);
    const token = await this.token();
    if (this.state !== "sending") return undefined;
    return new Promise((ended) => this.send(token, ended));
  }

  /** The token of the session as it is now: somebody may have signed in anew meanwhile. */
  async token() {
    try {
      const answer = await fetch("/v1/session");
      if (answer.ok) return (await answer.json()).csrf_token;
      this.refuse(answer.status, await answer.text());
    } catch {
      this.wait();
    }
    return "";
  }

  async send(token, ended) {
    const { owner, dealId, call } = this.about;
    this.upload = new tus.Upload(this.file, {
      endpoint: ENDPOINT,
      chunkSize: CHUNK,
      retryDelays: [0, 1000],
      headers: { "X-CSRF-Token": token },
      metadata: {
        filename: this.file.name, deal_id: dealId, call: JSON.stringify(call), owner, mark: this.mark,
      },
      fingerprint: () => Promise.resolve(this.mark),
      removeFingerprintOnSuccess: true,
      onProgress: (sent) => this.progress(sent),
      onSuccess: ({ lastResponse }) => { this.finish(lastResponse.getHeader("T2H-Call")); ended(); },
      onError: (error) => { this.fail(error); ended(); },
    });
    this.stopped = ended;
    const [before] = await this.upload.findPreviousUploads();
    if (before) this.upload.resumeFromPreviousUpload(before);
    this.began = null;
    this.upload.start();
  }

  progress(sent) {
    if (!this.began) [this.began, this.sentBefore] = [performance.now(), sent];
    this.sent = sent;
    this.onChange(this);
  }

  finish(callId) {
    this.callId = callId;
    this.sent = this.total;
    forget(this.mark);
    this.become("done");
  }

  fail(error) {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    if (PASSING.has(status)) this.wait(answer && told(answer.getBody()));
    else this.refuse(status, answer.getBody());
  }

  wait(why) {
    this.timer = setTimeout(this.again, AGAIN_IN);
    this.become("waiting", why || "The connection is lost. The upload goes on by itself when it is back.");
  }

  refuse(status, body) {
    const known = { 401: "You are signed out. Sign in in another tab, then try again." };
    this.become("refused", known[status] ?? told(body) ?? "The service refuses the file.");
  }

  /** Give it up, here and at the service. */
  async cancel() {
    clearTimeout(this.timer);
    removeEventListener("online", this.again);
    this.become("cancelled");
    this.stopped?.();
    await forget(this.mark);
    // Where the service does not hear of it, it drops what came after some days.
    await this.upload?.abort(true).catch(() => {});
  }

  become(state, problem = "") {
    Object.assign(this, { state, problem });
    this.onChange(this);
  }
}

/** Do something unless another tab does it; browsers know of each other's tabs over https alone. */
function alone(name, act) {
  if (!navigator.locks) return act(true);
  return navigator.locks.request(name, { ifAvailable: true }, act);
}

/** What a problem of the service says to people. */
function told(body) {
  try {
    const problem = JSON.parse(body);
    return problem.errors?.length ? problem.errors.map((each) => each.detail).join(" ") : problem.detail;
  } catch {
    return undefined;
  }
}
