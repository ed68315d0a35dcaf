import type { invites as pattern } from '../en/invites.ts'

const people = (n: number): string => (n === 1 ? '1 Person' : `${n} Leute`)

export const invites: typeof pattern = {
  title: 'Einladen',
  text: 'Wer den Link öffnet oder den Code mit der Kamera des Handys aufnimmt, bekommt hier ein Konto und ist im Gespräch mit dir.',
  forWhom: 'Wie viele Leute?',
  people,
  howLong: 'Gültig für',
  days: (n: number) => (n === 1 ? '1 Tag' : `${n} Tage`),
  note: 'Für wen (das siehst nur du)',
  notePlaceholder: 'Bob aus dem Chor',
  make: 'Einladung erstellen',
  making: 'Wird erstellt …',
  another: 'Noch eine Einladung',
  qr: (full: string) => `QR-Code der Einladung von ${full}`,
  link: 'Link',
  copy: 'Link kopieren',
  share: 'Teilen',
  shareText: (full: string) => `${full} lädt dich zu einem privaten Chat auf kez ein.`,
  save: 'Bild speichern',
  secret: 'Wer sie hat, ist eingeladen. Gib sie nur an die, die du meinst.',
  facts: (used: number, uses: number, until: string) =>
    uses === 1 ? `Für eine Person, bis ${until}` : `${used} von ${uses} sind gekommen, bis ${until}`,
  noCode:
    'Auf diesem Server lässt nur der Betreiber Leute herein. Mit diesem Link kann dir schreiben, wer schon ein Konto hat, hier oder anderswo.',
  revoke: 'Zurückziehen',
  revokeTitle: 'Diese Einladung zurückziehen?',
  revokeText:
    'Der Link lässt niemanden mehr herein, und wer ihn hat, ist wieder fremd. Wer damit gekommen ist, bleibt in deinen Chats.',
  listTitle: 'Deine Einladungen',
  listText: 'Nur auf diesem Gerät. Wer zuerst einem anderen deiner Geräte schreibt, wartet dort als Anfrage.',
  show: 'Zeigen',
  unnamed: 'Einladung',
  over: { used: 'Benutzt', expired: 'Abgelaufen' },
  cameBy: (names: string) => `Damit gekommen: ${names}`,
  somebody: 'jemand, den du gelöscht hast',
  forget: 'Entfernen',
  invited: 'Kam mit einer Einladung von dir.',
  problems: {
    offline: 'Der Server war nicht zu erreichen. Prüfe deine Verbindung und versuche es noch einmal.',
    invite_limit: 'Du hast so viele offene Einladungen, wie dieser Server erlaubt. Zieh erst eine zurück.',
    rate_limited: 'Zu viele Einladungen auf einmal. Bitte warte ein wenig.',
    tooMany: 'Auf diesem Gerät sind zu viele Einladungen. Zieh erst eine zurück.',
    other: 'Der Server hat abgelehnt. Bitte versuche es später noch einmal.',
  },

  landing: {
    title: (full: string) => `${full} lädt dich ein`,
    server: (server: string) => `Du bist zu ${server} eingeladen`,
    lead: 'kez ist ein privater Chat: Was du schreibst, wird auf deinem Gerät versiegelt und erst auf der anderen Seite geöffnet. Ohne Telefonnummer, ohne E-Mail.',
    how: (name: string) =>
      `Schreib zwölf Wörter auf, wähle eine Passphrase und einen Namen, und du bist im Gespräch mit ${name}.`,
    howCode: 'Schreib zwölf Wörter auf, wähle eine Passphrase und einen Namen, und du bist dabei.',
    looking: 'Die Einladung wird geprüft …',
    already: 'Ich nutze kez auf einem anderen Server',
    alreadyText: 'Öffne die Einladung dort: Dann führst du das Gespräch mit dem Konto, das du hast.',
    alreadyLabel: 'Dein Server',
    alreadyBad: 'Das ist nicht der Name eines Servers.',
    open: 'Dort öffnen',
    foreign: (server: string) =>
      `Diese Einladung ist von jemandem auf ${server}. Du kannst sie dort öffnen oder hier ein Konto erstellen und von hier aus schreiben.`,
    openAt: (server: string) => `Auf ${server} öffnen`,
  },
  open: {
    title: 'Einladung',
    text: (full: string, server: string) =>
      `${full} ist auf einem anderen Server. Wenn du weitergehst, wird ${server} nach dem Schlüssel gefragt und weiß dann, dass jemand an deiner Adresse danach sucht.`,
    goOn: 'Weiter',
    own: 'Das ist eine deiner eigenen Einladungen.',
    ownText: 'Gib sie jemand anderem.',
    member: 'Du hast hier schon ein Konto und brauchst keinen Code.',
    toChats: 'Zu deinen Chats',
  },
  refusals: {
    otherKey: {
      title: 'Das ist nicht, wer dich einlädt',
      text: (full: string) =>
        `Der Server nennt für ${full} einen anderen Schlüssel als die Einladung. Entweder wurde der Schlüssel seither gewechselt, oder jemand steht dazwischen. Es wurde nichts erstellt und nichts gesendet. Bitte um eine neue Einladung, auf einem Weg, dem du vertraust.`,
    },
    notFound: {
      title: 'Niemand heißt so',
      text: (full: string) => `Es gibt niemanden namens ${full}. Bitte um eine neue Einladung.`,
    },
    ended: {
      title: 'Diese Identität ist beendet',
      text: (full: string) =>
        `Der Schlüssel hinter ${full} wurde widerrufen. Unter diesem Namen kann niemandem geschrieben werden.`,
    },
    notKez: {
      title: 'Keine Antwort, der zu trauen ist',
      text: (full: string) => `Der Server von ${full} antwortet nicht wie ein kez-Server.`,
    },
    unreachable: {
      title: 'Der Server war nicht zu erreichen',
      text: (full: string) =>
        `Der Server von ${full} antwortet nicht. Prüfe deine Verbindung und versuche es noch einmal.`,
    },
    damaged: {
      title: 'Diese Einladung ist beschädigt',
      text: 'Der Link ist nicht vollständig. Kopiere ihn ganz oder bitte noch einmal darum.',
    },
  },
  code: {
    title: 'Dieser Server ist nur mit Einladung',
    text: (server: string) =>
      `${server} nimmt auf, wer eingeladen ist. Gib den Link oder den Code ein, den du bekommen hast.`,
    before: 'Danach wird jetzt gefragt, damit du nicht umsonst zwölf Wörter aufschreibst.',
    label: 'Einladungslink oder Code',
    check: 'Weiter',
    checking: 'Wird geprüft …',
    bad: 'Das ist weder ein Einladungslink noch ein Einladungscode. Kopiere ihn ganz.',
    noCode: 'Dieser Link lässt niemanden herein: Er sagt nur, wem zu schreiben ist. Bitte um eine Einladung.',
    elsewhere: (host: string) => `Das ist eine Einladung zu ${host}. Öffne den Link selbst.`,
    problems: {
      invite_required: 'Hier braucht man eine Einladung.',
      invite_invalid: 'Der Server kennt diesen Code nicht. Bitte um einen neuen.',
      invite_expired: 'Diese Einladung ist abgelaufen. Bitte um eine neue.',
      invite_used_up: 'Diese Einladung wurde schon benutzt. Bitte um eine neue.',
      invite_revoked: 'Diese Einladung wurde zurückgezogen. Bitte um eine neue.',
      rate_limited: 'Zu viele Versuche. Bitte warte ein wenig.',
      offline: 'Der Server war nicht zu erreichen. Prüfe deine Verbindung und versuche es noch einmal.',
    },
    other: (code: string) => `Der Server hat abgelehnt (${code}).`,
  },
  greeting: {
    title: (name: string) => `Du kamst mit der Einladung von ${name}.`,
    text: 'Sag mit einem Tippen hallo, oder schreib etwas Eigenes.',
    hello: (name: string, own: string) => `Hallo ${name}, hier ist ${own}. Danke für die Einladung!`,
  },
}
