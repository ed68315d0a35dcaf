import type { update as english } from '../en/update.ts'

export const update: typeof english = {
  title: 'Neue Version',
  there: 'Es gibt eine neue Version.',
  update: 'Aktualisieren',
  later: 'Nicht jetzt',
  unsaved: 'Es gibt eine neue Version. Etwas auf dieser Seite ist noch nicht gespeichert: Bring es erst zu Ende.',
}
