// Adds to pages that work without it: a part with data-live is fetched again until what it shows has ended.
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

  for (const part of document.querySelectorAll("[data-live]")) {
    setTimeout(renew, pause, part.id);
  }
})();
