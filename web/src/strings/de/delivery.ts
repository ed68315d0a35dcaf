import type { Strings } from '../en.ts'

const attempts = (n: number): string => (n === 1 ? '1 Versuch' : `${n} Versuche`)

export const delivery: Strings['delivery'] = {
  states: { sending: 'Wird gesendet', sent: 'Gesendet', delivered: 'Zugestellt', failed: 'Nicht gesendet' },
  via: (way) => `über ${way}`,
  details: 'Einzelheiten zur Zustellung',
  retryNow: 'Jetzt versuchen',
  close: 'Schließen',

  titleOwn: 'Wie sie gesendet wurde',
  titleOther: 'Wie sie kam',
  now: {
    sending: 'Unterwegs. Noch hat sie niemand angenommen.',
    sent: (name) => `Ein Server oder Relay hat sie. ${name} hat sie nicht bestätigt.`,
    delivered: (name) => `Sie ist auf dem Gerät von ${name}.`,
    failed: 'Sie ließ sich nicht senden.',
  },
  hinted:
    'Ein älteres Programm auf der anderen Seite sagt, sie sei angekommen, aber ohne Unterschrift. Das beweist nichts und zählt darum nicht.',
  written: 'Geschrieben',
  writtenByClock: 'Geschrieben, nach der Uhr des Absenders',
  received: 'Empfangen',
  confirmed: 'Bestätigt',
  confirmedBy: (when, way) => `${when}, ${way}; Unterschrift geprüft`,
  byHome: 'über den Heimatserver',
  byRelay: 'über ein Relay',
  cameBy: 'Kam über',
  opened: 'Für deinen Schlüssel versiegelt; die Unterschrift des Absenders wurde geprüft.',
  homeOf: (server) => `Heimatserver ${server}`,
  someHome: 'Heimatserver',
  relays: 'Relays',
  repliesFirst: (host) => `Deine Antworten gehen zuerst über ${host}: von dort kam die letzte Nachricht.`,

  route: {
    untried: 'Noch nicht gefragt.',
    waiting: (reason, n) => `${reason} Bisher ${attempts(n)}.`,
    next: (when) => `Nächster: ${when}.`,
    sent: (when) => `Angenommen (${when}).`,
    refused: (reason) => `Endgültig abgelehnt. ${reason}`,
    unused: 'Kein Weg zu dieser Person.',
  },
  fate: {
    pending: 'Gefragt, noch keine Antwort.',
    accepted: (when) => `OK (${when}).`,
    refused: (reason) => `Abgelehnt. ${reason}`,
    timeout: 'Keine Antwort zur rechten Zeit.',
    unreachable: 'Nicht erreicht.',
  },

  said: (words) => `Es sagt: „${words}“`,
  reasons: {
    not_found: 'Diesen Namen gibt es nicht mehr.',
    identity_ended: 'Diese Identität ist beendet.',
    handle_barred: 'Der Server hat diesen Namen gesperrt.',
    mailbox_full: 'Das Postfach auf der anderen Seite ist voll.',
    too_large: 'Die Nachricht ist zu groß.',
    wrong_server: 'Der Server der anderen Seite heißt jetzt anders.',
    rate_limited: 'Es wird um Geduld gebeten: es kam zu viel auf einmal.',
    unavailable: 'Im Moment wird dort nichts angenommen.',
    internal: 'Dort ist ein Fehler aufgetreten.',
    expired: 'Sie hat zu lange gewartet.',
    misdated: 'Sie wurde geschrieben, als die Uhr dieses Geräts falsch ging.',
    moved: 'Sie war noch unterwegs, als du auf dieses Gerät umgezogen bist.',
    no_route: 'Es ist kein Weg zu dieser Person bekannt.',
    not_reached: 'Nicht erreicht.',
    no_answer: 'Keine Antwort zur rechten Zeit.',
    misbehaves: 'Es kam etwas, das nicht hätte kommen sollen.',
    full: 'Hier warten zu viele Nachrichten.',
    stopped: 'Die App wurde geschlossen, bevor eine Antwort kam.',
    restricted: 'Dort wird nur von Bekannten etwas angenommen.',
    auth_required: 'Dort will man wissen, wer schreibt.',
    blocked: 'Dort wird das gesperrt.',
    pow: 'Dort wird Rechenarbeit verlangt, die kez nicht leistet.',
  },

  gap: {
    title: 'Hier fehlt vielleicht eine Nachricht',
    text: 'Was folgt, nennt eine Nachricht davor, die nicht auf dieses Gerät gekommen ist. Sie kann noch kommen oder verloren sein. Frag nach, wenn etwas nicht zusammenpasst.',
  },
}
