import type { move as english } from '../en/move.ts'

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

export const move: typeof english = {
  setting: {
    title: 'Exportieren und importieren',
    text: 'Nimm alles in einer verschlüsselten Datei mit: als Sicherung oder für den Umzug auf ein anderes Gerät oder einen anderen Server.',
    never: 'Von diesem Gerät wurde noch nichts exportiert.',
    last: (when) => `Zuletzt exportiert ${when}.`,
    old: 'Das ist eine Weile her. Was seither kam, ist nur auf diesem Gerät.',
    export: 'Alles exportieren',
    import: 'Datei importieren',
  },

  export: {
    title: 'Alles exportieren',
    text: 'Deine Schlüssel, Kontakte, Nachrichten, Entwürfe und Einstellungen kommen in eine Datei. Wer die Datei und ihre Passphrase hat, ist du und liest alles.',
    own: 'Deine Passphrase',
    file: 'Die Datei öffnet sich mit',
    same: 'derselben Passphrase',
    other: 'einer anderen',
    fresh: 'Passphrase der Datei',
    next: 'Weiter',
    ready: 'Bereit zum Exportieren',
    holds: (conversations, messages) =>
      `${count(conversations, 'Unterhaltung', 'Unterhaltungen')} und ${count(messages, 'Nachricht', 'Nachrichten')}, mit deinen Schlüsseln und allem, was du über andere weißt.`,
    noChain:
      'Dein Server wurde nicht erreicht, deshalb ist deine signierte Geschichte nicht in der Datei. Sie bleibt auf dem Server.',
    pause: 'Bis es fertig ist, tut kez hier nichts anderes: Nachrichten, die inzwischen kommen, warten.',
    save: 'Datei speichern',
    description: 'Export von kez',
  },

  import: {
    title: 'Datei importieren',
    text: 'Wähle eine Datei, die kez exportiert hat, auf diesem oder einem anderen Gerät oder Server.',
    textOpen:
      'Was in der Datei ist, kommt zu dem dazu, was hier ist. Nichts kommt doppelt, und nichts hier wird ersetzt.',
    link: 'Ich habe einen Export',
    unfinished: 'Der letzte Import wurde nicht fertig. Wähle dieselbe Datei noch einmal: Es geht weiter, wo es war.',
    leave: 'So lassen',
    file: 'Datei',
    none: 'Wähle zuerst eine Datei.',
    passphrase: 'Passphrase der Datei',
    open: 'Datei öffnen',
    opened: 'Was in der Datei ist',
    noHandle: 'noch keiner',
    written: 'Exportiert',
    erases: 'Was jetzt auf diesem Gerät ist, wird zuerst gelöscht: seine Identität, seine Nachrichten, alles.',
    lock: 'Dieses Gerät öffnet sich mit',
    same: 'der Passphrase der Datei',
    other: 'einer anderen',
    fresh: 'Passphrase dieses Geräts',
    start: 'Alles importieren',
    startErasing: 'Dieses Gerät löschen und importieren',
  },

  problems: {
    short: 'Bitte mindestens 8 Zeichen.',
    different: 'Die beiden sind nicht gleich.',
    not_an_export: 'Das ist keine Datei, die kez exportiert hat.',
    newer_version:
      'Diese Datei wurde von einer neueren Version von kez geschrieben. Aktualisiere diese hier und importiere dann.',
    header_damaged: 'Der Anfang dieser Datei ist beschädigt oder abgeschnitten. Nichts darin lässt sich öffnen.',
    refused_cost:
      'Diese Datei verlangt zum Öffnen mehr Speicher oder Zeit, als kez erlaubt, oder zu wenig, um sicher zu sein.',
    wrong_passphrase: 'Diese Passphrase öffnet die Datei nicht.',
    no_keys:
      'Die Schlüssel in dieser Datei sind beschädigt. Stelle deine Identität zuerst mit deinen Wörtern wieder her und importiere die Datei dann in den Einstellungen.',
    other_identity: (key) =>
      `Diese Datei gehört einer anderen Identität (${key}). Es wurde nichts geändert. Um sie in diesem Browser zu benutzen, lösche zuerst dieses Gerät.`,
    busy: 'Ein anderer Tab von kez ist beschäftigt und macht nicht Platz. Schließe ihn und versuche es noch einmal.',
    unreadable: 'Die Datei lässt sich nicht mehr lesen. Vielleicht wurde sie verschoben oder geändert.',
    unwritable: 'Die Datei konnte nicht geschrieben werden. Vielleicht ist dort kein Platz mehr.',
    full: 'Auf diesem Gerät ist kein Platz mehr.',
    kdf: 'Dieses Gerät konnte den Schlüssel nicht berechnen. Vielleicht hat es zu wenig Speicher.',
    failed: 'Etwas ist schiefgegangen.',
  },

  work: {
    export: 'Wird exportiert …',
    import: 'Wird importiert …',
    elsewhere: 'Ein anderer Tab ist beschäftigt',
    elsewhereText:
      'kez exportiert oder importiert in einem anderen Tab. Hier geht es von selbst weiter, wenn das fertig ist.',
    keepOpen: 'Lass diese Seite offen.',
    stop: 'Anhalten',
    stopping: 'Wird angehalten …',
    exportStopped: 'Der Export wurde angehalten',
    exportStoppedText: 'Es ist keine Datei geblieben.',
    importStopped: 'Der Import wurde angehalten',
    importStoppedText: 'Was importiert wurde, bleibt; importiere dieselbe Datei noch einmal, dann geht es weiter.',
    exportFailed: 'Der Export hat nicht geklappt',
    importFailed: 'Der Import hat nicht geklappt',
    kept: 'Was bis dahin importiert wurde, bleibt. Importiere dieselbe Datei noch einmal, dann geht es weiter.',
    back: 'Weiter',
  },

  report: {
    exported: 'Alles ist exportiert',
    exportedExcept: 'Exportiert, aber nicht alles',
    saved: (name, size) => `${name}, ${size}. Bewahre sie auf, wo andere nicht herankommen.`,
    imported: 'Alles ist importiert',
    importedExcept: 'Importiert, aber nicht alles',
    conversations: 'Unterhaltungen',
    messages: 'Nachrichten',
    hash: 'Hash des Verlaufs',
    copy: 'Hash kopieren',
    hashText: 'Vergleiche ihn mit dem, der nach einem Import steht: derselbe Hash heißt dieselben Nachrichten.',
    same: 'Es ist der Hash, den die Datei hat: Jede Nachricht ist hier, unverändert.',
    differs: (file) =>
      `Die Datei hat den Hash ${file}. Was hier ist, ist nicht dasselbe, weil hier mehr war oder etwas ausgelassen wurde.`,
    fresh: (n) => `${count(n, 'Nachricht ist', 'Nachrichten sind')} neu hier.`,
    known: (n) => `${count(n, 'Nachricht war', 'Nachrichten waren')} schon hier.`,
    pending: (n) =>
      `${count(n, 'Nachricht war', 'Nachrichten waren')} noch nicht gesendet. Suche nach „Nicht gesendet“ und versuche es von hier noch einmal.`,
    leftOut: 'Ausgelassen',
    more: (n) => `Und ${n} weitere.`,
    unread: (kind, n) => `${count(n, 'Eintrag', 'Einträge')} (${kind}) ließ sich auf diesem Gerät nicht lesen.`,
    record: (n, kind, why) => `Eintrag ${n} (${kind}): ${why}`,
    reasons: {
      malformed: 'er ist nicht, wie er sein sollte.',
      nobody: 'er gehört zu niemandem, der hier ist.',
      newer: 'diese Version von kez kennt diese Art nicht.',
      full: 'für mehr von dieser Art ist kein Platz.',
    },
    damaged: (n) => `Eintrag ${n} ist beschädigt.`,
    missing: (from, to) => (from === to ? `Eintrag ${from} fehlt.` : `Die Einträge ${from} bis ${to} fehlen.`),
    foreign: 'Zwischen zwei Einträgen steht etwas, das nicht dorthin gehört.',
    truncated:
      'Die Datei endet zu früh: Sie wurde abgeschnitten, oder ihr Ende ist beschädigt. Wie viel fehlt, ist nicht bekannt.',
    trailing: 'Hinter dem Ende der Datei steht etwas. Es wurde nicht benutzt.',
    mismatch: 'Die Datei enthält nicht, was ihr Ende sagt.',
  },

  home: {
    title: 'Wo bist du zu Hause?',
    text: 'Diese Seite kommt von einem anderen Server als dem, bei dem du deinen Namen hast. Deine Identität ist bei beiden dieselbe.',
    keepTitle: (full) => `${full} behalten`,
    keepText: (server) =>
      `Deine Nachrichten kommen weiter bei ${server} an, und diese Seite liest und sendet sie dort. Man findet dich wie bisher.`,
    keep: (full) => `${full} behalten`,
    newTitle: (server) => `Oder einen Namen bei ${server} nehmen`,
    mineTitle: (full) => `Oder ${full} benutzen`,
    newText: (full) =>
      `Dein Schlüssel bleibt derselbe, deshalb zeigt deine nächste Nachricht den anderen den neuen Namen. Was an ${full} geht, wartet dort, und diese Seite liest es nicht.`,
    use: (full) => `${full} benutzen`,
    notThere:
      'Dieser Server wurde von hier nicht erreicht oder kennt dich nicht. Du kannst es noch einmal versuchen oder hier einen Namen nehmen.',
  },
}
