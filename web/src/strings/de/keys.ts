import type { keys as english } from '../en/keys.ts'

export const keys: typeof english = {
  later: 'Später',
  open: 'Öffnen',
  done: 'Erledigt',

  quick: {
    title: 'Schnell entsperren',
    text: 'Entsperre kez mit Fingerabdruck, Gesicht oder PIN dieses Geräts. Deine Passphrase gilt weiter, und nach ihr wird immer gefragt, bevor deine Wiederherstellungswörter gezeigt werden.',
    passphrase: 'Deine Passphrase',
    enrol: 'Schnelles Entsperren einrichten',
    on: 'Schnelles Entsperren ist in diesem Browser eingerichtet.',
    remove: 'Schnelles Entsperren entfernen',
    unlock: 'Mit Fingerabdruck, Gesicht oder PIN entsperren',
    or: 'Oder mit deiner Passphrase:',
    no_key:
      'Dieses Gerät kann das nicht: Es kann prüfen, dass du es bist, gibt kez aber keinen Schlüssel zum Entsperren. Die Passphrase gilt weiter.',
    cancelled: 'Das Gerät hat nicht bestätigt. Versuche es noch einmal oder nimm deine Passphrase.',
    no_authenticator:
      'Dieses Gerät oder dieser Browser hat keine Prüfung per Fingerabdruck, Gesicht oder PIN, die kez nutzen kann. Die Passphrase gilt weiter.',
    stale:
      'Was das Gerät gibt, öffnet kez nicht mehr. Nimm deine Passphrase und richte das schnelle Entsperren danach neu ein.',
  },

  change: {
    title: 'Passphrase ändern',
    old: 'Deine bisherige Passphrase',
    fresh: 'Neue Passphrase',
    save: 'Passphrase ändern',
    saved: 'Geändert. Nur noch die neue Passphrase öffnet kez.',
    savedQuick: 'Geändert. Nur noch die neue Passphrase öffnet kez; das schnelle Entsperren geht weiter.',
  },

  drill: {
    title: 'Wiederherstellungswörter prüfen',
    text: 'Gib alle Wörter aus deinen Notizen ein. Nichts wird verschickt: Geprüft wird nur, ob sie dich zurückbrächten.',
    check: 'Meine Wörter prüfen',
    right: 'Das sind deine Wörter. Sie bringen deine Identität zurück.',
    wrong: 'Die Wörter sind in Ordnung, gehören aber zu einer anderen Identität.',
    never: 'Du hast noch nicht ausprobiert, ob deine Wörter stimmen.',
    last: (when: string) => `Zuletzt bewiesen am ${when}.`,
    open: 'Prüfen, ob meine Wörter stimmen',
  },

  storage: {
    title: 'Speicher auf diesem Gerät',
    kept: 'Der Browser behält, was kez speichert, bis du es entfernst.',
    mayGo:
      'Der Browser darf löschen, was kez speichert, wenn der Platz knapp wird. Halte deine Wiederherstellungswörter bereit.',
    ask: 'Den Browser bitten, alles zu behalten',
    refused: 'Der Browser hat abgelehnt. Oft stimmt er zu, wenn du kez öfter benutzt oder installiert hast.',
    used: (size: string) => `Belegt: ${size}.`,
  },

  lost: {
    everything: {
      title: 'Hier war eine Identität',
      text: 'In diesem Browser war einmal eine Identität, aber ihre Daten sind weg: Der Browser oder jemand hat sie gelöscht. Deine Wiederherstellungswörter bringen die Identität zurück. Eine neue wäre für alle, die dich kennen, jemand anderes.',
    },
    keys: {
      title: 'Der Schlüssel dieses Browsers ist weg',
      text: 'Einige Nachrichten sind noch hier gespeichert, aber nichts ist übrig, was sie öffnen kann. Deine Wiederherstellungswörter bringen die Identität zurück; was hier übrig ist, wird dann gelöscht.',
    },
    lock: {
      title: 'Deine Sperre ist weg',
      text: 'Der Browser hat verloren, was deine Passphrase öffnet. Deine Identität und deine Nachrichten sind noch hier. Wähle eine Passphrase, um sie wieder zu sperren; deine Wiederherstellungswörter sind hier nicht mehr gespeichert.',
    },
    messages: {
      title: 'Ein Teil deiner Daten ist weg',
      text: 'Deine Identität ist hier, aber der Browser hat anderes verloren, was kez gespeichert hatte, etwa Nachrichten. Von hier lässt es sich nicht zurückholen. Was noch auf dem Server wartet, kommt wieder.',
    },
    foreign: {
      title: 'Die Daten hier passen nicht zu deinem Schlüssel',
      text: 'Was in diesem Browser gespeichert ist, wurde mit einem anderen Schlüssel gesperrt und lässt sich nicht öffnen. Lade zuerst neu. Hilft das nicht, stelle deine Identität wieder her; was hier gespeichert ist, wird dann gelöscht.',
    },
    restore: 'Meine Wörter verwenden',
    anew: 'Mit einer neuen Identität beginnen',
    goOn: 'Weiter',
  },

  welcome: {
    title: 'Willkommen',
    text: (full: string) => `Man findet dich als ${full}. Ein paar Dinge lohnen sich; keines davon muss jetzt sein.`,
    goOn: 'Zu den Chats',
    link: 'Erste Schritte',
    progress: (done: number, of: number) => `${done} von ${of} erledigt`,
    steps: {
      phrase: {
        title: 'Wiederherstellungswörter sichern',
        text: 'Du hast deine Wörter. Verwahre sie gut: Sie bringen dich auf jedem Gerät zurück.',
      },
      drill: { title: 'Prüfen, ob deine Wörter stimmen', text: 'Gib sie einmal aus deinen Notizen ein.' },
      lock: { title: 'Schnell entsperren', text: 'Mit Fingerabdruck, Gesicht oder PIN dieses Geräts.' },
      notifications: {
        title: 'Benachrichtigungen einschalten',
        text: 'Dieses Gerät sagt dir, wenn eine Nachricht kommt.',
      },
      proof: {
        title: 'Dein erster Beweis',
        text: 'Zeig, dass eine Domain, eine Website oder ein Konto dir gehört, damit andere sicher sind, dass du es bist.',
      },
      install: { title: 'kez installieren', text: 'Dann öffnet es sich wie jede andere App.' },
    },
    phraseUnseen:
      'Du kamst mit einem älteren Schlüssel. Er lässt sich auch als 24 Wörter schreiben: Die Einstellungen zeigen sie. Schreibe sie auf und prüfe sie dann.',
    install: 'Installieren',
    installApple: 'Auf dem iPhone oder iPad: der Teilen-Knopf, dann „Zum Home-Bildschirm“.',
    installOther: 'Suche im Menü des Browsers nach „Installieren“ oder „Zum Startbildschirm hinzufügen“.',
  },
}
