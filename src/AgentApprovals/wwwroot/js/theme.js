// Before the first paint, so that nobody who chose a theme sees the other one flash by.
try {
  const theme = localStorage.getItem("aa.theme");
  if (theme === "light" || theme === "dark")
    document.documentElement.dataset.theme = theme;
} catch {
  // Storage is barred: the system's theme it is.
}
