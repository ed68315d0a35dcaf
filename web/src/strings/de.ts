import { clock } from './de/clock.ts'
import { delivery } from './de/delivery.ts'
import { keys } from './de/keys.ts'
import { language } from './de/language.ts'
import { list } from './de/list.ts'
import { notifications } from './de/notifications.ts'
import { people } from './de/people.ts'
import { relays } from './de/relays.ts'
import { search } from './de/search.ts'
import type { Strings } from './en.ts'

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

export const de: Strings = {
  clock,
  delivery,
  language,
  list,
  notifications,
  search,
  relays,

  back: 'Zurück',
  cancel: 'Abbrechen',
  continue: 'Weiter',
  copied: 'Kopiert',
  loading: 'Wird geladen …',
  notStored: 'Das konnte auf diesem Gerät nicht gespeichert werden. Vielleicht ist kein Platz mehr.',
  reload: 'Neu laden',
  tryAgain: 'Noch einmal versuchen',
  working: 'Einen Moment …',
  step: (done: number, of: number) => `Schritt ${done} von ${of}`,

  blocked: {
    insecure: {
      title: 'Diese Adresse ist nicht sicher genug',
      text: 'kez verschlüsselt in deinem Browser, und das erlauben Browser nur auf https:// oder auf http://localhost. Öffne kez auf dem Rechner, auf dem es läuft, oder stelle es hinter https.',
    },
    outdated: {
      title: 'Dieser Browser ist zu alt',
      text: 'kez braucht einen aktuellen Chrome, Edge, Firefox oder Safari.',
    },
    unavailable: {
      title: 'Hier lässt sich nichts speichern',
      text: 'Dieser Browser lässt kez deine Schlüssel und Nachrichten nicht aufbewahren. Vielleicht ist es ein privates Fenster, eine Einstellung oder ein voller Speicher.',
    },
    newer_version: {
      title: 'Hier war ein neueres kez',
      text: 'Die Daten auf diesem Gerät hat eine neuere Version der App geschrieben. Lade neu, um diese Version zu bekommen.',
    },
    full: {
      title: 'Kein Platz mehr',
      text: 'Auf diesem Gerät ist kein Platz für das, was kez speichern muss. Was schon gespeichert war, ist noch da. Schaffe Platz und lade dann neu.',
    },
    other_tab: {
      title: 'kez ist in einem anderen Tab offen',
      text: 'Eine ältere Version von kez benutzt noch die gespeicherten Daten. Schließe die anderen Tabs und Fenster mit kez: dieser hier macht dann von selbst weiter.',
    },
    superseded: {
      title: 'In einem anderen Tab ist ein neueres kez offen',
      text: 'Dieser Tab ist beiseitegetreten, damit sich die beiden nicht in die Quere kommen. Nichts ist verloren. Lade neu, um die neuere Version zu bekommen.',
    },
    cleared: {
      title: 'Die gespeicherten Daten wurden gelöscht',
      text: 'Während kez offen war, wurden seine Daten aus diesem Browser entfernt: von dir, von einem anderen Tab oder vom Browser selbst. Lade neu, um zu sehen, was noch da ist.',
    },
    not_loaded: {
      title: 'kez wurde nicht geladen',
      text: 'Der Server war nicht erreichbar. Deine Nachrichten sind auf diesem Gerät sicher.',
    },
    damaged: {
      title: 'Die gespeicherten Daten lassen sich nicht öffnen',
      text: 'Etwas auf diesem Gerät ist beschädigt. Lade zuerst neu. Hilft das nicht, lösche alles und komm mit deinen Wiederherstellungswörtern zurück.',
    },
  },

  landing: {
    title: 'Private Nachrichten, auf einem eigenen Server.',
    lead: 'kez gibt dir einen Namen und ein Postfach. Was du schreibst, wird auf deinem Gerät versiegelt und erst auf der anderen Seite geöffnet.',
    create: 'Identität anlegen',
    restore: 'Ich habe Wiederherstellungswörter',
    facts: [
      {
        title: 'Nur ihr beide könnt es lesen',
        text: 'Der Server sieht, wer eine Nachricht bekommt, wann, wie groß sie ist und von welcher Netzadresse sie kam. Nie den Text, nie den Namen des Absenders.',
      },
      {
        title: 'Keine Telefonnummer, keine E-Mail',
        text: 'Deine Identität ist ein Schlüssel, der dir gehört. Zwölf Wörter bringen sie auf einem neuen Gerät zurück.',
      },
      {
        title: 'Selbst betrieben',
        text: 'Namen sehen aus wie alice@example.org, und Menschen auf verschiedenen Servern können einander schreiben.',
      },
    ],
  },

  create: {
    phraseTitle: 'Deine Wiederherstellungswörter',
    phraseText:
      'Diese 12 Wörter sind deine Identität. Schreib sie in dieser Reihenfolge auf und bewahre sie an einem sicheren Ort auf.',
    phraseWarn: 'Wer diese Wörter hat, ist du. Gehen sie verloren, kann niemand deine Identität zurückbringen.',
    copy: 'Wörter kopieren',
    written: 'Ich habe sie aufgeschrieben',
    confirmTitle: 'Prüfe deine Notizen',
    confirmText: 'Gib drei der Wörter ein, damit sicher ist, dass sie richtig notiert sind.',
    word: (position: number) => `Wort ${position}`,
    wordWrong: 'An dieser Stelle steht ein anderes Wort.',
    showAgain: 'Wörter noch einmal zeigen',
    confirm: 'Bestätigen',
  },

  restore: {
    title: 'Identität wiederherstellen',
    text: 'Gib deine 12 oder 24 Wörter ein, durch Leerzeichen getrennt. Ein älterer Schlüssel aus 64 Zeichen (0–9, a–f) geht auch.',
    label: 'Wiederherstellungswörter',
    placeholder: 'Wort Wort Wort …',
    erases:
      'In diesem Browser ist schon eine Identität. Wenn du weitermachst, wird sie ersetzt, und die hier gespeicherten Nachrichten werden gelöscht.',
    count: (n: number) => `Es müssen 12 oder 24 Wörter sein; hier sind es ${n}.`,
    unknownWord: (position: number, suggestion: string | undefined) =>
      suggestion
        ? `Wort ${position} steht nicht in der Liste. Meintest du „${suggestion}“?`
        : `Wort ${position} steht nicht in der Liste.`,
    checksum: 'Alle Wörter sind bekannt, aber eines ist falsch oder am falschen Platz.',
    tooLong: 'Das ist zu lang für Wiederherstellungswörter.',
    hexLength: (n: number) => `Ein älterer Schlüssel hat 64 Zeichen; hier sind es ${n}.`,
  },

  passphrase: {
    title: 'Wähle eine Passphrase',
    text: 'Sie sperrt kez in diesem Browser. Du brauchst sie, wenn du die App gesperrt hast oder 30 Tage nicht hier warst.',
    label: 'Passphrase',
    repeat: 'Passphrase wiederholen',
    hint: 'Mindestens 8 Zeichen. Ein paar zufällige Wörter sind besser als ein schlaues.',
    short: 'Bitte mindestens 8 Zeichen.',
    different: 'Die beiden sind nicht gleich.',
    save: 'Mit dieser Passphrase sperren',
    sealing: 'Wird versiegelt …',
    failed:
      'Dein Schlüssel konnte auf diesem Gerät nicht versiegelt werden. Schließe andere Tabs, damit Speicher frei wird, und versuche es noch einmal.',
    full: 'Auf diesem Gerät ist kein Platz mehr, darum wurde nichts geändert. Schaffe Platz und versuche es noch einmal.',
  },

  unlock: {
    title: 'kez entsperren',
    label: 'Passphrase',
    unlock: 'Entsperren',
    opening: 'Wird entsperrt …',
    wrong: 'Diese Passphrase passt nicht.',
    kdf: 'Dieses Gerät hatte nicht genug Speicher, um die Passphrase zu prüfen. Schließe andere Tabs und versuche es noch einmal.',
    refused:
      'Der gespeicherte Schlüssel hat Einstellungen, die diese App ablehnt. Beginne neu mit deinen Wiederherstellungswörtern.',
    malformed: 'Der gespeicherte Schlüssel ist beschädigt. Beginne neu mit deinen Wiederherstellungswörtern.',
    forgot: 'Passphrase vergessen?',
    forgotText:
      'Beginne neu mit deinen Wiederherstellungswörtern. Die in diesem Browser gespeicherten Nachrichten werden gelöscht.',
    startOver: 'Wiederherstellungswörter verwenden',
  },

  handle: {
    title: 'Wähle einen Namen',
    text: 'Unter diesem Namen findet man dich. Er gehört für immer zu deinem Schlüssel und lässt sich nicht ändern.',
    label: 'Name',
    hint: '3 bis 32 Buchstaben a–z, Ziffern, _ oder -',
    invalid: 'Nimm 3 bis 32 von a–z, 0–9, _ und -, und beginne mit einem Buchstaben oder einer Ziffer.',
    reserved: 'Dieser Name ist vorbehalten. Bitte wähle einen anderen.',
    taken: 'Dieser Name ist vergeben.',
    checking: 'Wird geprüft …',
    free: (full: string) => `${full} ist frei.`,
    take: 'Diesen Namen nehmen',
    taking: 'Wird registriert …',
    clock: 'Die Uhr dieses Geräts geht falsch, deshalb lehnt der Server ab. Stelle sie und versuche es noch einmal.',
    offline: 'Der Server war nicht erreichbar. Prüfe deine Verbindung und versuche es noch einmal.',
    refused: (code: string) => `Der Server hat abgelehnt (${code}).`,
    limited: 'Zu viele Versuche. Bitte warte ein wenig.',
    looking: 'Deine Identität wird auf diesem Server gesucht …',
  },

  chats: {
    title: 'Chats',
    find: 'Neuer Chat',
    settings: 'Einstellungen',
    empty: 'Noch keine Chats',
    emptyText: (full: string) => `Finde jemanden über den Namen, oder nenne deinen: ${full}`,
    pickOne: 'Wähle einen Chat, oder beginne einen neuen.',
    you: 'Du: ',
    draft: 'Entwurf: ',
    noMessages: 'Noch keine Nachrichten',
    unread: (n: number) => count(n, 'ungelesene Nachricht', 'ungelesene Nachrichten'),
    unopened: (n: number) =>
      n === 1 ? '1 Nachricht ließ sich nicht öffnen' : `${n} Nachrichten ließen sich nicht öffnen`,
    unopenedDetails: 'Warum?',
    unopenedDismiss: 'Ausblenden',
    mailboxFull: 'Dein Postfach auf dem Server ist voll: niemand kann dir schreiben.',
    mailboxFree: 'Jetzt Platz schaffen',
    mailboxFreeText: 'Löscht vom Server, was dieses Gerät empfangen hat. Einem anderen deiner Geräte würde es fehlen.',
  },

  connection: {
    problems: {
      stale_auth: 'Die Uhr dieses Geräts geht falsch: der Server lehnt es ab.',
      unauthorized: 'Der Server erkennt diese Identität für deinen Namen nicht an.',
      invalid_signature: 'Der Server erkennt diese Identität für deinen Namen nicht an.',
      not_found: 'Der Server kennt deinen Namen nicht mehr.',
      handle_barred:
        'Der Betreiber deines Servers hat deinen Namen gesperrt. Frag ihn, warum; was auf diesem Gerät ist, bleibt.',
      full: 'Auf diesem Gerät ist kein Platz mehr: Nachrichten warten auf dem Server.',
    },
    otherProblem: (code: string) => `Nachrichten können nicht empfangen werden (${code}).`,
  },

  find: {
    title: 'Neuer Chat',
    label: 'Name',
    placeholder: (server: string) => `bob oder bob@${server}`,
    text: 'Wer auf einem anderen Server ist, wird über den vollen Namen gefunden, etwa bob@example.org.',
    find: 'Suchen',
    finding: 'Wird gesucht …',
    notFound: (full: string) => `Niemand heißt ${full}.`,
    invalid: 'Ein Name hat 3 bis 32 von a–z, 0–9, _ und -, und für einen anderen Server @server dahinter.',
    unreachable: (server: string) => `${server} war nicht erreichbar.`,
    notKez: (server: string) => `${server} antwortet nicht wie ein kez-Server.`,
    write: 'Schreiben',
    yourself: 'Das bist du. Auch Notizen an dich selbst werden hier aufbewahrt.',
    otherKey:
      'Du kennst schon jemanden unter diesem Namen, mit einem anderen Schlüssel. Vielleicht wurde der Server manipuliert: vergleicht die Schlüssel, bevor du schreibst.',
    key: 'Schlüssel',
  },

  thread: {
    empty: (name: string) => `Schreib die erste Nachricht an ${name}. Nur ihr beide könnt sie lesen.`,
    label: (name: string) => `Nachrichten mit ${name}`,
    placeholder: 'Nachricht',
    send: 'Senden',
    newLine: 'Neu',
    showAll: 'Alles zeigen',
    menu: 'Mehr zu dieser Nachricht',
    copy: 'Text kopieren',
    notCopied: 'Das Kopieren hat nicht geklappt.',
    deleteForMe: 'Für mich löschen …',
    deleteTitle: 'Diese Nachricht für dich löschen?',
    deleteText: 'Sie wird von diesem Gerät entfernt und lässt sich nicht zurückholen. Die andere Seite behält sie.',
    deleteTextSending:
      'Sie wartet noch auf das Senden. Löschst du sie jetzt, wird sie nicht gesendet, außer sie ist gerade unterwegs.',
    missed: (n: number) => count(n, 'neue Nachricht', 'neue Nachrichten'),
    toBottom: 'Zur neuesten Nachricht',
    retry: 'Noch einmal versuchen',
    discard: 'Löschen',
    you: 'Du',
    newerVersion: 'Diese Nachricht braucht eine neuere Version von kez.',
    damaged: 'Diese Nachricht ist auf diesem Gerät beschädigt.',
    tooLong: 'Das ist zu lang für eine Nachricht.',
    notStored: 'Die Nachricht konnte auf diesem Gerät nicht gespeichert werden. Vielleicht ist kein Platz mehr.',
    notKept:
      'Was du schreibst, lässt sich auf diesem Gerät nicht aufheben: Vielleicht ist kein Platz mehr. Es bleibt da, bis du kez schließt oder sperrst.',
    unconfirmed: (claimed: string) =>
      `Dieser Schlüssel sagt, er sei ${claimed}; der Server dort hat das nicht bestätigt. Sobald er es tut, kannst du schreiben.`,
    confirm: 'Den Server fragen',
    unknown: 'Dieses Gespräch ist nicht auf diesem Gerät.',
  },

  unopened: {
    reasons: {
      undecryptable: 'Sie war nicht für deinen Schlüssel versiegelt.',
      wrong_recipient: 'Sie war für jemand anderen unterschrieben.',
      invalid_signature: 'Ihre Unterschrift ist ungültig.',
      too_old: 'Sie ist zu alt, um angenommen zu werden.',
      too_new: 'Ihr Datum liegt in der Zukunft: die Uhr des Absenders oder dieses Geräts geht falsch.',
      unknown_version: 'Sie braucht eine neuere Version von kez.',
      wrong_sender: 'Sie war nicht von der Person unterschrieben, die sie nennt.',
      wrong_carrier: 'Sie kam in der Hülle einer anderen Nachricht.',
      unsigned: 'Sie ist nicht unterschrieben.',
      too_large: 'Sie ist zu groß.',
      expired: 'Ihre Zeit war vorbei, als sie kam.',
    },
    other: 'Es ist keine Nachricht, die kez versteht.',
    received: (when: string) => `Empfangen ${when}.`,
  },

  settings: {
    title: 'Einstellungen',
    appearance: 'Aussehen',
    themes: { system: 'System', light: 'Hell', dark: 'Dunkel' },
    yourKey: 'Dein Schlüssel',
    copyHandle: 'Namen kopieren',
    lockTitle: 'Sperren',
    lockText: 'Sperrt kez in diesem Browser. Nichts ist lesbar, bis die Passphrase eingegeben wird.',
    lockNow: 'Jetzt sperren',
    phraseTitle: 'Wiederherstellungswörter',
    phraseText: 'Bevor die Wörter gezeigt werden, wird nach deiner Passphrase gefragt.',
    phraseShow: 'Wörter zeigen',
    phraseHide: 'Wörter verbergen',
    phraseNone: 'Auf diesem Gerät sind keine Wörter gespeichert.',
    eraseTitle: 'Aus diesem Browser entfernen',
    eraseText:
      'Löscht deine Identität und alle hier gespeicherten Nachrichten. Um zurückzukommen, brauchst du die Wiederherstellungswörter.',
    erase: 'Hier alles löschen',
    eraseSure: 'Wirklich löschen? Ohne die Wiederherstellungswörter ist deine Identität verloren.',
    eraseYes: 'Ja, löschen',
    server: 'Server',
  },

  keys,
  people,

  time: { justNow: 'gerade eben', today: 'Heute', yesterday: 'Gestern' },
}
