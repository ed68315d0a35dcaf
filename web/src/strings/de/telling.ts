import type { telling as english } from '../en/telling.ts'

export const telling: typeof english = {
  mute: {
    title: 'Wie lange stumm?',
    hour: '1 Stunde',
    hours: '8 Stunden',
    forGood: 'Bis ich es wieder aufhebe',
    text: 'Solange kez offen und entsperrt ist, auch in einem Tab im Hintergrund, macht dieser Chat keinen Ton, zeigt keine Mitteilung und wird nicht gezählt.',
    limit:
      'Ist kez geschlossen oder gesperrt, kann dieses Gerät nicht wissen, von wem die Nachricht ist, denn ein Push sagt es nicht. Dann wird sie gemeldet wie jede andere.',
    until: (when: string) => `Nicht mehr stumm (stumm bis ${when})`,
    rowUntil: (when: string) => `Stumm bis ${when}`,
  },
  open: {
    title: 'Solange kez offen ist',
    sound: 'Ein kurzer Ton, wenn eine Nachricht kommt',
    soundText:
      'Nicht für den Chat, den du gerade liest, und nicht für stumme. Browser erlauben ihn, sobald du die Seite berührt hast.',
    play: 'Anhören',
    notHeard: 'Der Browser lässt ihn nicht hören.',
    previews: 'In Mitteilungen zeigen, wer schreibt und was',
    previewsText:
      'Nur solange kez in einem Tab im Hintergrund entsperrt ist. Dein System bewahrt vielleicht auf, was es gezeigt hat, und zeigt es auf dem Sperrbildschirm.',
    limit: 'Ist kez geschlossen oder gesperrt, sagt eine Mitteilung nur, dass etwas da ist: Mehr weiß sie nicht.',
  },
  ask: {
    yes: 'Ja, sag mir Bescheid',
    no: 'Nicht jetzt',
  },
  nudge: {
    install:
      'Auf einem iPhone oder iPad kann kez dir neue Nachrichten melden, sobald es auf dem Home-Bildschirm liegt.',
    how: 'Wie?',
  },
  install: {
    title: 'kez als App',
    text: 'In einem eigenen Fenster und mit eigenem Symbol. Nichts wird aus einem Store geladen, und am Gespeicherten ändert sich nichts.',
    install: 'Installieren',
    later: 'Nein, danke',
    apple: 'In Safari die Teilen-Taste, dann „Zum Home-Bildschirm“.',
  },
}
