import type { profile as en } from '../en/profile.ts'

export const profile: typeof en = {
  title: 'Profilbild',
  text: 'Es steht neben deinem Namen. Woran man dich erkennt, bleibt dein Handle: Ein Bild kann jeder wählen.',
  open: 'Profilbild',
  choose: 'Bild wählen',
  another: 'Anderes Bild wählen',
  remove: 'Bild entfernen',
  none: 'Du hast noch keins. Andere sehen das Muster deines Schlüssels.',
  contactsSee: 'Deine Kontakte sehen',
  strangersSee: 'Fremde sehen',
  everybodySees: 'Alle sehen',
  scramble: 'Für Fremde verwürfeln',
  scrambleText:
    'Fremde bekommen dieselben Bildpunkte durcheinander, deine Kontakte einen Schlüssel, der sie ordnet. Das verschleiert nur: Die Farben bleiben, wie sie sind. Es verbirgt dein Gesicht vor Leuten, die vorbeikommen, nicht vor jemandem, der das Bild hat und es wiedererkennen will.',
  openText: 'Alle, die dein Handle nachschlagen, sehen dieses Bild, wie es ist.',
  fresh:
    'Wenn du jemanden blockierst oder einen Chat löschst, wird dein Bild neu verwürfelt, mit einem anderen Schlüssel. Was sie gesehen haben, haben sie gesehen.',
  published: (relays: number) =>
    relays === 1 ? 'Auf 1 Relay veröffentlicht.' : `Auf ${relays} Relays veröffentlicht.`,
  waiting: 'Noch nicht veröffentlicht: Es geht hinaus, sobald ein Relay verbunden ist.',
  noRoom: 'Es konnte nicht veröffentlicht werden: Dein Profil sagt so viel anderes, dass ein Bild keinen Platz hat.',
  crop: {
    title: 'Was soll davon zu sehen sein?',
    stage: 'Ausschnitt des Bildes',
    hint: 'Ziehe das Bild, um es zu verschieben; zoome mit zwei Fingern oder dem Regler. Mit der Tastatur: Pfeiltasten verschieben, + und − zoomen.',
    zoom: 'Zoom',
    save: 'Dieses Bild nehmen',
    saving: 'Wird gespeichert …',
  },
  problems: {
    tooLarge: 'Diese Datei ist zu groß. Bis zu 32 MB werden gelesen.',
    unreadable: 'Das ist kein Bild, das hier gelesen werden kann. JPEG, PNG und WebP gehen.',
    blocked:
      'Dieser Browser lässt Seiten zum Schutz vor Verfolgung keine Bilder lesen und gibt stattdessen Rauschen heraus. Erlaube es dieser Seite, um ein Bild zu wählen.',
  },
  zoom: (name: string) => `Das Bild von ${name} zeigen`,
  zoomOwn: 'Dein Bild zeigen',
  asContact: 'Du siehst es, weil du ein Kontakt bist.',
  asEverybody: 'Alle sehen dieses Bild.',
  asStranger:
    'Das sind verwürfelte Bildpunkte: Nur ihre Kontakte haben den Schlüssel. Du bekommst ihn, wenn sie dir schreiben oder dich annehmen.',
  elsewhere:
    'Ihr Profil nennt ein Bild auf irgendeinem Server. Es wird nicht geladen: Dieser Server würde erfahren, dass du es ansiehst, und von wo.',
  veiled: 'Unscharf, bis du sie annimmst',
}
