// Shows the document of this server in Swagger UI; nothing is asked of another host.
(() => {
  const place = document.getElementById("swagger");
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  follow();
  dark.addEventListener("change", follow);

  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    layout: "BaseLayout",
    deepLinking: true,
    defaultModelsExpandDepth: -1,
    supportedSubmitMethods: place.dataset.try === "yes" ? ["get", "put", "post", "delete", "patch"] : [],
    validatorUrl: null,
    // The page has a main part already.
    onComplete: () => place.querySelectorAll("main, [role=main]").forEach((part) => part.setAttribute("role", "presentation")),
  });
})();
