import type { Strings } from '../en.ts'

export const language: Strings['language'] = {
  title: 'Sprache',
  names: { automatic: 'Automatisch', en: 'English', de: 'Deutsch' },
}
