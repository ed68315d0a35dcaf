import { afterEach, describe, expect, it, vi } from 'vitest'
import { askWorker, surroundShelves } from '../../test/worker-shelves.ts'
import { onFetch } from './answer.ts'

afterEach(() => vi.unstubAllGlobals())

const checked = { '/': 'sha256-page', '/favicon.svg': 'sha256-icon' }
const own = { '/': 'kept page', '/favicon.svg': 'kept icon', '/assets/a-1.js': 'kept a' }
const served = {
  ...{ '/': 'page', '/favicon.svg': 'icon', '/assets/a-1.js': 'a', '/assets/big-1.js': 'big' },
  ...{ '/somewhere': 'new page', '/docs': 'docs', '/v1/healthz': 'well' },
}
const surround = (kept: Record<string, Record<string, string>> = { 'kez-app-b2': own }) =>
  surroundShelves({ release: { checked }, served, kept })
const ask = (path: string, how = {}) => askWorker(onFetch, path, how)
const open = (path: string) => ask(path, { mode: 'navigate' })

describe('what is the server’s alone', () => {
  it.each([
    '/v1/u/alice',
    '/v1',
    '/v1/inbox/alice/stream',
    '/internal/push/doctor',
    '/.well-known/kez-web-manifest.json',
    '/relay',
    '/docs',
    '/docs/style.css',
  ])('%s', async (path) => {
    const { asked } = surround({ 'kez-app-b2': { ...own, [path]: 'never' } })
    expect([await ask(path), await open(path)]).toEqual([undefined, undefined])
    expect(asked).toEqual([])
  })

  it.each([
    ['what is not read', '/assets/a-1.js', { method: 'POST' }],
    ['a question for headers', '/', { method: 'HEAD' }],
    ['another origin', '/assets/a-1.js', { from: 'https://elsewhere.test' }],
    ['an address with a query', '/assets/a-1.js?x=1', {}],
    ['a file that is not of the app', '/robots.txt', {}],
  ])('%s', async (_, path, how) => {
    surround()
    expect(await ask(path, how)).toBeUndefined()
  })
})

describe('the page', () => {
  it.each(['/', '/index.html', '/?from=home'])('%s is the kept one, and taken anew behind it', async (path) => {
    const { asked, textOf } = surround()
    expect(await open(path)).toBe('kept page')
    expect(asked.map((one) => one.path)).toEqual(['/'])
    expect(await textOf('kez-app-b2', '/')).toBe('page')
  })

  it('comes from the server while not everything is kept, and then of no other version', async () => {
    const { server } = surround({ 'kez-app-b1': own })
    expect(await open('/')).toBe('page')
    server.away = true
    expect(await open('/')).toBe('kept page')
  })

  it('under another address is the server’s, or the kept one when that is away', async () => {
    const { server } = surround()
    expect(await open('/somewhere')).toBe('new page')
    server.away = true
    expect(await open('/somewhere')).toBe('kept page')
  })
})

describe('a part', () => {
  it('that is kept comes without the server', async () => {
    const { asked } = surround()
    expect([await ask('/assets/a-1.js'), await ask('/favicon.svg')]).toEqual(['kept a', 'kept icon'])
    expect(asked).toEqual([])
  })

  it('of an old version goes on coming to pages of that version, from a server that has it no more', async () => {
    surround({ 'kez-app-b1': { '/assets/old-1.js': 'old' }, 'kez-app-b2': own })
    expect(await ask('/assets/old-1.js')).toBe('old')
  })

  it('that was not kept beforehand is kept once it was used; what is not there is not', async () => {
    const { asked, paths } = surround()
    expect([await ask('/assets/big-1.js'), await ask('/assets/big-1.js')]).toEqual(['big', 'big'])
    await ask('/assets/gone-1.js')
    expect(asked.map(({ path }) => path)).toEqual(['/assets/big-1.js', '/assets/gone-1.js'])
    expect(paths('kez-app-b2')).not.toContain('/assets/gone-1.js')
  })
})
