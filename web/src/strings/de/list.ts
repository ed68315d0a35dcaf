import type { Strings } from '../en.ts'

const strangers = (n: number): string => (n === 1 ? '1 Person' : `${n} Personen`)

export const list: Strings['list'] = {
  requests: (n: number) => `Anfragen (${n})`,
  requestsTitle: 'Nachrichtenanfragen',
  requestsText:
    'Diese Leute sind nicht unter deinen Chats. Solange du nicht annimmst, erfahren sie nicht, dass du etwas bekommen oder gelesen hast.',
  restoredText:
    'Du hast deine Identität auf dieses Gerät zurückgeholt. Es kann nicht wissen, wen du vorher kanntest: Auch Leute, mit denen du schon schreibst, warten einmal hier.',
  pickOne: { requests: 'Wähle eine Anfrage, um sie zu lesen.', archived: 'Wähle einen Chat, um ihn zu lesen.' },
  noRequests: 'Keine Anfragen',
  noRequestsText: 'Wenn dir jemand zum ersten Mal schreibt, wartet es hier.',
  archived: (n: number) => `Archiv (${n})`,
  archivedTitle: 'Archivierte Chats',
  noArchived: 'Das Archiv ist leer',
  noArchivedText: 'Ein archivierter Chat liegt hier, bis jemand darin schreibt.',
  muted: 'Stumm',
  offline: 'Du bist offline. Was du schreibst, bleibt hier und wird gesendet, sobald die Verbindung wieder da ist.',

  menu: 'Mehr zu diesem Chat',
  mute: 'Stumm schalten',
  unmute: 'Nicht mehr stumm',
  archive: 'Archivieren',
  unarchive: 'Aus dem Archiv holen',
  block: 'Blockieren',
  delete: 'Chat löschen …',
  deleteTitle: (name: string) => `Den Chat mit ${name} löschen?`,
  deleteText:
    'Die Nachrichten werden von diesem Gerät entfernt und lassen sich nicht zurückholen. Die andere Seite behält ihre. Schreibt sie wieder, kommt es als Anfrage.',
  deleteTextBlocked:
    'Die Nachrichten werden von diesem Gerät entfernt und lassen sich nicht zurückholen. Die Person bleibt blockiert.',
  deleteYes: 'Löschen',

  request: {
    label: 'Nachrichtenanfrage',
    title: 'Jemand Neues schreibt dir',
    confirmed: (handle: string) => `Das ist ${handle}, sagt der Server dort.`,
    claimed: (handle: string) =>
      `Nennt sich ${handle}. Der Server dort hat das nicht bestätigt, es kann also jemand anderes sein.`,
    nameless: 'Es ist kein Name angegeben.',
    confirm: 'Den Server fragen',
    key: 'Den Schlüssel zeigen',
    fate: 'Solange du nicht annimmst, erfährt niemand, dass du das bekommen oder gelesen hast.',
    accept: 'Annehmen',
    block: 'Blockieren',
    report: 'Melden …',
  },
  blocked: {
    title: 'Du hast diese Person blockiert',
    text: 'Was sie schreibt, wird nicht mehr gezeigt und nicht gezählt. Sie erfährt es nicht.',
    unblock: 'Nicht mehr blockieren',
    setting: 'Blockierte Personen',
    settingText: (n: number) => `Du hast ${strangers(n)} blockiert. Sie erfahren es nicht.`,
    none: 'Du hast niemanden blockiert.',
    unblockWho: (name: string) => `${name} nicht mehr blockieren`,
  },
  report: {
    title: 'Diese Person melden',
    text: (server: string) =>
      `Es gibt keine zentrale Stelle, die Meldungen liest: kez schickt das nirgendwohin. Kopiere den Text und schicke ihn selbst an die Leute, die ${server} betreiben, zum Beispiel per E-Mail; nur sie können dort etwas tun. Was geschrieben wurde, steht nicht darin.`,
    someServer: 'den Server dieser Person',
    label: 'Text der Meldung',
    body: (facts) =>
      [
        'Ich möchte ein Konto auf Ihrem kez-Server melden.',
        `Name: ${facts.handle || 'keiner angegeben'}${facts.handle ? (facts.confirmed ? ' (vom Server bestätigt)' : ' (behauptet, nicht bestätigt)') : ''}`,
        `Schlüssel: ${facts.key}`,
        `Letzte empfangene Nachricht, nach dem Datum des Absenders: ${facts.last}`,
        `Gemeldet: ${facts.now}`,
      ].join('\n'),
    noMessage: 'keine',
    copy: 'Text kopieren',
    block: 'Diese Person blockieren',
    close: 'Schließen',
  },
}
