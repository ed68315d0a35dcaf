import type { files as english } from '../en/files.ts'

export const files: typeof english = {
  photo: 'Foto',
  named: (name) => `Datei: ${name}`,
  zoom: 'Vergrößern',
  save: 'Sichern',
  saveNamed: (name) => `${name} sichern`,
  open: 'Foto zeigen',
  copyImage: 'Foto kopieren',
  cancel: 'Nicht weiter senden',
  sendAgain: 'Datei erneut senden',
  sendsAgain: 'Die Datei wird erneut gesendet.',
  tooOldToResend: 'Dafür ist sie zu alt. Sende sie als neue Nachricht.',
  kind: (ending) => `${ending}-Datei`,
  unknownKind: 'Datei',
  program: 'Programm oder Skript: nur öffnen, wenn du es erwartet hast.',
  notShown: 'Dieses Bild lässt sich hier nicht zeigen.',
  tooLargeToShow: 'Dieses Bild ist zu groß, um es hier zu zeigen. Du kannst es sichern.',
  gone: 'Die Datei ist nicht mehr auf diesem Gerät.',
  sent: (done, whole) => `${done} von ${whole} gesendet`,
  progressSent: (percent) => `${percent} Prozent gesendet`,
  progressCame: (percent) => `${percent} Prozent empfangen`,
  coming: 'Eine Datei kommt an …',
  comingMany: (n) => `${n} Dateien kommen an …`,
  came: (have, n) => `${have} von ${n} Teilen sind da.`,
  mayCome: (name) =>
    `Die übrigen können noch auf einem anderen Weg kommen. Wenn nicht, bitte ${name}, die Datei noch einmal zu senden.`,
  states: {
    damaged: 'Die Datei kam beschädigt an: sie ist nicht das, was angekündigt war. Bitte noch einmal darum.',
    refused: 'Als diese Datei kam, war kein Platz für sie. Bitte noch einmal darum.',
    expired: 'Teile dieser Datei sind nie angekommen. Bitte noch einmal darum.',
  },
}
