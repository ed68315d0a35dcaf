import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { routeRules, webManifestPath } from '@kez-chat/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from './expect-problem.ts'
import { newPerson, type Person, type Rig, startRig, type TestGateway } from './rig.ts'

let rig: Rig
let gateway: TestGateway
let bare: TestGateway
let alice: Person
const webDir = mkdtempSync(join(tmpdir(), 'kez-test-web-'))

beforeAll(async () => {
  mkdirSync(join(webDir, 'assets'))
  writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>app</title>')
  writeFileSync(join(webDir, 'sw.js'), 'self.addEventListener("push", () => {})')
  writeFileSync(join(webDir, 'assets', 'index-Bx3kQ9_z.js'), 'console.log(1)')
  writeFileSync(join(webDir, 'assets', 'plain.js'), 'console.log(2)')
  writeFileSync(join(webDir, 'assets', 'plain.js.gz'), gzipSync('console.log(2)'))
  writeFileSync(join(webDir, '.secret'), 'secret')
  mkdirSync(join(webDir, '.well-known'))
  writeFileSync(join(webDir, webManifestPath), '{"files":[]}')
  writeFileSync(join(webDir, '..', 'outside-of-the-web-app.txt'), 'secret')
  rig = await startRig()
  gateway = await rig.startGateway({ KEZ_CHAT_WEB_DIR: webDir, KEZ_CSP_CONNECT: 'ws://localhost:7777' })
  bare = await rig.startGateway()
  alice = await newPerson(gateway)
})
afterAll(async () => {
  await rig?.stop()
  rmSync(webDir, { recursive: true, force: true })
  rmSync(join(webDir, '..', 'outside-of-the-web-app.txt'), { force: true })
})

const get = (path: string, headers: Record<string, string> = {}, at = gateway): Promise<Response> =>
  fetch(at.baseUrl + path, { headers })
