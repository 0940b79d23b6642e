// Adds to pages that work without it: a part with data-live is fetched again until what it shows has ended, and a form with a progress bar
// tells how much of its file was sent.
(() => {
  const pause = 2000;

  const renew = async (id) => {
    const answer = await fetch(location.href, { redirect: "error" });
    if (!answer.ok) {
      return;
    }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
    const shown = document.getElementById(id);
    if (!next || !shown) {
      return;
    }
    shown.replaceWith(next);
    if (next.dataset.live) {
      setTimeout(renew, pause, id);
    }
  };

  // What the answer shows takes the place of what is shown, so nothing is asked for twice.
  const show = (upload) => {
    const next = upload.response?.querySelector("main");
    if (!next) {
      location.reload();
      return;
    }
    document.querySelector("main").replaceWith(next);
    document.title = upload.response.title;
    if (upload.status === 200) {
      history.replaceState(null, "", upload.responseURL);
    }
    scrollTo(0, 0);
    next.focus();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const bar = form.querySelector("progress");
    if (!bar) {
      return;
    }
    event.preventDefault();
    const upload = new XMLHttpRequest();
    upload.open("POST", form.getAttribute("action"));
    upload.responseType = "document";
    upload.upload.addEventListener("progress", ({ loaded, total }) => {
      bar.max = total;
      bar.value = loaded;
    });
    upload.addEventListener("load", () => show(upload));
    // The browser says what is wrong.
    upload.addEventListener("error", () => form.submit());
    upload.send(new FormData(form));
    bar.hidden = false;
    form.querySelector("button").disabled = true;
  });

  for (const part of document.querySelectorAll("[data-live]")) {
    setTimeout(renew, pause, part.id);
  }
})();
