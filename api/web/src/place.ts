// A page as served, put in place of the one shown: the document stays, and what it holds is new.

export function put(page: Document): void {
  document.title = page.title;
  document.documentElement.className = page.documentElement.className;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceChildren(...page.body.childNodes);
  scrollTo(0, 0);
  const told = document.querySelector<HTMLElement>("main [autofocus]");
  (told ?? document.getElementById("main"))?.focus({ preventScroll: !told });
}
