import type { Strings } from '../en.ts'

export const search: Strings['search'] = {
  title: 'Suche',
  within: (name) => `Im Chat mit ${name} suchen`,
  withinMenu: 'In diesem Chat suchen',
  label: 'Wörter',
  hint: 'Wortanfänge genügen. Gesucht wird nur auf diesem Gerät: nichts davon verlässt es.',
  incomplete: 'Ältere Nachrichten werden noch durchsuchbar gemacht. Das geht weiter, solange die App offen ist.',
  found: (n, more) =>
    n === 0
      ? 'Nichts gefunden'
      : more
        ? `Die ${n} neuesten Nachrichten mit diesen Wörtern`
        : n === 1
          ? '1 Nachricht'
          : `${n} Nachrichten`,
  more: 'Mehr zeigen',
  gone: 'Diese Nachricht ist nicht mehr da.',
}
