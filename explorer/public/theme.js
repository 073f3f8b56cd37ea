// Runs before the first paint, so that a person who chose dark never sees a white flash. Kept out of index.html
// because the content security policy allows no inline script. The key and the values are those of src/ui/theme.ts.
;(function () {
  var choice = null
  try {
    choice = localStorage.getItem('mothership.theme')
  } catch {
    // Storage may be blocked: the system's preference is used.
  }
  var isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', isDark)
})()
