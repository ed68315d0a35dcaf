import type { notifications as english } from '../en/notifications.ts'

export const notifications: typeof english = {
  title: 'Benachrichtigungen',
  question: 'Soll dieses Gerät dir sagen, wenn eine Nachricht kommt, auch wenn kez geschlossen ist?',
  text: 'Die Benachrichtigung sagt nur, dass etwas da ist: nicht von wem, nicht was, nicht wie viel.',
  privacy:
    'Der Push-Dienst des Browserherstellers erfährt, dass dein Server diesen Browser weckt, und wann; nicht, wer geschrieben hat, und nicht was.',
  turnOn: 'Benachrichtigungen einschalten',
  asking: 'Dein Browser fragt jetzt, ob kez dich benachrichtigen darf.',
  on: 'Dieses Gerät sagt dir, wenn eine Nachricht kommt.',
  turnOff: 'Auf diesem Gerät ausschalten',
  removedElsewhere: 'Ein anderes Gerät von dir hat sie hier ausgeschaltet.',
  open: 'Benachrichtigungen öffnen',
  settingOn: 'Auf diesem Gerät eingeschaltet.',
  settingOff: 'Auf diesem Gerät ausgeschaltet.',

  blockedTitle: 'Dein Browser lässt kez dich nicht benachrichtigen',
  noneTitle: 'Dieser Browser kann das nicht',
  none: 'Er kennt keine Push-Nachrichten, oder nicht in diesem Fenster: In privaten Fenstern fehlen sie oft. Aktuelle Versionen von Chrome, Edge, Firefox und Safari haben sie.',
  installTitle: 'Lege kez zuerst auf den Home-Bildschirm',
  install:
    'Ein iPhone oder iPad benachrichtigt nur für Apps auf dem Home-Bildschirm: in Safari der Teilen-Knopf, dann „Zum Home-Bildschirm“. Öffne kez von dort und komm auf diese Seite zurück.',

  unblock: {
    chrome:
      'Klicke auf das Symbol links neben der Adresse, erlaube Benachrichtigungen für diese Seite und komm zurück. Auch die Einstellungen deines Systems müssen dem Browser Benachrichtigungen erlauben.',
    firefox:
      'Klicke auf das Symbol links neben der Adresse, hebe die Blockierung der Benachrichtigungen auf und komm zurück. In privaten Fenstern erlaubt Firefox sie nie.',
    safari: 'Erlaube diese Adresse in den Einstellungen von Safari unter Websites → Mitteilungen. Komm dann zurück.',
    ios: 'Erlaube sie in der App „Einstellungen“ unter Mitteilungen → kez. Komm dann zurück.',
    androidApp:
      'Halte das Symbol von kez gedrückt, öffne App-Info → Benachrichtigungen und erlaube sie. Komm dann zurück.',
  },
  noPushService: {
    brave:
      'Brave gibt kein Abonnement, bis du es erlaubst: Schalte in den Einstellungen unter „Datenschutz und Sicherheit“ die Google-Dienste für Push-Nachrichten ein. Starte Brave dann neu.',
    other:
      'Der Push-Dienst deines Browsers wurde nicht erreicht. Eine Firewall, ein VPN oder ein Blocker kann im Weg sein. Private Fenster haben oft gar kein Push.',
  },
  wait: {
    android:
      'Der Push wurde gesendet und ist noch nicht da. Vielleicht spart Android Akku: Erlaube deinem Browser in den Systemeinstellungen unter Apps die uneingeschränkte Akkunutzung.',
    ios: 'Der Push wurde gesendet und ist noch nicht da. Prüfe „Fokus“, die Mitteilungen von kez in den Einstellungen, und ob das Gerät online ist.',
    mac: 'Der Push wurde gesendet und ist noch nicht da. Prüfe „Fokus“ und Systemeinstellungen → Mitteilungen → dein Browser. Der Browser muss laufen.',
    windows:
      'Der Push wurde gesendet und ist noch nicht da. Prüfe „Nicht stören“ und ob Windows deinem Browser Benachrichtigungen erlaubt. Der Browser muss laufen.',
    linux:
      'Der Push wurde gesendet und ist noch nicht da. Der Browser muss laufen; ein „Nicht stören“ des Desktops verbirgt ihn.',
    other: 'Der Push wurde gesendet und ist noch nicht da. Vielleicht ist das Gerät offline oder spart Akku.',
  },

  problems: {
    undecided: 'Die Frage des Browsers wurde ohne Antwort geschlossen. Versuche es wieder, wenn du magst.',
    offline: 'Der Server wurde nicht erreicht. Versuche es wieder, wenn du online bist.',
    limited: (minutes: number) =>
      `Das wurde gerade oft getestet. Versuche es in ${minutes === 1 ? 'einer Minute' : `${minutes} Minuten`} wieder.`,
    refused: (code: string) => `Der Server hat abgelehnt (${code}).`,
    other: 'Das hat nicht geklappt. Lade die Seite neu und versuche es noch einmal.',
  },

  doctor: {
    title: 'Kommen sie an?',
    text: 'kez schickt diesem Gerät eine echte Benachrichtigung und schaut, wie weit sie kommt.',
    run: 'Benachrichtigungen testen',
    again: 'Noch einmal testen',
    running: 'Wird getestet …',
    allGood: 'Alles in Ordnung: Die Benachrichtigung ist angekommen.',
    renew: 'Dieses Gerät neu anmelden',
    outcomes: {
      passed: 'Bestanden',
      failed: 'Gescheitert',
      waiting: 'Noch nicht',
      skipped: 'Nicht geprüft',
      looking: 'Wird geprüft …',
    },
    steps: {
      permission: 'Der Browser lässt kez dich benachrichtigen',
      worker: 'Der Teil von kez, der im Hintergrund wartet, läuft',
      subscription: 'Der Browser hat ein Abonnement',
      subscription_known: 'Dein Server kennt dieses Gerät',
      key_matches: 'Das Abonnement passt zum Schlüssel des Servers',
      endpoint_answered: 'Der Push-Dienst hat den Push angenommen',
      worker_confirmed: 'Der Push ist auf diesem Gerät angekommen',
    },
    status: (status: number) => `Er hat mit ${status} geantwortet.`,
    advice: {
      worker: 'Der Browser hat ihn nicht gestartet. Lade die Seite neu. Private Fenster erlauben ihn oft nicht.',
      workerFirefox:
        'Firefox hat ihn nicht gestartet. Lade die Seite neu. In privaten Fenstern, und wo Firefox beim Schließen alles löscht, ist er nicht erlaubt.',
      subscription: 'Der Browser hat es verworfen. Eine neue Anmeldung schafft ein anderes.',
      unknown_subscription:
        'Dein Server hat kein solches Abonnement, oder hat es als beendet entfernt. Eine neue Anmeldung behebt das.',
      gone: 'Der Push-Dienst sagt, dass dieses Abonnement beendet ist. Eine neue Anmeldung behebt das.',
      key_mismatch: 'Dein Server hat seitdem einen neuen Schlüssel. Eine neue Anmeldung behebt das.',
      refused:
        'Der Push-Dienst weist den Push ab. Eine neue Anmeldung behebt das vielleicht; sonst sag es denen, die deinen Server betreiben.',
      not_authorised:
        'Der Push-Dienst nimmt die Signatur deines Servers nicht an. Das können die beheben, die ihn betreiben: seine Uhr oder seine Schlüssel.',
      bad_subject:
        'Der Push-Dienst will eine echte Kontaktadresse von deinem Server. Wer ihn betreibt, setzt KEZ_VAPID_SUBJECT.',
      too_large:
        'Der Push-Dienst hält einen leeren Push für zu groß. Das ist sein eigener Fehler; versuche es später wieder.',
      rate_limited: 'Der Push-Dienst bittet deinen Server zu warten. Versuche es später wieder.',
      service_error: 'Der Push-Dienst hat selbst Schwierigkeiten. Dein Server versucht es einen Tag lang weiter.',
      no_answer: 'Der Push-Dienst hat nicht rechtzeitig geantwortet. Dein Server versucht es einen Tag lang weiter.',
      unreachable: 'Dein Server erreicht den Push-Dienst nicht. Wer ihn betreibt, kann die Firewall prüfen.',
      not_allowed:
        'Dein Server sendet nicht an den Push-Dienst dieses Browsers. Wer ihn betreibt, kann ihn mit KEZ_PUSH_HOSTS erlauben.',
    },
  },

  devices: {
    title: 'Deine Geräte',
    text: 'Sie alle erfahren, wenn eine Nachricht kommt.',
    here: 'Dieses Gerät',
    unnamed: 'Ein Gerät ohne Namen',
    since: (when: string) => `Seit ${when}.`,
    reached: (when: string) => `Zuletzt erreicht: ${when}.`,
    never: 'Noch nicht erreicht.',
    failed: (when: string) => `Nicht erreicht: ${when}.`,
    remove: 'Entfernen',
    removeNamed: (name: string) => `${name} entfernen`,
    sureTitle: (name: string) => `${name} entfernen?`,
    sure: 'Es erfährt dann nichts mehr von neuen Nachrichten. Du kannst die Benachrichtigungen dort wieder einschalten.',
  },
  device: (browser: string, system: string) => `${browser}, ${system}`,
  browsers: {
    firefox: 'Firefox',
    edge: 'Edge',
    brave: 'Brave',
    opera: 'Opera',
    samsung: 'Samsung Internet',
    chrome: 'Chrome',
    safari: 'Safari',
    other: 'Ein Browser',
  },
  systems: {
    android: 'Android',
    ios: 'iPhone oder iPad',
    mac: 'Mac',
    windows: 'Windows',
    linux: 'Linux',
    other: 'anderes System',
  },

  nudge: 'Neue Nachrichten erreichen dich nur, solange kez offen ist.',
  nudgeOpen: 'Einschalten',
  nudgeDismiss: 'Nicht jetzt',
}
