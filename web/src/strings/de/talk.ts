import type { talk as english } from '../en/talk.ts'

const times = (n: number): string => (n === 1 ? 'Einmal' : `${n}-mal`)

export const talk: typeof english = {
  cameLate: 'Eine Nachricht kam verspätet: Sie steht weiter oben.',

  reply: 'Antworten',
  replyTo: (name) => `Antwort an ${name}`,
  replyToSelf: 'Antwort an dich selbst',
  cancelReply: 'Nicht antworten',
  goToQuoted: 'Zur Nachricht, auf die geantwortet wird',
  notHere: 'Diese Nachricht ist nicht auf diesem Gerät.',
  someMessage: 'Eine Nachricht',

  react: 'Reagieren',
  reactWith: (emoji) => `Mit ${emoji} reagieren`,
  takeBack: (emoji) => `${emoji} zurücknehmen`,
  otherEmoji: 'Anderes Emoji …',
  emojiTitle: 'Mit einem beliebigen Emoji reagieren',
  emojiLabel: 'Ein Emoji',
  emojiWrong: 'Das ist kein einzelnes Emoji.',
  reactions: 'Reaktionen',
  reactedBy: (emoji, names) => `${emoji} von ${names}`,
  you: 'dir',
  and: ' und ',

  edit: 'Bearbeiten',
  editing: 'Nachricht bearbeiten',
  cancelEdit: 'Nicht bearbeiten',
  save: 'Sichern',
  edited: 'bearbeitet',
  editedTimes: (n) => `${times(n)} bearbeitet`,
  firstText: 'Zuerst geschrieben',
  tooLateToEdit: 'Eine Nachricht lässt sich 24 Stunden lang bearbeiten.',

  deleteForAll: 'Für alle löschen …',
  deleteTitle: 'Diese Nachricht für alle löschen?',
  deleteText:
    'Sie wird von beiden Geräten entfernt, und ein Hinweis bleibt an ihrer Stelle. Hat die andere Seite sie gelesen oder kopiert, oder benutzt sie ein älteres Programm, so ist das nicht rückgängig zu machen.',
  deleteYes: 'Für alle löschen',
  tooLateToDelete: 'Eine Nachricht lässt sich 48 Stunden lang für alle löschen.',
  deletedOwn: 'Du hast diese Nachricht gelöscht.',
  deletedOther: 'Diese Nachricht wurde gelöscht.',

  unsent: {
    edit: 'Die Bearbeitung wurde nicht gesendet.',
    delete: 'Das Löschen wurde nicht gesendet.',
    react: 'Die Reaktion wurde nicht gesendet.',
  },
  undo: 'Verwerfen',
  sendingChange: 'Die Änderung wird gesendet',
  impossible: 'Das geht bei dieser Nachricht nicht mehr.',

  timer: {
    title: 'Verschwindende Nachrichten',
    menu: 'Verschwindende Nachrichten …',
    text: 'Neue Nachrichten werden so lange nach dem Senden auf beiden Geräten gelöscht, ob sie gelesen wurden oder nicht. Ihr könnt es beide ändern.',
    limits:
      'Das hält Ordnung. Es schützt nicht vor der Person, der du schreibst: Sie kann kopieren oder fotografieren, was sie liest, und ein älteres Programm behält es.',
    set: 'Einstellen',
    off: 'Aus',
    now: (span) => `Nachrichten verschwinden nach ${span}`,
    own: (span) => `Du lässt Nachrichten nach ${span} verschwinden.`,
    other: (name, span) => `${name} lässt Nachrichten nach ${span} verschwinden.`,
    ownOff: 'Du hast verschwindende Nachrichten ausgeschaltet.',
    otherOff: (name) => `${name} hat verschwindende Nachrichten ausgeschaltet.`,
    disappears: 'Verschwindet',
    disappearsAt: (when) => `Verschwindet ${when}`,
  },

  list: {
    reactedOwn: (emoji, text) => `Du hast mit ${emoji} auf „${text}“ reagiert`,
    reactedOther: (emoji, text) => `Reaktion ${emoji} auf „${text}“`,
    timer: (span) => `Nachrichten verschwinden nach ${span}`,
    timerOff: 'Verschwindende Nachrichten sind aus',
  },

  said: {
    reacted: (name, emoji, text) => `${name} hat mit ${emoji} auf „${text}“ reagiert`,
    edited: (name, text) => `${name} hat eine Nachricht bearbeitet: „${text}“`,
    deleted: (name) => `${name} hat eine Nachricht gelöscht`,
  },
}
