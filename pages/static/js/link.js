// A link that works once has its secret behind `#`: put it into the form, and out of the address.

const field = document.querySelector("input[name=token]");
const secret = window.location.hash.slice(1);

if (field && secret) {
  field.value = secret;
  field.closest(".field").hidden = true;
  window.history.replaceState(null, "", window.location.pathname);
}
