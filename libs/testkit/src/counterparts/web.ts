import { type HttpCounterpart, startHttpCounterpart } from './http-counterpart.ts'

export type WebCounterpart = HttpCounterpart & {
  /** Puts a file on a host, e.g. `publish('alice.test', '/.well-known/kez.json', text)`. */
  readonly publish: (host: string, path: string, body: string, type?: string) => void
}

/** Web sites of any number of hosts. */
export const startWebCounterpart = async (): Promise<WebCounterpart> => {
  const files = new Map<string, { body: string; type: string }>()
  const server = await startHttpCounterpart(({ host, url }) => {
    const file = files.get(`${host}${url.pathname}`)
    if (!file) return { status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>Not Found</h1>' }
    return { status: 200, headers: { 'content-type': file.type }, body: file.body }
  })
  return {
    ...server,
    publish: (host, path, body, type = 'application/json') => void files.set(`${host}${path}`, { body, type }),
  }
}