const navigation = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the web app', () => {
  test('hashed assets may be kept for ever, everything else is asked for each time', async () => {
    const hashed = await get('/assets/index-Bx3kQ9_z.js')
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(hashed.headers.get('content-type')).toMatch(/^(text|application)\/javascript/)
    for (const path of ['/', '/index.html', '/sw.js', '/assets/plain.js', '/chats/bob'])
      expect((await get(path, navigation)).headers.get('cache-control')).toBe('no-cache')
  })

  test('what has not changed is not sent again', async () => {
    const first = await get('/sw.js')
    const etag = first.headers.get('etag')
    expect(etag).toBeTruthy()
    // `fetch` adds `cache-control: no-cache` by itself, which would ask for the whole file.
    const again = { 'if-none-match': etag ?? '', 'cache-control': 'max-age=0' }
    expect((await get('/sw.js', again)).status).toBe(304)
  })

  test('every address that a person opens is the app; files that are missing are not', async () => {
    for (const path of ['/', '/chats', '/chats/bob', '/settings/'])
      expect(await (await get(path, navigation)).text()).toContain('<title>app</title>')
    for (const path of ['/missing.js', '/assets/index-00000000.js', '/favicon.ico'])
      await expectProblem(await get(path, navigation), 'not_found')
    await expectProblem(await get('/chats', { accept: 'application/json' }), 'not_found')
    for (const path of ['/v1/missing', '/v1', '/.well-known/missing'])
      await expectProblem(await get(path, navigation), 'not_found')
  })

  test.each([
    '/../outside-of-the-web-app.txt',
    '/%2e%2e/outside-of-the-web-app.txt',
    '/..%2foutside-of-the-web-app.txt',
    '/assets/..%2f..%2foutside-of-the-web-app.txt',
    '/.secret',
    '/%2esecret',
    '/index.html%00.js',
  ])('%s leads nowhere', async (path) => {
    const response = await fetch(gateway.baseUrl + path)
    expect(await response.text()).not.toContain('secret')
  })

  test('pages run under a strict policy', async () => {
    for (const path of ['/', '/assets/index-Bx3kQ9_z.js', '/sw.js']) {
      const { headers } = await get(path, navigation)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';")
      expect(policy).toContain("connect-src 'self' https: wss: ws://localhost:7777;")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types lit-html kez")
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('geolocation=()')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('the list of its files is given to pages of any origin, and asked for each time', async () => {
    const response = await get(webManifestPath)
    expect(await response.json()).toEqual({ files: [] })
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    await expectProblem(await get(webManifestPath, {}, bare), 'not_found')
  })

  test('whoever takes gzip gets the one beside the file, and others the file', async () => {
    const [plain, packed] = await Promise.all(
      ['identity', 'gzip'].map((encoding) => get('/assets/plain.js', { 'accept-encoding': encoding })),
    )
    expect([plain?.headers.get('content-encoding'), await plain?.text()]).toEqual([null, 'console.log(2)'])
    expect([packed?.headers.get('content-encoding'), await packed?.text()]).toEqual(['gzip', 'console.log(2)'])
    for (const answer of [plain, packed]) {
      expect(answer?.headers.get('content-type')).toMatch(/javascript/)
      expect(answer?.headers.get('vary')).toContain('accept-encoding')
    }
  })

  test('without a built app there is a page that says so', async () => {
    const page = await get('/', navigation, bare)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('This home server is running')
    await expectProblem(await get('/app.js', {}, bare), 'not_found')
  })
})

describe('other origins', () => {
  test('may read every answer of the API, errors as well, and never with credentials', async () => {
    for (const path of [
      '/v1/healthz',
      `/v1/u/${alice.handle}`,
      '/v1/u/nobody-here',
      '/v1/x',
      '/.well-known/nostr.json',
    ]) {
      const { headers } = await get(path, { origin: 'https://elsewhere.example' })
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      expect(headers.get('access-control-expose-headers')).toContain('retry-after')
    }
  })

  test('may send what the protocol needs', async () => {
    const preflight = await fetch(`${gateway.baseUrl}/v1/messages`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://elsewhere.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-kez-auth',
      },
    })
    expect(preflight.status).toBe(204)
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(/, */)
    expect(allowed).toEqual(expect.arrayContaining(['x-kez-auth', 'content-type', 'last-event-id']))
    expect(preflight.headers.get('access-control-allow-methods')).toMatch(/POST.*PUT.*DELETE/)
  })

  test('may not read what is not the API', async () => {
    for (const path of ['/', '/docs', '/openapi.json', '/readyz'])
      expect((await get(path)).headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('well-known documents', () => {
  test('WebFinger finds a person and leaves out what was not asked for', async () => {
    const response = await get(`/.well-known/webfinger?resource=acct:${alice.handle}@localhost`)
    expect(response.headers.get('content-type')).toMatch(/^application\/jrd\+json/)
    const own = gateway.baseUrl.replace('127.0.0.1', 'localhost')
    const sigchain = `http://sigchains.test/v1/sigchains/ed25519/${alice.hex}`
    expect(await response.json()).toEqual({
      subject: `acct:${alice.handle}@localhost`,
      aliases: [`${own}/v1/u/${alice.handle}`],
      properties: { 'urn:kez-chat:primary': alice.signer.primary },
      links: [
        { rel: 'self', type: 'application/json', href: `${own}/v1/u/${alice.handle}` },
        { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: `${own}/` },
        { rel: 'urn:kez-chat:sigchain', type: 'application/json', href: sigchain },
      ],
    })
    const some = await gateway.client.webFinger(`${alice.handle}@localhost`, ['self', 'urn:kez-chat:sigchain'])
    expect(some.links.map(({ rel }) => rel)).toEqual(['self', 'urn:kez-chat:sigchain'])
    expect((await gateway.client.webFinger(`${alice.handle}@localhost`, ['urn:other'])).links).toEqual([])
  })

  test.each(['', '?name=_', '?name=nobody-here', '?name=..%2f'])('NIP-05 names nobody for "%s"', async (query) => {
    const response = await get(`/.well-known/nostr.json${query}`)
    expect([response.status, await response.json()]).toEqual([200, { names: {} }])
  })
})

describe('the description of the API', () => {
  test('OpenAPI 3.1 names every public route, its codes and who must sign', async () => {
    const document = await (await get('/openapi.json')).json()
    expect(document.openapi).toBe('3.1.0')
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    const expected = Object.entries(routeRules)
      .filter(([id, rule]) => rule !== 'internal' && !/ \/(\*|docs|openapi\.json)/.test(id))
      .map(([id]) => id)
    expect(described.filter((id) => !id.startsWith('HEAD')).sort()).toEqual(expected.sort())
    const post = document.paths['/v1/messages'].post
    expect(post.responses['507'].description).toBe('`mailbox_full`')
    expect(post.responses['413'].content['application/problem+json'].schema.properties.code.enum).toContain('too_large')
    expect(post.security).toBeUndefined()
    expect(document.paths['/v1/inbox/{handle}'].delete.security).toEqual([{ signature: [] }])
  })

  test('the readable page has no scripts and shows every path', async () => {
    const response = await get('/docs')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/)
    const text = await response.text()
    expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/)
    for (const path of ['/v1/register', '/v1/inbox/{handle}/stream', '/v1/by-primary/{primary}'])
      expect(text).toContain(path)
    expect((await get('/docs/style.css')).headers.get('content-type')).toMatch(/^text\/css/)
  })
})

test('health says who the server is, and 503 while NATS is away', async () => {
  const own = await startRig()
  try {
    const at = await own.startGateway({ KEZ_CHAT_SERVER: 'chat.example.org' })
    const health = await get('/v1/healthz', {}, at)
    expect([health.status, await health.json()]).toEqual([
      200,
      {
        status: 'ok',
        server: 'chat.example.org',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        registration: 'open',
      },
    ])
    expect((await get('/readyz', {}, at)).status).toBe(200)
    await own.nats.kill('SIGKILL')
    await expect.poll(async () => (await get('/v1/healthz', {}, at)).status).toBe(503)
    expect((await at.client.health()).status).toBe('unavailable')
    expect([(await get('/readyz', {}, at)).status, (await get('/livez', {}, at)).status]).toEqual([503, 200])
    await own.nats.restart()
    await expect.poll(async () => (await get('/v1/healthz', {}, at)).status, { timeout: 20_000 }).toBe(200)
  } finally {
    await own.stop()
  }
})

test('the key for Web Push comes from the push service, and 503 while that is away', async () => {
  await expectProblem(await get('/v1/push/vapid-public-key'), 'unavailable')
  const push = await rig.startPush()
  expect(await gateway.client.vapidPublicKey()).toMatch(/^[A-Za-z0-9_-]{87}$/)
  await push.stop()
})
