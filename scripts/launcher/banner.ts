import type { Bind } from '@kez-chat/runtime'

export type Running = {
  readonly domain: string
  readonly dataFolder: string
  readonly isNew: boolean
  readonly publicBind: Bind
  readonly internalBind: Bind
  /** Undefined where somebody's own server is used. */
  readonly nats: { readonly client: number; readonly websocket: number; readonly monitor: number } | undefined
  readonly postgresPort: number | undefined
  /** The link for the very first person, where registering takes an invitation. */
  readonly firstInvite: string | undefined
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.')
const address = ({ host, port }: Bind) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

/** What somebody sees who has just started their first home server. */
export const banner = (running: Running): string => {
  const { domain, publicBind, nats, postgresPort } = running
  const isWide = publicBind.host === '0.0.0.0' || publicBind.host === '::'
  const shown = isWide || isLoopback(publicBind.host) ? 'localhost' : address({ ...publicBind }).replace(/:\d+$/, '')
  const rows = [
    ['Open', `http://${shown}:${publicBind.port}`],
    ['Names', `people here are called like alice@${domain}`],
    ['Data', `${running.dataFolder}${running.isNew ? '  (new; back it up)' : ''}`],
    ['Public port', address(publicBind)],
    [
      'NATS',
      nats
        ? `127.0.0.1:${nats.client}, WebSocket ${nats.websocket}, monitoring ${nats.monitor}`
        : 'your own (NATS_URL)',
    ],
    ['Postgres', postgresPort === undefined ? 'your own (DATABASE_URL)' : `127.0.0.1:${postgresPort}`],
    ['Metrics', `http://${address(running.internalBind)}/metrics`],
    ['Stop', 'Ctrl-C'],
  ]
  const lines = rows.map(([name = '', value = '']) => `    ${name.padEnd(13)}${value}`)
  const note = isLoopback(publicBind.host)
    ? []
    : [
        '',
        '    Browsers allow the app on http://localhost or over https only. For other devices put a',
        '    proxy with a certificate in front, or try it on this machine first.',
      ]
  const invite =
    running.firstInvite === undefined
      ? []
      : [
          '',
          '    Registering takes an invitation, and nobody is here yet. This one is for the first person,',
          '    works once, for 7 days (more: ./bin/kez admin invite create):',
          '',
          `    ${running.firstInvite}`,
        ]
  return ['', '  kez-chat is running.', '', ...lines, ...note, ...invite, ''].join('\n')
}
