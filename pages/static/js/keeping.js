/**
 * Files that are being sent, kept in the browser until they have arrived, so that a reload does not
 * ask for them again. Where a browser keeps none, people choose the file again, and it goes on too.
 */
const NAME = "t2h-uploads";
const MOST = 1024 ** 3;
const DAYS = 7 * 24 * 3600 * 1000;

export async function keep(mark, file) {
  if (file.size > MOST) return;
  await within("readwrite", (files) => files.put({ file, at: Date.now() }, mark));
}

export async function recall(mark) {
  const found = await within("readonly", (files) => files.get(mark));
  return found?.file ?? null;
}

export async function forget(mark) {
  await within("readwrite", (files) => files.delete(mark));
}

/** Let go of what nobody came back for. */
export async function tidy() {
  const marks = (await within("readonly", (files) => files.getAllKeys())) ?? [];
  for (const mark of marks) {
    const found = await within("readonly", (files) => files.get(mark));
    if (found && Date.now() - found.at > DAYS) await forget(mark);
  }
}

/** The result of a request, or nothing where the browser keeps none or has no room. */
async function within(mode, ask) {
  try {
    const base = await opened();
    return await settled(ask(base.transaction("files", mode).objectStore("files")));
  } catch {
    return undefined;
  }
}

let base;

function opened() {
  if (!base) {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("files");
    base = settled(request);
  }
  return base;
}

function settled(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
