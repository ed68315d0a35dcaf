export const language = {
  title: 'Language',
  /** Each language by its own name, so that whoever reads only that one finds it. */
  names: { automatic: 'Automatic', en: 'English', de: 'Deutsch' },
}
