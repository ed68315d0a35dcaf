import type { claims as english } from '../en/claims.ts'

export const claims: typeof english = {
  title: 'Deine Angaben',
  text: 'Eine Angabe sagt, dass eine Domain, eine Website oder ein Konto auch dir gehört. Du veröffentlichst dort einen unterschriebenen Text, und alle können ihn prüfen.',
  none: 'Noch keine Angaben',
  noneText: 'Mit zwei unabhängigen Beweisen bist du für alle bestätigt, mit denen du schreibst.',
  add: 'Angabe hinzufügen',
  badge: {
    yes: 'Du bist bestätigt: andere sehen das Abzeichen neben deinem Namen.',
    one: 'Ein Beweis hält. Mit einem zweiten, unabhängigen sehen andere das Abzeichen; eine Domain und die Website dazu zählen als einer.',
    none: 'Mit zwei unabhängigen Beweisen sehen andere ein Abzeichen neben deinem Namen.',
  },

  new: {
    title: 'Angabe hinzufügen',
    where: 'Was gehört dir?',
    sign: 'Angabe unterschreiben',
    exists: (subject) => `${subject} hast du schon angegeben.`,
    open: 'Öffnen',
    channels: {
      dns: {
        text: 'Du kannst ihre DNS-Einträge ändern.',
        label: 'Domain',
        placeholder: 'example.org',
        bad: 'Das ist kein Domainname. Er sieht aus wie example.org.',
      },
      github: {
        text: 'Du kannst ein öffentliches Gist anlegen.',
        label: 'Benutzername bei GitHub',
        placeholder: 'alice',
        bad: 'Solche Namen gibt es bei GitHub nicht: Buchstaben, Ziffern und einzelne Bindestriche, höchstens 39.',
      },
      ap: {
        text: 'Oder ein anderes Konto im Fediverse.',
        label: 'Konto',
        placeholder: '@alice@mastodon.example',
        bad: 'Ein Konto hat einen Namen und einen Server, wie @alice@mastodon.example.',
      },
      bluesky: {
        text: 'Du kannst dort posten.',
        label: 'Name bei Bluesky',
        placeholder: 'alice.bsky.social',
        bad: 'Ein Name sieht aus wie alice.bsky.social.',
      },
      nostr: {
        text: 'Du schreibst mit diesem Schlüssel.',
        label: 'Öffentlicher Schlüssel bei nostr',
        placeholder: 'npub1…',
        bad: 'Das ist kein öffentlicher Schlüssel. Er beginnt mit npub1; vielleicht fehlt ein Zeichen.',
      },
      web: {
        text: 'Du kannst eine Datei darauf ablegen.',
        label: 'Website',
        placeholder: 'example.org',
        bad: 'Das ist keine Website. Sie sieht aus wie example.org, ohne Pfad.',
      },
    },
  },

  one: {
    publish: 'Diesen Text veröffentlichen',
    unknown: 'Diese Angabe ist nicht auf diesem Gerät.',
    elsewhere:
      'Der Text dieser Angabe wurde auf einem anderen Gerät unterschrieben. Unterschreib sie hier neu, um ihn zu sehen.',
    signAgain: 'Hier unterschreiben',
    copy: 'Text kopieren',
    copyName: 'Namen kopieren',
    name: 'Name des Eintrags',
    value: 'Wert (Typ TXT)',
    zone: 'Als Zeile einer Zonendatei',
    how: {
      dns: (domain) => [
        `Öffne die DNS-Einstellungen von ${domain} bei deinem Anbieter.`,
        'Füge einen Eintrag vom Typ TXT mit diesem Namen und Wert hinzu. Viele Formulare wollen nur „_kez“ als Namen.',
        'Speichere. Es kann einige Minuten dauern, bis der Eintrag überall zu sehen ist.',
      ],
      github: (user) => [
        `Melde dich bei GitHub als ${user} an und öffne gist.github.com.`,
        'Leg ein öffentliches Gist mit einer Datei namens kez.md an, in der dieser Text steht.',
      ],
      ap: (account) => [
        `Öffne die Profileinstellungen von ${account}.`,
        'Setz diesen Text in die Biografie, und zwar ganz, und speichere.',
      ],
      bluesky: (handle) => [
        `Poste als ${handle} etwas mit irgendeinem Bild.`,
        'Setz diesen Text in die Beschreibung (ALT) des Bildes: im Post selbst ist kein Platz dafür.',
      ],
      nostr: (npub) => [
        `Öffne das Profil von ${npub} in deinem nostr-Programm.`,
        'Setz diesen Text in „about“ und speichere, oder veröffentliche eine Notiz damit.',
      ],
      web: (host) => [`Leg diesen Text in eine Datei unter https://${host}/.well-known/kez.json.`],
    },
    checkTitle: 'Steht er dort?',
    check: 'Jetzt prüfen',
    checkText: 'Wenn er veröffentlicht ist, lass nachsehen.',
    fromHere: 'Dieser Browser sieht selbst an der Stelle nach.',
    fromHome: 'Browser dürfen andere Websites nicht lesen, darum sieht dein Server nach.',
    checking: 'Wird nachgesehen …',
    telling: 'Gefunden. Dein Server wird benachrichtigt …',
    found: 'Er ist da. Alle können jetzt sehen, dass das dir gehört.',
    detail: 'Genaueres',
    retry: (seconds) =>
      `Dort gibt es wieder Antwort in ${seconds < 90 ? `${seconds} Sekunden` : `${Math.ceil(seconds / 60)} Minuten`}.`,
    revoke: 'Angabe zurücknehmen …',
    revokeTitle: (what) => `${what} zurücknehmen?`,
    revokeText:
      'Alle sehen dann, dass du es zurückgenommen hast. Du kannst es später wieder angeben. Entferne auch den Text an seiner Stelle.',
    revokeYes: 'Zurücknehmen',
    discard: 'Angabe verwerfen …',
    discardTitle: (what) => `Die Angabe zu ${what} verwerfen?`,
    discardText:
      'Der unterschriebene Text wird von diesem Gerät entfernt. Falls du ihn schon irgendwo abgelegt hast, entferne ihn auch dort.',
    discardYes: 'Verwerfen',
    revoking: 'Wird zurückgenommen …',
    problems: {
      offline: 'Dein Server wurde nicht erreicht. Nichts ist verloren: versuch es noch einmal.',
      history:
        'Dein Server zeigt nicht den Verlauf deines Schlüssels, den dieses Gerät kennt. Es wurde nichts unterschrieben. Sag es den Leuten, die den Server betreiben.',
      ended: 'Dein Schlüssel wurde ersetzt oder beendet: er unterschreibt nichts mehr.',
      refused: 'Dein Server hat es nicht angenommen. Versuch es später noch einmal.',
    },
  },
}
