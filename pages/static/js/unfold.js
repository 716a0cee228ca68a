// A link to a line unfolds it.

function unfold() {
  const line = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = line?.matches(".line") ? line.querySelector("details") : null;
  if (!details || details.open) return;
  details.open = true;
  line.scrollIntoView();
}

window.addEventListener("hashchange", unfold);
unfold();
