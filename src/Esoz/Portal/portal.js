// Adds to pages that work without it: a button that copies what stands in an element with data-copy.
(() => {
  const ukrainian = document.documentElement.lang === "uk";
  const words = ukrainian ? { copy: "Копіювати", copied: "Скопійовано" } : { copy: "Copy", copied: "Copied" };

  for (const source of document.querySelectorAll("[data-copy]")) {
    const text = source.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    });
    if (source.tagName === "PRE") {
      const frame = document.createElement("div");
      frame.className = "copy-frame";
      source.replaceWith(frame);
      frame.append(source, button);
    } else {
      source.after(button);
    }
  }
})();
