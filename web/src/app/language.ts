export const languages = ['automatic', 'en', 'de'] as const
export type Language = (typeof languages)[number]

const storageName = 'kez-language'

/** What was chosen in settings. Kept outside of the locked storage: the lock screen has words too. */
export const language = (): Language => {
  const stored = localStorage.getItem(storageName)
  return languages.find((known) => known === stored) ?? 'automatic'
}

/** The languages to try, best first. */
export const wantedLanguages = (): readonly string[] => {
  const chosen = language()
  return chosen === 'automatic' ? navigator.languages : [chosen]
}

/** A catalogue is chosen before the first view is drawn, so another one needs another start. */
export const chooseLanguageAndRestart = (next: Language): void => {
  localStorage.setItem(storageName, next)
  window.location.reload()
}
